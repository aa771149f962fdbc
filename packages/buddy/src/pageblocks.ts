import type { Buddy } from './buddy.js';
import type { FreeLists } from './free-lists.js';
import { LAYOUT } from './layout.js';
import { NO_PAGE } from './no-page.js';
import { assertFrames, assertMigratetype } from './range.js';

export function setBlockType({ blockTypes, basePfn, pageblockOrder }: FreeLists, pfn: number, migratetype: number, order: number): void {
  const frame = pfn - basePfn;
  const block = frame >> pageblockOrder;
  blockTypes.fill(migratetype, block, Math.max(block + 1, (frame + (1 << order)) >> pageblockOrder));
}

/** Calls `visit` with the first frame and order of each free block that begins in the pageblock around `pfn`. */
function forEachFree({ state, basePfn, pageblockOrder }: FreeLists, pfn: number, visit: (frame: number, order: number) => void): void {
  const size = 1 << pageblockOrder;
  let frame = (pfn - basePfn) & -size;
  const end = frame + size;
  while (frame < end) {
    const value = state[frame]!;
    if (value < LAYOUT.LISTS) {
      const order = value >> LAYOUT.LIST_SHIFT;
      visit(frame, order);
      frame += 1 << order;
    } else frame++;
  }
}

export function moveFreePages(buddy: FreeLists, pfn: number, migratetype: number): number {
  let pages = 0;
  forEachFree(buddy, pfn, (frame, order) => {
    buddy.unlink(frame);
    buddy.addTail(frame, order << LAYOUT.LIST_SHIFT | migratetype);
    pages += 1 << order;
  });
  return pages;
}

export function freePagesInBlock(buddy: FreeLists, pfn: number): number {
  let pages = 0;
  forEachFree(buddy, pfn, (_frame, order) => {
    pages += 1 << order;
  });
  return pages;
}

export function convertBlock(buddy: Buddy, pfn: number, migratetype: number): number {
  assertFrames(buddy, pfn, 1);
  assertMigratetype(migratetype);
  const blockStart = Math.max(pfn - (pfn % 2 ** buddy.pageblockOrder), buddy.startPfn);
  const head = buddy.freeHead(blockStart);
  const large = head !== NO_PAGE && buddy.freeOrderAt(head) > buddy.pageblockOrder;
  const from = large ? head : pfn;
  const moved = buddy.moveFreePages(from, migratetype);
  buddy.setBlockType(from, migratetype, large ? buddy.freeOrderAt(head) : 0);
  return moved;
}
