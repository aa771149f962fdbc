import { NO_PAGE } from '@nopage/buddy';
import { AllocFlag, LIST_SHIFT, Migratetype } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import { fallbackType, mayClaim, takeOwn, traceBorrowed, worthClaiming } from '../request/fallback.js';
import { boostZone } from '../zones/boost.js';
import type { Zone } from '../zones/zone.js';

/**
 * Borrowing in one pass: the largest free block of another type is moved to the request's lists, with all that is free
 * in its pageblock where that is allowed, and the request tries its own lists again.
 * Source: mm/page_alloc.c, __rmqueue_fallback(), v6.1.
 */
export function moveAndRetry(memory: Memory, zone: Zone, order: number, migratetype: number, allocFlags: number): number {
  const pageblockOrder = zone.buddy.pageblockOrder;
  const least = order < pageblockOrder && (allocFlags & AllocFlag.NOFRAGMENT) !== 0 ? pageblockOrder : order;
  for (let current = zone.maxOrder; current >= least; current--) {
    let fromType = fallbackType(zone, current, migratetype);
    if (fromType < 0) continue;
    const whole = mayClaim(zone, current, migratetype);
    // A movable request that can't have the pageblock is better served by the smallest block.
    let from = current;
    if (!whole && current > order) {
      from = order;
      while ((fromType = fallbackType(zone, from, migratetype)) < 0) from++;
    }
    const block = zone.buddy.firstFree(from, fromType);
    moveToRequest(memory, zone, block, from, migratetype, allocFlags, mayClaim(zone, from, migratetype));
    if (memory.trace !== null) traceBorrowed(memory, zone, block, order, from, migratetype, fromType);
    return takeOwn(memory, zone, order, migratetype);
  }
  return NO_PAGE;
}

/** Source: mm/page_alloc.c, steal_suitable_fallback(), v6.1. */
function moveToRequest(memory: Memory, zone: Zone, block: number, order: number, migratetype: number, allocFlags: number, whole: boolean): void {
  const buddy = zone.buddy;
  const blockType = buddy.blockType(block);
  if (blockType !== Migratetype.HIGHATOMIC) {
    if (order >= buddy.pageblockOrder) {
      buddy.setBlockType(block, migratetype, order);
    } else {
      if (boostZone(memory, zone) && (allocFlags & AllocFlag.KSWAPD) !== 0) zone.askForKswapd();
      if (whole) {
        const freePages = moveFreePagesOf(zone, block, migratetype);
        if (freePages > 0) {
          if (worthClaiming(zone, firstOf(zone, block), freePages, blockType, migratetype)) buddy.setBlockType(block, migratetype);
          return;
        }
      }
    }
  }
  moveBlock(zone, block, order, migratetype);
}

/** First frame of the pageblock around `block`; where that is outside the zone, the block's own. */
function firstOf(zone: Zone, block: number): number {
  const start = block & -zone.pageblockPages;
  return start < zone.startPfn ? block : start;
}

/**
 * Moves what is free in the pageblock around `block`: from the block itself on where the pageblock begins outside the
 * zone, nothing where it ends outside.
 * Source: mm/page_alloc.c, move_freepages_block(), v6.1.
 */
function moveFreePagesOf(zone: Zone, block: number, migratetype: number): number {
  const end = (block & -zone.pageblockPages) + zone.pageblockPages;
  if (end > zone.endPfn) return 0;
  let pages = 0;
  for (let pfn = firstOf(zone, block); pfn < end;) {
    const order = zone.buddy.freeOrderAt(pfn);
    if (order >= 0) {
      moveBlock(zone, pfn, order, migratetype);
      pages += 1 << order;
    }
    pfn += order < 0 ? 1 : 1 << order;
  }
  return pages;
}

function moveBlock(zone: Zone, pfn: number, order: number, migratetype: number): void {
  const frame = pfn - zone.buddy.basePfn;
  zone.buddy.unlink(frame);
  zone.buddy.addTail(frame, (order << LIST_SHIFT) | migratetype);
}

/**
 * Gives a pageblock and what is free in it to another type; where the zone cuts the block, only the name changes.
 * Source: mm/page_alloc.c, reserve_highatomic_pageblock() and unreserve_highatomic_pageblock(), v6.1.
 *
 * @returns Pages moved.
 */
export function renamePageblock(zone: Zone, pfn: number, _from: number, to: number): number {
  zone.buddy.setBlockType(pfn, to);
  return moveFreePagesOf(zone, pfn, to);
}
