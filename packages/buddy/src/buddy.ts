import { allocBulk, freeBulk } from './bulk.js';
import { check } from './check.js';
import { allocAt, allocExact, freeExact } from './exact.js';
import { stealFrom } from './fallback.js';
import { addFrames, admitFree, removeFrames } from './frames.js';
import { FreeLists } from './free-lists.js';
import { LAYOUT, RULE, setCeiling, STATE } from './layout.js';
import { mergeBlocks, PLACE, release } from './merge.js';
import { NO_PAGE } from './no-page.js';
import { arenaBytes, type BuddyOptions } from './open-arena.js';
import { convertBlock } from './pageblocks.js';
import { assertOrder, assertRequest } from './range.js';
import { listOf, rebuild, type FreeList } from './rebuild.js';
import { attachOptions, restore, snapshot } from './snapshot.js';
import { walk, type Visit } from './walk.js';

// Copies: V8 folds a module's own constants into compiled code, but loads an imported one at each use.
const { CEILING, COUNTS, FIRST, HEADS_END, LISTS } = LAYOUT;
const { CACHED, HELD, INSIDE } = STATE;
const MOVABLE = 1;

/**
 * Page frames `startPfn` to `startPfn + pages - 1`, given out in blocks of `2 ** order` and merged when they come back.
 *
 * Free blocks stand on a list for their order and the migratetype of their pageblock. Requests take the head of a
 * list; of a split the lowest part is kept and the rest goes to the heads; a freed block goes to the head too, or with
 * `deferLikelyMerges` to the tail if it is likely to merge soon.
 *
 * What is declared here checks what it is given and throws {@link MisuseError} before anything changed; what is
 * inherited from {@link FreeLists} is for a page allocator that has checked already.
 */
export class Buddy extends FreeLists {
  /** `free` merges by itself below this order: where a buddy has the same type and the head is the place to go to. */
  private declare readonly mergesBelow: number;

  /**
   * @throws {MisuseError} `ARENA_SIZE` for a number of pages or a start that can't be, or more than memory holds;
   *   `OPTION_RANGE` for any other option; `ARRAY_TYPE` when `buffer` is none, `BUFFER_SIZE` when it is smaller than
   *   {@link Buddy.bytesFor} says;
   *   `BAD_SNAPSHOT` when it is to be kept and holds no such arena.
   */
  constructor(options: BuddyOptions) {
    super(options);
    this.mergesBelow = (this.rules & RULE.DEFER_LIKELY_MERGES) !== 0 ? 0 : this.pageblockOrder;
  }

  /** Bytes that an arena of these options needs; a `buffer` that is passed in may be larger. */
  static bytesFor(options: Omit<BuddyOptions, 'buffer'>): number {
    return arenaBytes(options);
  }

  /**
   * Looks at an arena that is in `buffer` already: in another thread, or after a transfer.
   *
   * @throws {MisuseError} `BAD_SNAPSHOT` when the buffer holds no arena.
   */
  static attach(buffer: ArrayBufferLike): Buddy {
    return new Buddy(attachOptions(buffer));
  }

  /**
   * Takes a block of `2 ** order` pages, from the lists of `migratetype` or, when those can't serve it, from another
   * type's: a whole pageblock is converted if one is free, otherwise the smallest block that fits is taken as it is.
   * Types above 2 neither lend nor borrow.
   *
   * @param order - 0 to `maxOrder`.
   * @param migratetype - 0 to 7; 1 (movable) when left out.
   * @returns The block's first frame, aligned to its size, or {@link NO_PAGE}.
   * @throws {MisuseError} `ORDER_RANGE`, `MIGRATETYPE_RANGE`, `MEMORY_GONE`.
   */
  alloc(order: number, migratetype: number = MOVABLE): number {
    if (((order & ~15) | (migratetype & ~7)) !== 0 || order !== (order | 0) || migratetype !== (migratetype | 0)) {
      assertRequest(this, order, migratetype);
    }
    const links = this.links;
    const list = order << 3 | migratetype;
    const head = list << 1;
    const node = links[head]!;
    // Nor is it a node where there is no buffer any more.
    if (!(node >= HEADS_END)) return this.allocSlow(order, migratetype);
    const next = links[node]!;
    links[head] = next;
    links[next + 1] = head;
    links[COUNTS + list]!--;
    const frame = (node - FIRST) >> 1;
    this.state[frame] = HELD | order;
    return frame + this.basePfn;
  }

