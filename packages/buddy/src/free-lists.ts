import { LAYOUT, STATE } from './layout.js';
import { mergeBlocks } from './merge.js';
import { NO_PAGE } from './no-page.js';
import { openArena, type BuddyOptions } from './open-arena.js';
import { freePagesInBlock, moveFreePages, setBlockType } from './pageblocks.js';

// Copies: V8 folds a module's own constants into compiled code, but loads an imported one at each use.
const { COUNTS, CEILING, FIRST, FREE_PAGES, LISTS } = LAYOUT;
const { HELD, INSIDE } = STATE;

/**
 * The state of an arena and the steps that a page allocator is built of, as the kernel has them. Nothing here checks
 * what it is given: a caller that breaks what a step asks for breaks the arena, and `check()` tells. `Buddy` is the
 * door in front.
 *
 * A "frame" is a page frame counted from `basePfn`; a "pfn" is absolute.
 */
export class FreeLists {
  // `declare`: a field that first held `undefined` would be read through a type check ever after.
  /** The arena's whole state. Another thread that has it can {@link Buddy.attach}; nothing here takes a lock. */
  declare readonly buffer: ArrayBufferLike;
  declare readonly startPfn: number;
  declare readonly pages: number;
  declare readonly maxOrder: number;
  /** Frames are grouped by mobility in blocks of this order. */
  declare readonly pageblockOrder: number;
  /** Free blocks of each list, indexed `order << 3 | migratetype`; a live view, to be read only. */
  declare readonly counts: Int32Array;

  /** Links, list heads, counts and header, as `LAYOUT` says. */
  declare readonly links: Int32Array;
  /** One byte a frame, counted from `basePfn`, as `STATE` says. */
  declare readonly state: Uint8Array;
  /** Migratetype of each pageblock, counted from `basePfn`. */
  declare readonly blockTypes: Uint8Array;
  /** Frame 0 of `state`: `startPfn` rounded down to a largest block. */
  declare readonly basePfn: number;
  /** Frames from `basePfn` to the arena's end. */
  declare readonly span: number;
  /** Bits of `RULE`. */
  declare readonly rules: number;

  /**
   * @throws {MisuseError} `ARENA_SIZE` for a number of pages or a start that can't be, or more than memory holds;
   *   `OPTION_RANGE` for any other option; `BUFFER_SIZE` when `buffer` is smaller than {@link Buddy.bytesFor} says.
   */
  constructor(options: BuddyOptions) {
    const arena = openArena(options);
    this.buffer = arena.buffer;
    this.startPfn = arena.startPfn;
    this.pages = arena.pages;
    this.maxOrder = arena.maxOrder;
    this.pageblockOrder = arena.pageblockOrder;
    this.counts = arena.counts;
    this.links = arena.links;
    this.state = arena.state;
    this.blockTypes = arena.blockTypes;
    this.basePfn = arena.basePfn;
    this.span = arena.span;
    this.rules = arena.rules;
  }

  /** Free pages of every list. */
  get freePages(): number {
    return this.links[FREE_PAGES]!;
  }

  /** The migratetype of the pageblock around `pfn`. */
  blockType(pfn: number): number {
    return this.blockTypes[(pfn - this.basePfn) >> this.pageblockOrder]!;
  }

  /** A cached block is held again. */
  uncache(pfn: number, order: number): void {
    this.state[pfn - this.basePfn] = HELD | order;
  }

  /**
   * Takes from the lists of one type only: the head of the smallest order that has a block.
   * Source: mm/page_alloc.c, __rmqueue_smallest() and expand(), v6.12.
   */
  takeSmallest(order: number, migratetype: number): number {
    const links = this.links;
    const list = order << 3 | migratetype;
    const node = links[list << 1]!;
    if (node < LISTS) return this.splitSmallest(order, migratetype);
    const next = links[node << 1]!;
    links[list << 1] = next;
    links[(next << 1) + 1] = list;
    links[COUNTS + list]!--;
    links[FREE_PAGES]! -= 1 << order;
    const frame = node - FIRST;
    this.state[frame] = HELD | order;
    return frame + this.basePfn;
  }

  private splitSmallest(order: number, migratetype: number): number {
    const links = this.links;
    const ceiling = links[CEILING]!;
    for (let larger = order + 1; larger <= ceiling; larger++) {
      const list = larger << 3 | migratetype;
      if (links[COUNTS + list] === 0) continue;
      return this.takeBlock(links[list << 1]! - FIRST + this.basePfn, order, migratetype);
    }
    return NO_PAGE;
  }

  /** First block of a list, or {@link NO_PAGE}. */
  firstFree(order: number, migratetype: number): number {
    const node = this.links[(order << 3 | migratetype) << 1]!;
    return node < LISTS ? NO_PAGE : node - FIRST + this.basePfn;
  }

  /** Order of the free block that begins at `pfn`; -1 when none does. */
  freeOrderAt(pfn: number): number {
    const state = this.state[pfn - this.basePfn]!;
    return state < LISTS ? state >> 3 : -1;
  }

