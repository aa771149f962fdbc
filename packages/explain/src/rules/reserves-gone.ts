import { findConsumer, swapAdvice } from '../advice/machine.js';
import { raiseMinFree } from '../advice/reserve.js';
import type { Facts } from '../facts.js';
import type { Rule } from '../rule.js';
import { pagesText } from '../words.js';
import { freePagesIn } from '../zones/free-pages.js';

/** Is memory being freed in this very call? Whoever frees it may take the last page for that (PF_MEMALLOC), whatever the mask says. */
// mm/vmscan.c, kswapd(), try_to_free_pages(), v6.12
function isReclaiming(facts: Facts): boolean {
  if (facts.canSleep !== true || facts.has('__GFP_NOMEMALLOC')) return false;
  return facts.context === 'reclaimer' || facts.frames.own.some((name) => /^_*(?:balance_pgdat|kswapd|(?:do_)?try_to_free_pages|perform_reclaim)$/.test(name));
}

/** No watermark holds against the caller, and there was still no page. */
export const reservesGone: Rule = {
  name: 'reserves-gone',
  source: 'mm/page_alloc.c, __gfp_pfmemalloc_flags(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure') return null;
    const all = facts.permits?.reserves === 'all' || isReclaiming(facts);
    const size = 2 ** (facts.order ?? 0);
    const free = freePagesIn(facts.eligible);
    const known = facts.eligible.some((zone) => zone.state.freePages !== null);
    // Without the zones a block of several pages says nothing of how much was left.
    const gone = known ? free < size && (all || size <= 8) : all && size === 1;
    if (!gone && !(known && all && facts.eligible.every((zone) => zone.blockOk === false))) return null;
    const why = !known
      ? 'The caller may take the last page, because it helps to free memory, and was refused: even the reserves were gone.'
      : free < size
        ? `${free === 0 ? 'No page is' : `Only ${pagesText(free)} ${free === 1 ? 'is' : 'are'}`} free in all zones it may use, and it asked for ${pagesText(size)}: even the reserves are gone.`
        : `The caller may take the last page, because it helps to free memory, and no block of order ${facts.order ?? 0} was left.`;
    return {
      cause: free < size * 4 ? 'exhausted' : 'fragmentation', severity: 'act', confidence: known ? 'computed' : 'inferred', why: [why],
      means: all ? 'Writing memory out to free it may itself stop for want of memory: the machine can hang.' : 'Whoever asks for memory now is refused or waits; the machine can hang.',
      advice: [...raiseMinFree(facts), ...findConsumer(facts), ...swapAdvice(facts)],
    };
  },
};
