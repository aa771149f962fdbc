import { given, MisuseError } from './errors.js';

/**
 * Everything an arena knows, in one buffer:
 *
 * ```text
 * Int32  links       a node is the number of its first word: next node, then previous node
 *        0 to 255    list heads, two words each, by `order << 3 | migratetype`; lists are circular
 *        256 to 383  free blocks of each list
 *        384 to 399  ceiling and what follows from it, geometry
 *        400 ...     frames, two words each
 * Uint8  state       one byte a frame
 * Uint8  blockTypes  one byte a pageblock
 * ```
 *
 * A state byte below 128 is the head of a free block and names its list, so one read says whether a frame may be
 * freed, whether a buddy can be merged and which list loses it.
 */
export const LAYOUT = {
  /** Free lists are numbered `order << LIST_SHIFT | migratetype`. */
  LIST_SHIFT: 3,
  /** Lists, and the smallest state byte that names none. */
  LISTS: 128,
  /** Nodes below this are list heads. */
  HEADS_END: 256,
  /** Word of the first list's count of blocks. */
  COUNTS: 256,
  /** Word of an order that no free block exceeds: lowered by a failed search, raised by a free. */
  CEILING: 384,
  MAGIC: 385,
  START_PFN: 386,
  PAGES: 387,
  MAX_ORDER: 388,
  PAGEBLOCK_ORDER: 389,
  RULES: 390,
  /**
   * Word of an order: a block below it is within its pageblock, so is the one that it and its buddy would be part of,
   * and freeing it raises no ceiling.
   */
  PLAIN_BELOW: 391,
  /** Node of the first frame. */
  FIRST: 400,
} as const;

/** State bytes that are not a free list's number. */
export const STATE = {
  /** `HELD | order`: first frame of a block that was handed out. */
  HELD: 0x80,
  /** `CACHED | order`: first frame of a block that waits in a cache of the caller's. */
  CACHED: 0x90,
  /** Present, but not handed out by this allocator: the order it will be freed with is not known. */
  RESERVED: 0xfd,
  /** Not memory: a hole, or padding at an end. Never a buddy. */
  ABSENT: 0xfe,
  /** Any other frame of a block. */
  INSIDE: 0xff,
} as const;

/** Written at the front of a buffer that holds an arena: 'page', version 1. */
export const MAGIC = 0x70616701;

/** Sets the order that no free block exceeds. Never below 0, so that a free of one page need not raise it. */
export function setCeiling(links: Int32Array, ceiling: number): void {
  links[LAYOUT.CEILING] = ceiling;
  links[LAYOUT.PLAIN_BELOW] = Math.min(ceiling + 1, links[LAYOUT.PAGEBLOCK_ORDER]!, links[LAYOUT.MAX_ORDER]! - 1);
}

/** Bits of the word {@link LAYOUT.RULES}. */
export const RULE = { RETYPE_ON_MERGE: 1, SPLIT_LARGE_FREES: 2, DEFER_LIKELY_MERGES: 4 } as const;

/** Largest `maxOrder`: list numbers have four bits for the order. */
export const ORDER_LIMIT = 15;

/** Migratetypes are 0 to 7: list numbers have three bits for them. */
export const MIGRATETYPE_LIMIT = 7;

/** Largest arena in pages, so that every node is a 32-bit integer. */
export const MAX_PAGES: number = 2 ** 29;

/** One past the largest page frame number. */
const PFN_LIMIT: number = 2 ** 31 - 1;

/** The shape of an arena; fixed for its life. */
export interface Geometry {
  readonly startPfn: number;
  readonly pages: number;
  readonly maxOrder: number;
  readonly pageblockOrder: number;
}

/** A geometry's extent in frames counted from `basePfn`, which is aligned to the largest block. */
export interface Extent {
  readonly basePfn: number;
  /** Frames from `basePfn` to the end of the arena. */
  readonly span: number;
  /** `span` rounded up to whole largest blocks: a buddy's state can be read without asking where the arena ends. */
  readonly paddedSpan: number;
  readonly blocks: number;
  /** Of the whole state, a multiple of 8. */
  readonly bytes: number;
}

export function extentOf({ startPfn, pages, maxOrder, pageblockOrder }: Geometry): Extent {
  const largest = 1 << maxOrder;
  const basePfn = startPfn - (startPfn % largest);
  const span = startPfn - basePfn + pages;
  const paddedSpan = Math.ceil(span / largest) * largest;
  const blocks = paddedSpan / (1 << pageblockOrder);
  const bytes = (LAYOUT.FIRST + span * 2) * 4 + paddedSpan + blocks;
  return { basePfn, span, paddedSpan, blocks, bytes: Math.ceil(bytes / 8) * 8 };
}

/**
 * Refuses a geometry that can't be laid out.
 *
 * @throws {MisuseError} `ARENA_SIZE` for pages or a start that are no whole number in range; `OPTION_RANGE` for orders.
 */
export function assertGeometry({ startPfn, pages, maxOrder, pageblockOrder }: Geometry): void {
  if (!Number.isInteger(pages) || pages < 1 || pages > MAX_PAGES) {
    throw new MisuseError('ARENA_SIZE', `an arena has 1 to ${MAX_PAGES} pages, not ${given(pages)}`, { pages });
  }
  if (!Number.isInteger(startPfn) || startPfn < 0 || startPfn + pages > PFN_LIMIT) {
    throw new MisuseError('ARENA_SIZE', `${pages} frames from ${given(startPfn)} are not within 0 to ${PFN_LIMIT - 1}`, { startPfn, pages });
  }
  if (!Number.isInteger(maxOrder) || maxOrder < 0 || maxOrder > ORDER_LIMIT) {
    throw new MisuseError('OPTION_RANGE', `maxOrder is 0 to ${ORDER_LIMIT}, not ${given(maxOrder)}`, { maxOrder });
  }
  if (!Number.isInteger(pageblockOrder) || pageblockOrder < 0 || pageblockOrder > maxOrder) {
    throw new MisuseError('OPTION_RANGE', `pageblockOrder is 0 to maxOrder (${maxOrder}), not ${given(pageblockOrder)}`, { pageblockOrder, maxOrder });
  }
}
