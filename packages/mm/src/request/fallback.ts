import { NO_PAGE } from '@nopage/buddy';
import { LIST_SHIFT, Migratetype } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import { SearchMode } from '../profiles/profile.js';
import type { Zone } from '../zones/zone.js';

const { UNMOVABLE, MOVABLE, RECLAIMABLE } = Migratetype;

/** Types to borrow from, two for each of the first three. Source: mm/page_alloc.c, fallbacks[], v6.12. */
const FALLBACKS: Int8Array = Int8Array.of(RECLAIMABLE, MOVABLE, RECLAIMABLE, UNMOVABLE, UNMOVABLE, MOVABLE);

/**
 * The type that a request may borrow a block of this order from; -1 when neither has one.
 * Source: mm/page_alloc.c, find_suitable_fallback(), v6.12.
 */
export function fallbackType(zone: Zone, order: number, migratetype: number): number {
  const counts = zone.counts;
  const list = order << LIST_SHIFT;
  const first = FALLBACKS[migratetype << 1]!;
  if (counts[list | first] !== 0) return first;
  const second = FALLBACKS[(migratetype << 1) + 1]!;
  return counts[list | second] !== 0 ? second : -1;
}

/**
 * May a request take over a whole pageblock because of a free block of this order in it? Movable pages do no lasting
 * harm in another type's pageblock, so for them a small block is no reason.
 * Source: mm/page_alloc.c, should_try_claim_block(), v6.12.117.
 */
export function mayClaim(zone: Zone, order: number, migratetype: number): boolean {
  return migratetype !== MOVABLE || order >= zone.buddy.pageblockOrder >> 1;
}

/**
 * Takes from the lists of one type only.
 * Source: mm/page_alloc.c, __rmqueue_smallest(), v6.12.
 */
export function takeOwn(memory: Memory, zone: Zone, order: number, migratetype: number): number {
  const pfn = zone.buddy.takeSmallest(order, migratetype);
  if (pfn === NO_PAGE) return NO_PAGE;
  zone.account(-(1 << order), migratetype);
  if (memory.trace !== null) traceTaken(memory, zone, pfn, order, migratetype);
  return pfn;
}

function traceTaken(memory: Memory, zone: Zone, pfn: number, order: number, migratetype: number): void {
  memory.trace?.zoneLocked?.(pfn, order, migratetype, migratetype < Migratetype.HIGHATOMIC && zone.pcpFor(order) !== null);
}

/**
 * One block of a refill or a single request: from the lists of its own type, else from another's.
 * Source: mm/page_alloc.c, __rmqueue(), v6.12.117.
 */
export function takeAny(memory: Memory, zone: Zone, order: number, migratetype: number, allocFlags: number): number {
  if (zone.searchMode === SearchMode.NORMAL) {
    const pfn = takeOwn(memory, zone, order, migratetype);
    if (pfn !== NO_PAGE) return pfn;
  }
  return memory.profile.fallback(memory, zone, order, migratetype, allocFlags);
}

/**
 * Is a pageblock with this much free and alike worth taking over?
 * Source: mm/page_alloc.c, try_to_claim_block(), v6.12.117.
 *
 * @param first - First frame of the block, or of what counts of it where it begins outside the zone.
 * @param freePages - Free pages from there on.
 * @param fromType - The block's type.
 */
export function worthClaiming(zone: Zone, first: number, freePages: number, fromType: number, migratetype: number): boolean {
  let alike = 0;
  if (migratetype === MOVABLE || fromType === MOVABLE) {
    const movable = zone.movable === null ? 0 : zone.movable.count(first, zone.pageblockPages - (first & (zone.pageblockPages - 1)));
    alike = migratetype === MOVABLE ? movable : zone.pageblockPages - freePages - movable;
  }
  return freePages + alike >= zone.pageblockPages >> 1;
}

/** Tells of a borrowed block. */
export function traceBorrowed(memory: Memory, zone: Zone, pfn: number, order: number, fallbackOrder: number, migratetype: number, fromType: number): void {
  memory.trace?.extfrag?.(pfn, order, fallbackOrder, migratetype, fromType, zone.buddy.blockType(pfn) === migratetype);
}
