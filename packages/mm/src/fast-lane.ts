import { NO_PAGE, STATE } from '@nopage/buddy';
import { Migratetype } from '@nopage/gfp';
import type { Memory } from './memory.js';
import { keepBlock } from './pcp-lists.js';
import { COSTLY_ORDER, type PerCpuLists } from './per-cpu-lists.js';
import type { Zone } from './zone.js';

// Copies: V8 folds a module's own constants into compiled code, but loads an imported one at each use.
const { HELD } = STATE;
const { HIGHATOMIC } = Migratetype;
const NONE = NO_PAGE;
const HIGHEST_CACHED = COSTLY_ORDER;

/**
 * Serves a request in one step where nothing has to be decided: its first zone has plenty, and a block of its own type.
 * Whatever passes here would pass each rule of each era and be given the same block; whatever does not goes the long
 * way, and nothing has happened yet. Nobody may be attending.
 *
 * @returns The first frame, or `NO_PAGE` for the long way.
 */
export function takeAtOnce(zone: Zone, order: number, migratetype: number): number {
  const size = 1 << order;
  if (zone.freePages - size < zone.plentyPages) return NONE;
  if (zone.pcp !== null) return takeKept(zone, zone.pcp, order, migratetype);
  const pfn = zone.buddy.takeSmallest(order, migratetype);
  if (pfn < 0) return NONE;
  zone.freePages -= size;
  zone.allocatedPages += size;
  return pfn;
}

function takeKept(zone: Zone, pcp: PerCpuLists, order: number, migratetype: number): number {
  // The rules ask for a free block of the order: one on a per-CPU list is none.
  if (order > HIGHEST_CACHED || (order > 0 && zone.counts[order << 3 | migratetype] === 0)) return NONE;
  const list = pcp.lists[3 * order + migratetype]!;
  if (list.length === 0) return NONE;
  pcp.tuning.taken(pcp);
  const pfn = list.popFront();
  pcp.count -= 1 << order;
  zone.buddy.uncache(pfn, order);
  zone.allocatedPages += 1 << order;
  return pfn;
}

/**
 * Gives back a block below pageblock order in one step, in a zone that counts its free pages at once.
 *
 * @returns False, and nothing has happened, when it is not what it should be or wants more care: that is for the long way.
 */
export function giveAtOnce(memory: Memory, zone: Zone, pfn: number, order: number): boolean {
  const { buddy } = zone;
  const frame = pfn - buddy.basePfn;
  if ((frame >>> 0) >= buddy.span || (order >>> 0) >= buddy.pageblockOrder || buddy.state[frame]! - HELD !== order) return false;
  const blockType = buddy.blockTypes[frame >> buddy.pageblockOrder]!;
  if (blockType >= HIGHATOMIC) return false;
  if (zone.pcp !== null) return order <= HIGHEST_CACHED && keepBlock(memory, zone, zone.pcp, pfn, order, blockType);
  buddy.put(frame, order, blockType);
  zone.freePages += 1 << order;
  return true;
}