  /**
   * Takes the free block that begins at `pfn`, keeps its first `2 ** order` pages and puts the upper halves at the head
   * of `migratetype`'s lists, largest first.
   * Source: mm/page_alloc.c, page_del_and_expand(), v6.12.
   */
  takeBlock(pfn: number, order: number, migratetype: number): number {
    const { links, state } = this;
    const frame = pfn - this.basePfn;
    const from = state[frame]!;
    const node = frame + FIRST;
    const next = links[node << 1]!;
    const prev = links[(node << 1) + 1]!;
    links[prev << 1] = next;
    links[(next << 1) + 1] = prev;
    links[COUNTS + from]!--;
    let high = from >> 3;
    while (high > order) {
      high--;
      const list = high << 3 | migratetype;
      const upper = frame + (1 << high);
      const half = upper + FIRST;
      const head = links[list << 1]!;
      links[half << 1] = head;
      links[(half << 1) + 1] = list;
      links[(head << 1) + 1] = half;
      links[list << 1] = half;
      links[COUNTS + list]!++;
      state[upper] = list;
    }
    links[FREE_PAGES]! -= 1 << order;
    state[frame] = HELD | order;
    return pfn;
  }

  /**
   * Frees a block that is on no list, whatever its state byte says, to the lists of `migratetype`.
   *
   * @param toTail - At the tail in any case.
   * Source: mm/page_alloc.c, __free_one_page() and buddy_merge_likely(), v6.12.
   */
  put(pfn: number, order: number, migratetype: number, toTail: boolean): void {
    const { links, state, pageblockOrder } = this;
    links[FREE_PAGES]! += 1 << order;
    let first = pfn - this.basePfn;
    let at = order;
    // Below the pageblock order a buddy is in the same pageblock, so its type need not be looked at.
    while (at < pageblockOrder) {
      const buddy = first ^ (1 << at);
      const list = state[buddy]!;
      if ((list >> 3) !== at) break;
      const node = (buddy + FIRST) << 1;
      const next = links[node]!;
      const prev = links[node + 1]!;
      links[prev << 1] = next;
      links[(next << 1) + 1] = prev;
      links[COUNTS + list]!--;
      state[first] = INSIDE;
      state[buddy] = INSIDE;
      first &= buddy;
      at++;
    }
    if (at >= pageblockOrder) {
      mergeBlocks(this, first, at, migratetype, toTail);
      return;
    }
    if (toTail || (at < this.maxOrder - 1 && (state[(first & ~(1 << at)) ^ (2 << at)]! >> 3) === at + 1)) this.addTail(first, at << 3 | migratetype);
    else this.addHead(first, at << 3 | migratetype);
    if (at > links[CEILING]!) links[CEILING] = at;
  }

  /** Puts a frame at the head of a list and counts the block; `freePages` and the ceiling are the caller's to keep. */
  addHead(frame: number, list: number): void {
    const links = this.links;
    const node = frame + FIRST;
    const head = links[list << 1]!;
    links[node << 1] = head;
    links[(node << 1) + 1] = list;
    links[(head << 1) + 1] = node;
    links[list << 1] = node;
    links[COUNTS + list]!++;
    this.state[frame] = list;
  }

  /** As {@link Buddy.addHead}, at the tail. */
  addTail(frame: number, list: number): void {
    const links = this.links;
    const node = frame + FIRST;
    const tail = links[(list << 1) + 1]!;
    links[node << 1] = list;
    links[(node << 1) + 1] = tail;
    links[tail << 1] = node;
    links[(list << 1) + 1] = node;
    links[COUNTS + list]!++;
    this.state[frame] = list;
  }

  /** Takes a free block's first frame off its list; its state byte, `freePages` and the rest are the caller's. */
  unlink(frame: number): void {
    const links = this.links;
    const node = (frame + FIRST) << 1;
    const next = links[node]!;
    const prev = links[node + 1]!;
    links[prev << 1] = next;
    links[(next << 1) + 1] = prev;
    links[COUNTS + this.state[frame]!]!--;
  }

  /** Sets the type of each pageblock in `2 ** order` pages from `pfn`, or of the one around it; moves no page. */
  setBlockType(pfn: number, migratetype: number, order = 0): void {
    setBlockType(this, pfn, migratetype, order);
  }

  /**
   * Moves the free blocks that begin in the pageblock around `pfn` to the tail of `migratetype`'s lists, in frame order.
   * The pageblock's type stays.
   *
   * @returns Pages moved.
   * Source: mm/page_alloc.c, __move_freepages_block(), v6.12.
   */
  moveFreePages(pfn: number, migratetype: number): number {
    return moveFreePages(this, pfn, migratetype);
  }

  /** Pages of the free blocks that begin in the pageblock around `pfn`. */
  freePagesInBlock(pfn: number): number {
    return freePagesInBlock(this, pfn);
  }
}
