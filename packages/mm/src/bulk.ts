import { NO_PAGE, STATE } from '@nopage/buddy';
import { AllocFlag } from '@nopage/gfp';
import { takeAny } from './fallback.js';
import type { Memory } from './memory.js';
import { takeFromList } from './pcp-lists.js';
import { SearchMode } from './profile.js';
import { zoneOf } from './zonelist.js';

/**
 * Takes up to `count` single pages of one zone: from a per-CPU list, refilled as it runs dry, or from the free lists.
 * Other than a single request it neither spares pageblocks of another type nor wakes kswapd.
 *
 * @returns Frames written to the front of `out`; 0 when no zone has that much to spare.
 * Source: mm/page_alloc.c, alloc_pages_bulk_noprof(), v6.12.
 */
export function takeBulk(memory: Memory, migratetype: number, highest: number, out: Int32Array, count: number): number {
  const zones = memory.zonelists[highest]!;
  for (const zone of zones) {
    const mark = zone.lowPages + zone.boostPages + count;
    if (!memory.rules.fast(zone, 0, mark, mark, zones[0]!.index, AllocFlag.WMARK_LOW, zone.freePages, null)) continue;
    const { pcp } = zone;
    let taken = 0;
    zone.searchMode = SearchMode.NORMAL;
    try {
      while (taken < count) {
        const pfn = pcp === null ? takeAny(memory, zone, 0, migratetype, AllocFlag.WMARK_LOW) : takeFromList(memory, zone, pcp, 0, migratetype, AllocFlag.WMARK_LOW);
        if (pfn === NO_PAGE) break;
        out[taken++] = pfn;
      }
    } catch (error) {
      // No memory for a longer list: pages that are in `out` by now are still the caller's.
      if (taken === 0 || !(error instanceof RangeError)) throw error;
    }
    zone.allocatedPages += taken;
    return taken;
  }
  return 0;
}
