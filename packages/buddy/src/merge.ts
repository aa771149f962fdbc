import type { Buddy } from './buddy.js';
import { admitFree } from './frames.js';
import type { FreeLists } from './free-lists.js';
import { LAYOUT, RULE, setCeiling, STATE } from './layout.js';

/**
 * Types at and above this one keep to themselves: their pageblocks never merge with another type's.
 * Source: mm/page_alloc.c, migratetype_is_mergeable(), v6.12.
 */
const FIRST_UNMERGEABLE = 3;

/** Which end of its list a freed block goes to; `LIKELY`: the tail, if it is likely to merge soon. */
export const PLACE = { HEAD: 0, LIKELY: 1, TAIL: 2 } as const;
export type Place = (typeof PLACE)[keyof typeof PLACE];

/**
 * Checks and frees a block by the rules of the arena: what `free` leaves to others. A block larger than a pageblock may
 * be of several types; with `splitLargeFrees` each pageblock is freed to its own, lowest first, and they merge again
 * where they may.
 * Source: mm/page_alloc.c, split_large_buddy(), v6.12.
 */
export function release(buddy: Buddy, pfn: number, order: number): void {
  admitFree(buddy, pfn, order);
  const { basePfn, blockTypes, pageblockOrder, rules } = buddy;
  const piece = (rules & RULE.SPLIT_LARGE_FREES) !== 0 ? Math.min(order, pageblockOrder) : order;
  const defers = (rules & RULE.DEFER_LIKELY_MERGES) !== 0;
  const frame = pfn - basePfn;
  buddy.state[frame] = STATE.INSIDE;
  for (let at = frame; at < frame + (1 << order); at += 1 << piece) {
    const migratetype = blockTypes[at >> pageblockOrder]!;
    if (defers) buddy.put(at, piece, migratetype);
    else mergeBlocks(buddy, at, piece, migratetype, PLACE.HEAD);
  }
}

/** The end of a free: merges on from pageblock order, where a buddy may be of another type, and lists the block. */
export function mergeBlocks(lists: FreeLists, frame: number, order: number, migratetype: number, place: Place): void {
  const { links, state, blockTypes, maxOrder, pageblockOrder } = lists;
  let first = frame;
  let at = order;
  while (at < maxOrder) {
    const other = first ^ (1 << at);
    if ((state[other]! >> LAYOUT.LIST_SHIFT) !== at) break;
    const otherType = blockTypes[other >> pageblockOrder]!;
    if (otherType !== migratetype) {
      if (migratetype >= FIRST_UNMERGEABLE || otherType >= FIRST_UNMERGEABLE) break;
      if ((lists.rules & RULE.RETYPE_ON_MERGE) !== 0) blockTypes.fill(migratetype, other >> pageblockOrder, (other + (1 << at)) >> pageblockOrder);
    }
    lists.unlink(other);
    state[first] = STATE.INSIDE;
    state[other] = STATE.INSIDE;
    first &= other;
    at++;
  }
  const list = at << LAYOUT.LIST_SHIFT | migratetype;
  if (place === PLACE.TAIL || (place === PLACE.LIKELY && mergeLikely(lists, first, at))) lists.addTail(first, list);
  else lists.addHead(first, list);
  if (at > links[LAYOUT.CEILING]!) setCeiling(links, at);
}

/**
 * Is the buddy of the block that this one and its buddy would make free as a whole?
 * Source: mm/page_alloc.c, buddy_merge_likely(), v6.12.
 */
function mergeLikely({ state, maxOrder }: FreeLists, frame: number, order: number): boolean {
  return order < maxOrder - 1 && (state[(frame & ~(1 << order)) ^ (2 << order)]! >> LAYOUT.LIST_SHIFT) === order + 1;
}