  private allocSlow(order: number, migratetype: number): number {
    const links = this.links;
    const ceiling = links[CEILING]!;
    if (order > ceiling) {
      if (order > this.maxOrder) assertOrder(this, order);
      return NO_PAGE;
    }
    for (let larger = order + 1; larger <= ceiling; larger++) {
      if (links[COUNTS + (larger << 3 | migratetype)] !== 0) return this.splitHead(larger, order, migratetype);
    }
    return stealFrom(this, order, migratetype);
  }

  /**
   * Gives a block back and merges it with its free buddies.
   *
   * @param pfn - A frame that `alloc(order)` returned and that is still held; or a reserved one, with whatever order.
   * @throws {MisuseError} `ORDER_RANGE`, `PFN_RANGE`; `DOUBLE_FREE` for a frame that is free or cached; `WRONG_ORDER`;
   *   `INSIDE_BLOCK` for a frame that is not the first of its block; `FOREIGN_FRAME` for one that is no memory;
   *   `MISALIGNED` for a reserved one; `MEMORY_GONE`.
   */
  free(pfn: number, order: number): void {
    // Written out, and kept under the 460 bytes of bytecode up to which V8 puts a function into the loop that calls it.
    const state = this.state;
    let first = pfn - this.basePfn;
    if ((order >>> 0) >= this.mergesBelow) {
      release(this, pfn, order);
      return;
    }
    if ((first >>> 0) >= this.span || state[first]! - HELD !== order) admitFree(this, pfn, order);
    const links = this.links;
    let at = order;
    let buddy = first ^ (1 << at);
    let list = state[buddy]!;
    if ((list >> 3) === at) {
      state[first] = INSIDE;
      do {
        const node = FIRST + (buddy << 1);
        const next = links[node]!;
        const prev = links[node + 1]!;
        links[prev] = next;
        links[next + 1] = prev;
        links[COUNTS + list]!--;
        state[buddy] = INSIDE;
        first &= buddy;
        if (++at === this.mergesBelow) {
          this.mergeOn(first, at);
          return;
        }
        buddy = first ^ (1 << at);
        list = state[buddy]!;
      } while ((list >> 3) === at);
    }
    list = at << 3 | this.blockTypes[first >> this.pageblockOrder]!;
    const node = FIRST + (first << 1);
    const head = list << 1;
    const next = links[head]!;
    links[node] = next;
    links[node + 1] = head;
    links[next + 1] = node;
    links[head] = node;
    links[COUNTS + list]!++;
    state[first] = list;
    if (at > links[CEILING]!) setCeiling(links, at);
  }

  private mergeOn(frame: number, order: number): void {
    mergeBlocks(this, frame, order, this.blockTypes[frame >> this.pageblockOrder]!, PLACE.HEAD);
  }

  /**
   * Takes up to `count` single pages: the same frames as so many calls of `alloc(0)`.
   *
   * @param count - As many as `out` holds when left out.
   * @returns How many frames were written to the front of `out`.
   * @throws {MisuseError} `ARRAY_TYPE`; `PAGES_RANGE` when `count` is not 0 to `out.length`; `MIGRATETYPE_RANGE`.
   */
  allocBulk(out: Int32Array, count?: number, migratetype: number = MOVABLE): number {
    return allocBulk(this, out, count, migratetype);
  }

  /**
   * Frees the first `count` frames of `pfns` (all when left out), each an order-0 block: the same as so many calls of
   * `free(pfn, 0)`.
   *
   * @throws {MisuseError} As `free`, and nothing was freed; a frame that is twice in the list is a `DOUBLE_FREE`.
   */
  freeBulk(pfns: Int32Array, count?: number): void {
    freeBulk(this, pfns, count);
  }

  /**
   * Takes the block of `2 ** order` pages that begins at `pfn`.
   *
   * @returns `pfn`, or {@link NO_PAGE} when any of its frames is not free.
   * @throws {MisuseError} `ORDER_RANGE`, `PFN_RANGE`, `MISALIGNED`.
   */
  allocAt(pfn: number, order: number): number {
    return allocAt(this, pfn, order);
  }

  /**
   * Takes any number of adjacent pages; what the next power of two has more is given back. More than a largest block
   * is looked for among free largest blocks that lie side by side.
   *
   * @returns The first frame, or {@link NO_PAGE}.
   * @throws {MisuseError} `PAGES_RANGE` when `pages` is not a whole number from 1 to the arena's size.
   */
  allocExact(pages: number, migratetype: number = MOVABLE): number {
    return allocExact(this, pages, migratetype);
  }

  /**
   * Gives back what {@link Buddy.allocExact} took.
   *
   * @throws {MisuseError} As `free`, and nothing was freed.
   */
  freeExact(pfn: number, pages: number): void {
    freeExact(this, pfn, pages);
  }

