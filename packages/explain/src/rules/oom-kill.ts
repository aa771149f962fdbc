import { findConsumer, moreMemory, swapAdvice } from '../advice/machine.js';
import type { Advice } from '../explanation.js';
import type { Rule } from '../rule.js';
import { cleanText, sizeText } from '../words.js';

/** Without the zones and the end of the report it may have been the container that was full. */
function checkLimit(cpuset: string | null): Advice[] {
  return [{
    id: 'check-cgroup', for: 'operator', text: `The task is confined to the cpuset "${cleanText(cpuset ?? '')}", as a container's is: see first whether the container's own limit was full. Then the log says "Memory cgroup out of memory" a few lines on.`,
    command: 'dmesg | grep -i "memory cgroup out of memory"',
  }];
}

/** The OOM killer ran for the whole machine, or for the nodes a task is confined to. */
export const oomKill: Rule = {
  name: 'oom-kill',
  source: 'mm/oom_kill.c, out_of_memory(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'oom-kill') return null;
    const { memory } = facts;
    const noSwap = memory.swapTotalPages === 0 || (memory.swapTotalPages !== null && memory.swapFreePages !== null && memory.swapFreePages < memory.swapTotalPages / 50);
    const { order } = facts;
    const contained = event.cpuset !== null && event.cpuset !== '/' && event.zones.length === 0;
    const inPieces = event.zones.length === 0 && order !== null && order > 0;
    return {
      cause: 'exhausted', severity: 'act', confidence: event.zones.length > 0 && facts.permits !== null ? 'computed' : inPieces ? 'guess' : 'inferred',
      why: [
        'A request that may sleep found nothing left to free, so the kernel killed a process to go on.',
        ...(inPieces ? [`It wanted ${sizeText(2 ** order * facts.pageBytes)} in one piece: there may have been enough in smaller ones, and only the zones (Mem-Info) would tell.`] : []),
        ...(noSwap ? [memory.swapTotalPages === 0 ? 'There is no swap.' : 'Swap is full.'] : []),
      ],
      advice: [...(contained ? checkLimit(event.cpuset) : []), ...findConsumer(facts), ...swapAdvice(facts), ...moreMemory(facts)],
    };
  },
};
