import { NO_PAGE, STATE } from '@nopage/buddy';
import type { Memory } from './memory.js';
import { VmEvent } from './vm-counters.js';
import { ZoneFlag, type Zone } from './zone.js';

// Copies: V8 folds a module's own constants into compiled code, but loads an imported one at each use.
const { PGALLOC, PGFREE } = VmEvent;
const { HELD } = STATE;
const { BOOSTED_WATERMARK } = ZoneFlag;

/**
 * Serves a request in one step where nothing has to be decided: the zone that it prefers has more than its high mark,
 * the whole reserves set aside, and a block of the request's own type. Whatever passes here would pass each rule of each
 * era and be given the same block; whatever does not goes the long way, and nothing has happened yet.
 *
 * @returns The first frame, or `NO_PAGE` for the long way.
 */
export function takeAtOnce(memory: Memory, zone: Zone, order: number, migratetype: number, highest: number): number {
  const size = 1 << order;
  const spare = zone.freePages - size - zone.reservedHighatomicPages - zone.freeHighatomicPages;
  if ((zone.flags & BOOSTED_WATERMARK) !== 0 || spare < zone.highPages + zone.boostPages + zone.lowmemReserve[highest]!) return NO_PAGE;
  const { pcp } = zone;
  let pfn: number;
  if (pcp?.keeps(order) === true) {
    // With a block in a list alone a higher order would not pass the rules: they ask for a free one.
    const list = pcp.lists[migratetype]!;
    if (order !== 0 || list.length === 0) return NO_PAGE;
    memory.profile.pcp.taken(pcp);
    pfn = list.popFront();
    pcp.count--;
    zone.buddy.uncache(pfn, 0);
  } else {
    if (memory.trace !== null) return NO_PAGE;
    pfn = zone.buddy.takeSmallest(order, migratetype);
    if (pfn === NO_PAGE) return NO_PAGE;
    zone.count(-size);
  }
  memory.vm[PGALLOC + zone.index]! += size;
  return pfn;
}

/**
 * Gives a block below pageblock order straight back to the free lists, in a zone without per-CPU lists and reserves.
 *
 * @returns False, and nothing has happened, when it is not what it should be: the long way says what is wrong.
 */
export function giveAtOnce(memory: Memory, zone: Zone, pfn: number, order: number): boolean {
  const { buddy } = zone;
  const frame = pfn - buddy.basePfn;
  if (zone.pcp !== null || zone.reservedHighatomicPages !== 0 || (order >>> 0) >= buddy.pageblockOrder) return false;
  if ((frame >>> 0) >= buddy.span || buddy.state[frame]! - HELD !== order) return false;
  buddy.put(pfn, order, buddy.blockTypes[frame >> buddy.pageblockOrder]!, false);
  zone.count(1 << order);
  memory.vm[PGFREE]! += 1 << order;
  return true;
}
