import { NO_PAGE } from '@nopage/buddy';
import { __GFP_KSWAPD_RECLAIM } from '@nopage/gfp';
import { takeAny } from './fallback.js';
import type { Memory } from './memory.js';
import { takeFromList } from './pcp-lists.js';
import { SearchMode } from './profile.js';
import { VmEvent } from './vm-counters.js';

/**
 * Takes up to `count` single pages of one zone: from a per-CPU list, refilled as it runs dry, or from the free lists.
 *
 * @returns Frames written to the front of `out`; 0 when no zone has that much to spare.
 * Source: mm/page_alloc.c, alloc_pages_bulk_noprof(), v6.12.
 */
export function takeBulk(memory: Memory, gfp: number, migratetype: number, highest: number, out: Int32Array, count: number): number {
  const zones = memory.zonelists[highest]!;
  const allocFlags = memory.fastFlags[highest]! | (gfp & __GFP_KSWAPD_RECLAIM);
  for (const zone of zones) {
    const mark = zone.lowPages + zone.boostPages + count;
    if (!memory.rules.fast(zone, 0, mark, mark, zones[0]!.index, allocFlags, zone.freePages, null)) continue;
    const { pcp } = zone;
    let taken = 0;
    zone.searchMode = SearchMode.NORMAL;
    try {
      while (taken < count) {
        const pfn = pcp === null ? takeAny(memory, zone, 0, migratetype, allocFlags) : takeFromList(memory, zone, pcp, 0, migratetype, allocFlags);
        if (pfn === NO_PAGE) break;
        out[taken++] = pfn;
      }
    } catch (error) {
      // No memory for a longer list: pages that are in `out` by now are still the caller's.
      if (taken === 0) throw error;
    }
    memory.vm[VmEvent.PGALLOC + zone.index]! += taken;
    return taken;
  }
  return 0;
}
