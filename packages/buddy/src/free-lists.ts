import { LAYOUT, setCeiling, STATE } from './layout.js';
import { mergeBlocks, PLACE, type Place } from './merge.js';
import { NO_PAGE } from './no-page.js';
import { openArena, type BuddyOptions } from './open-arena.js';
import { freePagesInBlock, moveFreePages, setBlockType } from './pageblocks.js';

// Copies: V8 folds a module's own constants into compiled code, but loads an imported one at each use.
const { COUNTS, CEILING, FIRST, HEADS_END, LISTS, PLAIN_BELOW } = LAYOUT;
const { HELD, INSIDE } = STATE;
const { LIKELY, TAIL } = PLACE;

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

  /** Free pages of every list, added up: a call costs a look at every list. */
  get freePages(): number {
    const counts = this.counts;
    let pages = 0;
    for (let list = 0; list < LISTS; list++) pages += counts[list]! * (1 << (list >> 3));
    return pages;
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
    const head = list << 1;
    const node = links[head]!;
    if (!(node >= HEADS_END)) return this.splitSmallest(order, migratetype);
    const next = links[node]!;
    links[head] = next;
    links[next + 1] = head;
    links[COUNTS + list]!--;
    const frame = (node - FIRST) >> 1;
    this.state[frame] = HELD | order;
    return frame + this.basePfn;
  }

  private splitSmallest(order: number, migratetype: number): number {
    const links = this.links;
    const ceiling = links[CEILING]!;
    for (let larger = order + 1; larger <= ceiling; larger++) {
      if (links[COUNTS + (larger << 3 | migratetype)] !== 0) return this.splitHead(larger, order, migratetype);
    }
    return NO_PAGE;
  }

  /** Splits the head of a list where every smaller list of its type, down to `order`, is empty. */
  protected splitHead(from: number, order: number, migratetype: number): number {
    const { links, state } = this;
    const list = from << 3 | migratetype;
    const head = list << 1;
    const node = links[head]!;
    const next = links[node]!;
    links[head] = next;
    links[next + 1] = head;
    links[COUNTS + list]!--;
    const frame = (node - FIRST) >> 1;
    for (let high = from - 1; high >= order; high--) {
      const upper = frame + (1 << high);
      const half = FIRST + (upper << 1);
      const own = high << 3 | migratetype;
      const ownHead = own << 1;
      links[half] = ownHead;
      links[half + 1] = ownHead;
      links[ownHead] = half;
      links[ownHead + 1] = half;
      links[COUNTS + own] = 1;
      state[upper] = own;
    }
    state[frame] = HELD | order;
    return frame + this.basePfn;
  }

  /** First block of a list, or {@link NO_PAGE}. */
  firstFree(order: number, migratetype: number): number {
    const node = this.links[(order << 3 | migratetype) << 1]!;
    return node < HEADS_END ? NO_PAGE : ((node - FIRST) >> 1) + this.basePfn;
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
    const frame = pfn - this.basePfn;
    let high = this.state[frame]! >> 3;
    this.unlink(frame);
    while (high > order) {
      high--;
      this.addHead(frame + (1 << high), high << 3 | migratetype);
    }
    this.state[frame] = HELD | order;
    return pfn;
  }

  /**
   * Frees a block that is on no list, whatever its state byte says, to the lists of `migratetype`: to the head, or to
   * the tail if it is likely to merge soon.
   * Source: mm/page_alloc.c, __free_one_page() and buddy_merge_likely(), v6.12.
   *
   * @param frame - Counted from `basePfn`.
   */
  put(frame: number, order: number, migratetype: number): void {
    // Written out, and short, so that V8 puts it into the function that calls it.
    const { links, state } = this;
    const buddy = frame ^ (1 << order);
    if (order >= links[PLAIN_BELOW]! || (state[buddy]! >> 3) === order) {
      this.putMerged(frame, order, migratetype);
      return;
    }
    const list = order << 3 | migratetype;
    if ((state[(frame & buddy) ^ (2 << order)]! >> 3) === order + 1) {
      this.addTail(frame, list);
      return;
    }
    const node = FIRST + (frame << 1);
    const head = list << 1;
    const next = links[head]!;
    links[node] = next;
    links[node + 1] = head;
    links[next + 1] = node;
    links[head] = node;
    links[COUNTS + list]!++;
    state[frame] = list;
  }

  /** As {@link FreeLists.put}, to the tail in any case. */
  putLast(frame: number, order: number, migratetype: number): void {
    this.putMerged(frame, order, migratetype, TAIL);
  }

  private putMerged(frame: number, order: number, migratetype: number, place: Place = LIKELY): void {
    const { links, state, pageblockOrder } = this;
    let first = frame;
    let at = order;
    // Below the pageblock order a buddy is in the same pageblock, so its type need not be looked at.
    while (at < pageblockOrder) {
      const buddy = first ^ (1 << at);
      const list = state[buddy]!;
      if ((list >> 3) !== at) break;
      const node = FIRST + (buddy << 1);
      const next = links[node]!;
      const prev = links[node + 1]!;
      links[prev] = next;
      links[next + 1] = prev;
      links[COUNTS + list]!--;
      state[first] = INSIDE;
      state[buddy] = INSIDE;
      first &= buddy;
      at++;
    }
    if (at >= pageblockOrder) {
      mergeBlocks(this, first, at, migratetype, place);
      return;
    }
    const list = at << 3 | migratetype;
    if (place === TAIL || (at < this.maxOrder - 1 && (state[(first & ~(1 << at)) ^ (2 << at)]! >> 3) === at + 1)) this.addTail(first, list);
    else this.addHead(first, list);
    if (at > links[CEILING]!) setCeiling(links, at);
  }

  /** Puts a block at the head of a list and counts it. @param frame - Counted from `basePfn`. */
  addHead(frame: number, list: number): void {
    const links = this.links;
    const node = FIRST + (frame << 1);
    const head = list << 1;
    const next = links[head]!;
    links[node] = next;
    links[node + 1] = head;
    links[next + 1] = node;
    links[head] = node;
    links[COUNTS + list]!++;
    this.state[frame] = list;
  }

  /** As {@link FreeLists.addHead}, at the tail. */
  addTail(frame: number, list: number): void {
    const links = this.links;
    const node = FIRST + (frame << 1);
    const head = list << 1;
    const prev = links[head + 1]!;
    links[node] = head;
    links[node + 1] = prev;
    links[prev] = node;
    links[head + 1] = node;
    links[COUNTS + list]!++;
    this.state[frame] = list;
  }

  /** Takes a free block off its list; its state byte is the caller's to change. @param frame - Counted from `basePfn`. */
  unlink(frame: number): void {
    const links = this.links;
    const node = FIRST + (frame << 1);
    const next = links[node]!;
    const prev = links[node + 1]!;
    links[prev] = next;
    links[next + 1] = prev;
    links[COUNTS + this.state[frame]!]!--;
  }

  /** Sets the type of each pageblock in `2 ** order` pages from `pfn`, or of the one around it; moves no page. */
  setBlockType(pfn: number, migratetype: number, order = 0): void {
    setBlockType(this, pfn, migratetype, order);
  }

  /**
   * Moves the free blocks that begin in the pageblock around `pfn` to the tail of `migratetype`'s lists, in frame order.
   * The pageblock's type stays.
   * Source: mm/page_alloc.c, __move_freepages_block(), v6.12.
   *
   * @returns Pages moved.
   */
  moveFreePages(pfn: number, migratetype: number): number {
    return moveFreePages(this, pfn, migratetype);
  }

  /** Pages of the free blocks that begin in the pageblock around `pfn`. */
  freePagesInBlock(pfn: number): number {
    return freePagesInBlock(this, pfn);
  }
}
