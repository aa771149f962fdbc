import type { FailureEvent } from '@nopage/gfp';
import { plainCache } from './event-detail.js';
import type { Facts } from './facts.js';
import { cleanText, maskText, sizeText } from './words.js';

/** What was asked, in words: `16 KiB (order 2), GFP_ATOMIC`. */
function requestText(event: FailureEvent, { order, pageBytes }: Facts): string {
  const mask = maskText(event);
  if (event.kind === 'cma-failure') {
    const pages = event.detail['pages'];
    const bytes = event.bytes ?? (typeof pages === 'number' ? pages * pageBytes : null);
    return `${bytes === null ? 'A block' : sizeText(bytes)} of contiguous memory (CMA)`;
  }
  if (event.kind === 'order-too-large' && order === null) return 'A block larger than any there is';
  const size = event.kind === 'vmalloc-failure'
    ? event.bytes === null ? 'vmalloc memory' : `${event.bytes >= 2 ** 60 || event.bytes === 0 ? `${BigInt(Math.round(event.bytes))} bytes` : sizeText(event.bytes)} by vmalloc`
    : order === null ? (event.bytes === null ? 'memory' : sizeText(event.bytes)) : order < 0 ? 'memory' : `${sizeText(2 ** order * pageBytes)} (order ${order})`;
  return mask === null ? size : `${size}, ${mask}`;
}

/** For whom: the call path and its site, or the process. */
function callerText(event: FailureEvent, facts: Facts): string {
  const site = event.site === null ? null : `${cleanText(event.site)}()`;
  if (facts.path) return site === null ? facts.path.what : `${facts.path.what} (${site})`;
  if (site !== null) return site;
  if (facts.context === 'idle' || facts.context === 'interrupt' || facts.canSleep === false || event.comm === null) return 'an unnamed caller';
  return `"${cleanText(event.comm)}"`;
}

const KIND_TEXT: Readonly<Partial<Record<string, string>>> = {
  'allocation-stall': 'had to wait',
  'oom-kill': 'found nothing; the OOM killer ran',
  'fault-injection': 'was made to fail',
};

/** What failed and for whom, in one line. */
export function titleOf(event: FailureEvent, facts: Facts): string {
  if (event.kind === 'suppressed') return `${event.suppressed} report${event.suppressed === 1 ? '' : 's'} held back by the kernel`;
  if (event.kind === 'mem-info' && facts.order === null) return 'Memory state without its headline';
  if (event.kind === 'slub-failure') {
    const cache = event.detail['cache'];
    return `SLUB could not grow ${typeof cache === 'string' ? `the cache ${plainCache(cleanText(cache))}` : 'a cache'}${maskText(event) === null ? '' : `, ${maskText(event) ?? ''}`}`;
  }
  return `${requestText(event, facts)} for ${callerText(event, facts)} ${KIND_TEXT[event.kind] ?? 'was refused'}`;
}
