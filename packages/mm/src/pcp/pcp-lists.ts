import { NO_PAGE, STATE } from '@nopage/buddy';
import { putFree } from '../free/put-free.js';
import type { Memory } from '../memory.js';
import { SearchMode } from '../profiles/profile.js';
import { takeAny } from '../request/fallback.js';
import { ZoneFlag, type Zone } from '../zones/zone.js';
import type { PageDeque } from './page-deque.js';
import { COSTLY_ORDER, type PerCpuLists } from './per-cpu-lists.js';

// Copies: V8 folds a module's own constants into compiled code, but loads an imported one at each use.
const { CACHED } = STATE;
const { BELOW_HIGH } = ZoneFlag;
const HIGHEST_CACHED = COSTLY_ORDER;

/**
 * Takes a block from a per-CPU list, refilling the list from the zone when it is empty.
 * Source: mm/page_alloc.c, rmqueue_pcplist(), v6.12.
 */
export function takeCached(memory: Memory, zone: Zone, pcp: PerCpuLists, order: number, migratetype: number, allocFlags: number): number {
  pcp.tuning.taken(pcp);
  return takeFromList(memory, zone, pcp, order, migratetype, allocFlags);
}

/** As {@link takeCached}, without noting the request. Source: mm/page_alloc.c, __rmqueue_pcplist(), v6.12. */
export function takeFromList(memory: Memory, zone: Zone, pcp: PerCpuLists, order: number, migratetype: number, allocFlags: number): number {
  const list = pcp.lists[pcp.listOf(order, migratetype)]!;
  if (list.length === 0 && !refill(memory, zone, pcp, list, order, migratetype, allocFlags)) return NO_PAGE;
  const pfn = list.popFront();
  pcp.count -= 1 << order;
  zone.buddy.uncache(pfn, order);
  return pfn;
}

/**
 * Source: mm/page_alloc.c, rmqueue_bulk(), v6.12.117.
 *
 * @throws {RangeError} When the runtime has no memory for a longer list; no page has moved then.
 */
function refill(memory: Memory, zone: Zone, pcp: PerCpuLists, list: PageDeque, order: number, migratetype: number, allocFlags: number): boolean {
  const blocks = pcp.tuning.refill(pcp, zone, order);
  list.reserve(blocks);
  const buddy = zone.buddy;
  zone.searchMode = SearchMode.NORMAL;
  for (let i = 0; i < blocks; i++) {
    const pfn = takeAny(memory, zone, order, migratetype, allocFlags);
    if (pfn === NO_PAGE) break;
    buddy.state[pfn - buddy.basePfn] = CACHED | order;
    list.pushBack(pfn, migratetype);
  }
  pcp.count += list.length << order;
  return list.length > 0;
}

/**
 * Takes a block for a request that has passed every rule: from its list, or, of an order that has none, from the zone.
 *
 * @returns Its first frame, or `NO_PAGE`, and nothing has happened: the list is empty, or the zone has to be looked at.
 */
export function takeKeptBlock(zone: Zone, pcp: PerCpuLists, order: number, migratetype: number): number {
  if (order > HIGHEST_CACHED) return pcp.keeps(order) ? NO_PAGE : takeUnlisted(zone, order, migratetype);
  // The rules ask for a free block as well: one on a list is none.
  if (order > 0 && !hasFree(zone.counts, order, migratetype)) return NO_PAGE;
  const list = pcp.lists[3 * order + migratetype]!;
  if (list.length === 0) return NO_PAGE;
  pcp.tuning.taken(pcp);
  const pfn = list.popFront();
  pcp.count -= 1 << order;
  zone.buddy.uncache(pfn, order);
  return pfn;
}

function takeUnlisted(zone: Zone, order: number, migratetype: number): number {
  const pfn = zone.buddy.takeSmallest(order, migratetype);
  if (pfn !== NO_PAGE) zone.freePages -= 1 << order;
  return pfn;
}

