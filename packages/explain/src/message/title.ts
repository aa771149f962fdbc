import type { FailureEvent } from '@nopage/gfp';
import { killsForFault, plainCache, vmallocBytes } from '../event-detail.js';
import type { Facts } from '../facts.js';
import { bytesInFull, cleanText, maskText, sizeText } from '../words.js';

/** What was asked, in words: `16 KiB (order 2), GFP_ATOMIC`. */
function requestText(event: FailureEvent, facts: Facts): string {
  if (event.kind === 'cma-failure') {
    const pages = event.detail['pages'];
    const bytes = event.bytes ?? (typeof pages === 'number' ? pages * facts.pageBytes : null);
    return `${bytes === null ? 'A block' : sizeText(bytes)} of contiguous memory (CMA)`;
  }
  if (event.kind === 'order-too-large' && facts.order === null) return 'A block larger than any there is';
  const mask = maskText(event);
  const size = event.kind === 'vmalloc-failure' ? vmallocText(vmallocBytes(event).asked) : blockText(event, facts);
  return mask === null ? size : `${size}, ${mask}`;
}

function blockText({ bytes }: FailureEvent, { order, pageBytes }: Facts): string {
  if (order === null) return bytes === null ? 'memory' : sizeText(bytes);
  return order < 0 ? 'memory' : `${sizeText(2 ** order * pageBytes)} (order ${order})`;
}

function vmallocText(bytes: number | null): string {
  if (bytes === null) return 'vmalloc memory';
  return `${bytes >= 2 ** 60 || bytes === 0 ? `${bytesInFull(bytes)} bytes` : sizeText(bytes)} by vmalloc`;
}

/** For whom: the call path and its site, or the process. */
function callerText(event: FailureEvent, facts: Facts): string {
  const site = event.site === null ? null : siteText(cleanText(event.site));
  if (facts.path) return site === null ? facts.path.what : `${facts.path.what} (${site})`;
  if (site !== null) return site;
  if (facts.context === 'idle' || facts.context === 'interrupt' || facts.canSleep === false || event.comm === null) return 'an unnamed caller';
  return `"${cleanText(event.comm)}"`;
}

/** A function of a kernel by its name; a place in a program as its runtime writes it. */
const siteText = (site: string): string => (/[/\\]/.test(site) ? site : `${site}()`);

const KIND_TEXT: Readonly<Partial<Record<string, string>>> = {
  'allocation-stall': 'had to wait',
  'oom-kill': 'found nothing; the OOM killer ran',
  'fault-injection': 'was made to fail',
};

/** What failed and for whom, in one line. */
export function titleOf(event: FailureEvent, facts: Facts): string {
  if (event.kind === 'suppressed') return `${event.suppressed} report${event.suppressed === 1 ? '' : 's'} held back by the kernel`;
  if (event.kind === 'oom-kill' && event.order === -1) return 'A process was killed by hand (SysRq f)';
  if (event.kind === 'oom-kill' && event.order === null && event.mode === null) return 'The OOM killer ran';
  if (killsForFault(event)) return `A page fault of ${event.comm === null ? 'a program' : `"${cleanText(event.comm)}"`} failed; the OOM killer ran`;
  if (event.kind === 'mem-info' && facts.order === null) return 'Memory state without its headline';
  if (event.kind === 'slub-failure') {
    const cache = event.detail['cache'];
    return `${event.detail['allocator'] === 'SLAB' ? 'SLAB' : 'SLUB'} could not grow ${typeof cache === 'string' ? `the cache ${plainCache(cleanText(cache))}` : 'a cache'}${maskText(event) === null ? '' : `, ${maskText(event) ?? ''}`}`;
  }
  return `${requestText(event, facts)} for ${callerText(event, facts)} ${KIND_TEXT[event.kind] ?? 'was refused'}`;
}
