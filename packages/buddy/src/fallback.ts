import type { Buddy } from './buddy.js';
import { LAYOUT, setCeiling } from './layout.js';
import { NO_PAGE } from './no-page.js';
import { assertBuffer } from './range.js';

/** Which types a type borrows from, in order. Source: mm/page_alloc.c, fallbacks[], v6.12. */
const FALLBACKS: readonly (readonly [number, number])[] = [[2, 1], [2, 0], [0, 1]];

/** What `alloc` does when the lists of the request's own type can't serve it. The order is not above the ceiling. */
export function stealFrom(buddy: Buddy, order: number, migratetype: number): number {
  const { links, pageblockOrder, basePfn } = buddy;
  const ceiling = links[LAYOUT.CEILING]!;
  const others = FALLBACKS[migratetype];
  if (others !== undefined) {
    for (let larger = ceiling; larger >= order && larger >= pageblockOrder; larger--) {
      for (const other of others) {
        const pfn = buddy.firstFree(larger, other);
        if (pfn === NO_PAGE) continue;
        buddy.setBlockType(pfn, migratetype, larger);
        return buddy.takeBlock(pfn, order, migratetype);
      }
    }
    for (let larger = order; larger < pageblockOrder && larger <= ceiling; larger++) {
      for (const other of others) {
        const pfn = buddy.firstFree(larger, other);
        if (pfn !== NO_PAGE) return buddy.takeBlock(pfn, order, buddy.blockTypes[(pfn - basePfn) >> pageblockOrder]!);
      }
    }
  }
  lowerCeiling(buddy, order);
  return NO_PAGE;
}

/** After a search that found nothing: the next one of this order ends at once. @throws {MisuseError} `MEMORY_GONE`. */
function lowerCeiling(buddy: Buddy, order: number): void {
  assertBuffer(buddy);
  let ceiling = buddy.links[LAYOUT.CEILING]!;
  while (ceiling > 0 && ceiling >= order && buddy.freeCount(ceiling) === 0) ceiling--;
  setCeiling(buddy.links, ceiling);
}
