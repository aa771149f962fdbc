import type { Zone } from './zone.js';

/**
 * Gives every free block of a pageblock to another type, lowest frame first, each to the tail of its list, and the
 * pageblock with them.
 * Source: mm/page_alloc.c, __move_freepages_block(), v6.12.
 *
 * @returns Pages moved; -1, and nothing has changed, when the pageblock is not wholly in the zone.
 */
export function convertPageblock(zone: Zone, pfn: number, from: number, to: number): number {
  if (!pageblockInside(zone, pfn)) return -1;
  const buddy = zone.buddy;
  if (zone.freeDiffThreshold > 0) accountMoves(zone, pfn);
  const pages = buddy.moveFreePages(pfn, to);
  zone.moveHighatomic(from, to, pages);
  buddy.setBlockType(pfn, to);
  return pages;
}

/** Each block leaves the count and enters it again, which flushes a count that is kept back. */
function accountMoves(zone: Zone, pfn: number): void {
  const start = pfn & -zone.pageblockPages;
  const end = start + zone.pageblockPages;
  for (let frame = start; frame < end;) {
    const order = zone.buddy.freeOrderAt(frame);
    if (order >= 0) {
      zone.count(-(1 << order));
      zone.count(1 << order);
    }
    frame += order < 0 ? 1 : 1 << order;
  }
}

/** Does the whole pageblock around `pfn` belong to the zone? Source: mm/page_alloc.c, prep_move_freepages_block(), v6.12. */
export function pageblockInside(zone: Zone, pfn: number): boolean {
  const start = pfn & -zone.pageblockPages;
  return start >= zone.startPfn && start + zone.pageblockPages <= zone.endPfn;
}
