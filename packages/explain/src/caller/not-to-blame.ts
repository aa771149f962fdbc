import type { FailureEvent } from '@nopage/gfp';
import type { Named } from '../explanation.js';
import type { Facts } from '../facts.js';
import { cleanText } from '../words.js';

/** What the process did that the report names. */
export function namedAs({ context, canSleep }: Facts): Named {
  if (context === 'reclaimer') return 'reclaiming';
  if (context === 'task' || (context === 'unknown' && canSleep !== false)) return 'asked';
  return context === 'unknown' ? 'running' : 'interrupted';
}

/** Who is named in the report and did not ask; null when nobody is wronged. */
export function notToBlame(event: FailureEvent, facts: Facts): string | null {
  const { comm } = event;
  if (comm === null) return null;
  const who = `"${cleanText(comm)}"${event.pid === null ? '' : ` (pid ${event.pid})`}`;
  switch (facts.context) {
    case 'interrupt': return `${who} is not to blame: it was running when an interrupt came, and the interrupt's handler asked.`;
    case 'idle': return `${who} is the idle task: nothing was running on that CPU when an interrupt came and its handler asked.`;
    case 'softirq-thread': return `${who} only handles deferred interrupts, mostly of the network; it did not ask for itself.`;
    case 'reclaimer': return `${who} was freeing memory for others when this happened; it is not the one that used it up.`;
    case 'task':
    case 'unknown':
      if (event.kind === 'oom-kill') return `${who} is the one that asked when memory was gone, not necessarily the one that used it up.`;
      return facts.context === 'unknown' && facts.canSleep === false ? `${who} was running, but need not be the one that asked: for a caller that can not wait the name often is that of whoever was interrupted.` : null;
  }
}
