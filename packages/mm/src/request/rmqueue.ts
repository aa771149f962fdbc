import { NO_PAGE } from '@nopage/buddy';
import { AllocFlag, Migratetype } from '@nopage/gfp';
import { putFree } from '../free/put-free.js';
import type { Memory } from '../memory.js';
import { takeCached } from '../pcp/pcp-lists.js';
import { SearchMode } from '../profiles/profile.js';
import { ZoneFlag, type Zone } from '../zones/zone.js';
import { takeAny, takeOwn } from './fallback.js';

/**
 * Takes a block from a zone that may be used: from a per-CPU list if one keeps this order, else from the free lists.
 * Source: mm/page_alloc.c, rmqueue(), v6.12.
 *
 * @returns Its first frame, or `NO_PAGE`: pages may be free and yet none of them fit.
 */
export function rmqueue(memory: Memory, zone: Zone, order: number, migratetype: number, allocFlags: number): number {
  let pfn = NO_PAGE;
  const pcp = zone.pcpFor(order);
  if (pcp !== null) pfn = takeCached(memory, zone, pcp, order, migratetype, allocFlags);
  if (pfn === NO_PAGE) pfn = takeFree(memory, zone, order, migratetype, allocFlags);
  if ((zone.flags & ZoneFlag.BOOSTED_WATERMARK) !== 0 && (allocFlags & memory.boostClearingFlags) !== 0) {
    zone.flags &= ~ZoneFlag.BOOSTED_WATERMARK;
    zone.settle();
    wakeHolding(memory, zone, pfn, order);
  }
  if (pfn !== NO_PAGE) zone.allocatedPages += 1 << order;
  return pfn;
}

/** Asks for kswapd with a block in hand, which goes back if whoever is told throws. */
function wakeHolding(memory: Memory, zone: Zone, pfn: number, order: number): void {
  try {
    memory.wakeKswapd(zone, 0, zone.rank, 0);
  } catch (error) {
    if (pfn !== NO_PAGE) putFree(zone, pfn, order, zone.buddy.blockType(pfn));
    throw error;
  }
}

/** Source: mm/page_alloc.c, rmqueue_buddy(), v6.12.117. */
function takeFree(memory: Memory, zone: Zone, order: number, migratetype: number, allocFlags: number): number {
  if ((allocFlags & AllocFlag.HIGHATOMIC) !== 0) {
    const pfn = takeOwn(memory, zone, order, Migratetype.HIGHATOMIC);
    if (pfn !== NO_PAGE) return pfn;
  }
  zone.searchMode = SearchMode.NORMAL;
  const pfn = takeAny(memory, zone, order, migratetype, allocFlags);
  if (pfn !== NO_PAGE || (allocFlags & memory.lastResortFlags) === 0) return pfn;
  return takeOwn(memory, zone, order, Migratetype.HIGHATOMIC);
}