/** Is any block of the order or above free, on the lists of one type? */
function hasFree(counts: Int32Array, order: number, migratetype: number): boolean {
  for (let list = order << 3 | migratetype; list < counts.length; list += 8) {
    if (counts[list] !== 0) return true;
  }
  return false;
}

/**
 * Puts a block on the per-CPU list for its pageblock's type, and gives pages back to the zone when there are too many.
 *
 * @throws {MisuseError} As `Buddy.free`; nothing has changed then.
 * @throws {RangeError} When the runtime has no memory for a longer list; nothing has changed then, either.
 */
export function freeToCache(memory: Memory, zone: Zone, pcp: PerCpuLists, pfn: number, order: number): void {
  const { buddy } = zone;
  const blockType = buddy.blockType(pfn);
  // Nothing has been checked yet, and an order that is none has no list.
  pcp.lists[pcp.listFor(order, blockType)]?.reserve(1);
  buddy.cache(pfn, order);
  keepBlock(memory, zone, pcp, pfn, order, blockType);
}

/**
 * As {@link freeToCache}, for a block that is held, inside one pageblock, and of any order.
 * Source: mm/page_alloc.c, free_unref_page_commit(), v6.12.
 *
 * @returns False, and nothing has happened, when there is no room on its list.
 */
export function keepBlock(memory: Memory, zone: Zone, pcp: PerCpuLists, pfn: number, order: number, blockType: number): boolean {
  if (order > HIGHEST_CACHED && !pcp.keeps(order)) {
    putFree(zone, pfn, order, blockType);
    return true;
  }
  const number = pcp.listFor(order, blockType);
  const list = pcp.lists[number]!;
  if (list.isFull) return false;
  const { buddy } = zone;
  buddy.state[pfn - buddy.basePfn] = CACHED | order;
  list.pushFront(pfn, blockType);
  pcp.count += 1 << order;
  const surplus = pcp.tuning.surplus(pcp, zone, order);
  if (surplus >= 0) shed(memory, zone, pcp, surplus, number);
  return true;
}

function shed(memory: Memory, zone: Zone, pcp: PerCpuLists, pages: number, first: number): void {
  giveBack(memory, zone, pcp, pages, first);
  if ((zone.flags & BELOW_HIGH) !== 0 && memory.recovered(zone)) zone.flags &= ~BELOW_HIGH;
}

/**
 * Gives pages back to the zone, oldest first: list by list round robin from `first`, each until it is empty.
 * Source: mm/page_alloc.c, free_pcppages_bulk(), v6.12.
 */
function giveBack(memory: Memory, zone: Zone, pcp: PerCpuLists, pages: number, first: number): void {
  const { lists, orders } = pcp;
  const { keepsType } = pcp.tuning;
  let left = Math.min(pages, pcp.count);
  let number = first;
  while (left > 0) {
    while (lists[number]!.length === 0) number = number + 1 === lists.length ? 0 : number + 1;
    const list = lists[number]!;
    const order = orders[number]!;
    do {
      const kept = list.backByte();
      const pfn = list.popBack();
      const migratetype = keepsType ? kept : zone.buddy.blockType(pfn);
      left -= 1 << order;
      pcp.count -= 1 << order;
      putFree(zone, pfn, order, migratetype);
      if (memory.trace !== null) memory.trace.pcpuDrain?.(pfn, order, migratetype);
    } while (left > 0 && list.length > 0);
  }
}

/** Gives everything back. Source: mm/page_alloc.c, drain_pages_zone(), v6.12. */
export function drainZone(memory: Memory, zone: Zone): void {
  const pcp = zone.pcp;
  if (pcp === null) return;
  let left = pcp.count;
  while (left > 0) {
    const pages = Math.min(left, pcp.tuning.drainPages(pcp));
    giveBack(memory, zone, pcp, pages, 0);
    left -= pages;
  }
}