  /** Makes a held block into `2 ** order` held single pages, to be freed one by one. @throws {MisuseError} As `free`. */
  split(pfn: number, order: number): void {
    admitFree(this, pfn, order);
    const frame = pfn - this.basePfn;
    this.state.fill(HELD, frame, frame + (1 << order));
  }

  /** Free blocks of one order, all types. @throws {MisuseError} `ORDER_RANGE`. */
  freeCount(order: number): number {
    assertOrder(this, order);
    const counts = this.counts;
    let sum = 0;
    for (let list = order << 3, end = list + 8; list < end; list++) sum += counts[list]!;
    return sum;
  }

  /** The largest order that has a free block; -1 when nothing is free. */
  largestFreeOrder(): number {
    let order = this.links[CEILING]!;
    while (order >= 0 && this.freeCount(order) === 0) order--;
    return order;
  }

  /** Is this frame part of a free block? False for a number outside the arena. */
  isFree(pfn: number): boolean {
    return this.freeHead(pfn) !== NO_PAGE;
  }

  /** First frame of the free block that `pfn` is part of; {@link NO_PAGE} when it is not free. */
  freeHead(pfn: number): number {
    const frame = pfn - this.basePfn;
    if (!Number.isInteger(pfn) || frame < 0 || frame >= this.span) return NO_PAGE;
    for (let order = 0; order <= this.maxOrder; order++) {
      const head = frame & -(1 << order);
      const state = this.state[head]!;
      if (state < LISTS) return (state >> 3) >= order ? head + this.basePfn : NO_PAGE;
      if (state !== INSIDE) return NO_PAGE;
    }
    return NO_PAGE;
  }

  /** Calls `visit` for each block and each run of reserved or absent frames, in address order. */
  walk(visit: Visit): void {
    walk(this, visit);
  }

  /** Frames of one list, head to tail. @throws {MisuseError} `ORDER_RANGE`, `MIGRATETYPE_RANGE`. */
  list(order: number, migratetype: number): number[] {
    return listOf(this, order, migratetype);
  }

  /** Every broken invariant, as text; `[]` when the arena is sound. Ends on lists that loop, too. O(pages). */
  check(): string[] {
    return check(this);
  }

  /** A copy of the whole state: same geometry, same lists in the same order. Arenas in the same state give the same bytes. */
  snapshot(): ArrayBuffer {
    return snapshot(this);
  }

  /**
   * Becomes what `snapshot` was taken of.
   *
   * @throws {MisuseError} `BAD_SNAPSHOT` when it is of another geometry or breaks an invariant.
   */
  restore(snapshot: ArrayBufferLike): void {
    restore(this, snapshot);
  }

  /**
   * Makes exactly these blocks free, each list in this order from head to tail. Every other frame that is present
   * becomes reserved. Pageblock types stay as they are: set them first.
   *
   * @throws {MisuseError} `ORDER_RANGE`, `MIGRATETYPE_RANGE`, `PFN_RANGE`, `MISALIGNED`, `FOREIGN_FRAME`, or `OVERLAP`
   *   for a frame that is in two blocks.
   */
  rebuild(lists: Iterable<FreeList>): void {
    rebuild(this, lists);
  }

  /**
   * Makes absent frames present and reserved: memory that was added, or the rest of a hole. Free them to have them used.
   *
   * @throws {MisuseError} `PFN_RANGE`, or `OVERLAP` when one is present already.
   */
  addFrames(pfn: number, pages: number): void {
    addFrames(this, pfn, pages);
  }

  /**
   * Makes reserved frames absent.
   *
   * @throws {MisuseError} `PFN_RANGE`, or `FOREIGN_FRAME` when one is not reserved.
   */
  removeFrames(pfn: number, pages: number): void {
    removeFrames(this, pfn, pages);
  }

  /**
   * Notes that a held block waits in a cache of the caller's: freeing it is a `DOUBLE_FREE` until {@link Buddy.uncache}.
   *
   * @throws {MisuseError} As `free`.
   */
  cache(pfn: number, order: number): void {
    const frame = pfn - this.basePfn;
    if ((frame >>> 0) >= this.span || (order & ~15) !== 0 || this.state[frame]! - HELD !== order) admitFree(this, pfn, order);
    this.state[frame] = CACHED | order;
  }

  /**
   * Gives the pageblock around `pfn` another type, its free pages with it (see {@link Buddy.moveFreePages}); when it is
   * part of a larger free block, all of that.
   *
   * @returns Free pages that changed lists.
   * @throws {MisuseError} `PFN_RANGE`, `MIGRATETYPE_RANGE`.
   */
  convertBlock(pfn: number, migratetype: number): number {
    return convertBlock(this, pfn, migratetype);
  }
}
