import type { FreeLists } from './free-lists.js';
import { LAYOUT, RULE, STATE } from './layout.js';

/**
 * Types at and above this one keep to themselves: their pageblocks never merge with another type's.
 * Source: mm/page_alloc.c, migratetype_is_mergeable(), v6.12.
 */
const FIRST_UNMERGEABLE = 3;

/**
 * Frees a held block of pageblock order or more. Its pageblocks may be of several types; with `splitLargeFrees` each is
 * freed to its own, lowest first, and they merge again where they may.
 * Source: mm/page_alloc.c, split_large_buddy(), v6.12.
 */
export function freeLarge(buddy: FreeLists, frame: number, order: number): void {
  const { basePfn, blockTypes, pageblockOrder } = buddy;
  const piece = (buddy.rules & RULE.SPLIT_LARGE_FREES) !== 0 ? pageblockOrder : order;
  buddy.state[frame] = STATE.INSIDE;
  for (let at = frame; at < frame + (1 << order); at += 1 << piece) {
    buddy.put(at + basePfn, piece, blockTypes[at >> pageblockOrder]!, false);
  }
}

/** The end of a free: merges on from pageblock order, where a buddy may be of another type, and lists the block. */
export function mergeBlocks(buddy: FreeLists, frame: number, order: number, migratetype: number, toTail: boolean): void {
  const { links, state, blockTypes, maxOrder, pageblockOrder } = buddy;
  let first = frame;
  let at = order;
  while (at < maxOrder) {
    const other = first ^ (1 << at);
    if ((state[other]! >> LAYOUT.LIST_SHIFT) !== at) break;
    const otherType = blockTypes[other >> pageblockOrder]!;
    if (otherType !== migratetype) {
      if (migratetype >= FIRST_UNMERGEABLE || otherType >= FIRST_UNMERGEABLE) break;
      if ((buddy.rules & RULE.RETYPE_ON_MERGE) !== 0) blockTypes.fill(migratetype, other >> pageblockOrder, (other + (1 << at)) >> pageblockOrder);
    }
    buddy.unlink(other);
    state[first] = STATE.INSIDE;
    state[other] = STATE.INSIDE;
    first &= other;
    at++;
  }
  const list = at << LAYOUT.LIST_SHIFT | migratetype;
  if (toTail || mergeLikely(buddy, first, at)) buddy.addTail(first, list);
  else buddy.addHead(first, list);
  if (at > links[LAYOUT.CEILING]!) links[LAYOUT.CEILING] = at;
}

/** Is the buddy of the block that this one and its buddy would make free as a whole? */
function mergeLikely({ state, maxOrder }: FreeLists, frame: number, order: number): boolean {
  return order < maxOrder - 1 && (state[(frame & ~(1 << order)) ^ (2 << order)]! >> LAYOUT.LIST_SHIFT) === order + 1;
}
