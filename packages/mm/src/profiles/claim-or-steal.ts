import { NO_PAGE } from '@nopage/buddy';
import { AllocFlag } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import { fallbackType, mayClaim, takeOwn, traceBorrowed, worthClaiming } from '../request/fallback.js';
import { boostZone } from '../zones/boost.js';
import { convertPageblock, pageblockInside } from '../zones/pageblocks.js';
import type { Zone } from '../zones/zone.js';
import { SearchMode } from './profile.js';

/**
 * Borrowing in two passes: first a pageblock is taken over as a whole, from the largest free block down; when none can
 * be, the smallest block that fits is taken and its pageblock left as it is.
 * Source: mm/page_alloc.c, __rmqueue(), v6.12.117.
 */
export function claimOrSteal(memory: Memory, zone: Zone, order: number, migratetype: number, allocFlags: number): number {
  if (zone.searchMode === SearchMode.NORMAL) {
    const pfn = claim(memory, zone, order, migratetype, allocFlags);
    if (pfn !== NO_PAGE) return pfn;
  }
  if ((allocFlags & AllocFlag.NOFRAGMENT) !== 0) return NO_PAGE;
  const pfn = steal(memory, zone, order, migratetype);
  if (pfn !== NO_PAGE) zone.searchMode = SearchMode.STEAL;
  return pfn;
}

/** Source: mm/page_alloc.c, __rmqueue_claim(), v6.12.117. */
function claim(memory: Memory, zone: Zone, order: number, migratetype: number, allocFlags: number): number {
  const pageblockOrder = zone.buddy.pageblockOrder;
  const least = order < pageblockOrder && (allocFlags & AllocFlag.NOFRAGMENT) !== 0 ? pageblockOrder : order;
  for (let current = zone.maxOrder; current >= least; current--) {
    const fromType = fallbackType(zone, current, migratetype);
    if (fromType < 0) continue;
    if (!mayClaim(zone, current, migratetype)) break;
    const block = zone.buddy.firstFree(current, fromType);
    const pfn = current >= pageblockOrder
      ? claimLarge(zone, block, current, order, fromType, migratetype)
      : claimAround(memory, zone, block, order, fromType, migratetype, allocFlags);
    if (pfn === NO_PAGE) continue;
    if (memory.trace !== null) traceBorrowed(memory, zone, pfn, order, current, migratetype, fromType);
    return pfn;
  }
  return NO_PAGE;
}

/** A free block of whole pageblocks changes its type and is split. */
function claimLarge(zone: Zone, block: number, current: number, order: number, fromType: number, migratetype: number): number {
  zone.account(-(1 << current), fromType);
  zone.buddy.setBlockType(block, migratetype, current);
  zone.buddy.takeBlock(block, order, migratetype);
  zone.account((1 << current) - (1 << order), migratetype);
  return block;
}

/** The pageblock around a smaller block changes its type if enough of it is free or alike. */
function claimAround(memory: Memory, zone: Zone, block: number, order: number, fromType: number, migratetype: number, allocFlags: number): number {
  if (boostZone(memory, zone) && (allocFlags & AllocFlag.KSWAPD) !== 0) zone.askForKswapd();
  if (!pageblockInside(zone, block)) return NO_PAGE;
  if (!worthClaiming(zone, block & -zone.pageblockPages, zone.buddy.freePagesInBlock(block), fromType, migratetype)) return NO_PAGE;
  convertPageblock(zone, block, fromType, migratetype);
  return takeOwn(memory, zone, order, migratetype);
}

/** Source: mm/page_alloc.c, __rmqueue_steal(), v6.12.117. */
function steal(memory: Memory, zone: Zone, order: number, migratetype: number): number {
  for (let current = order; current <= zone.maxOrder; current++) {
    const fromType = fallbackType(zone, current, migratetype);
    if (fromType < 0) continue;
    const block = zone.buddy.firstFree(current, fromType);
    zone.buddy.takeBlock(block, order, fromType);
    zone.account(-(1 << order), fromType);
    if (memory.trace !== null) traceBorrowed(memory, zone, block, order, current, migratetype, fromType);
    return block;
  }
  return NO_PAGE;
}
