import type { NaiveZone } from './naive-zone.js';
import { ZoneFlag } from '../src/index.js';

const SCALE_MAX = 5;
const PREV_FREE_HIGH_ORDER = 1;
const FREE_HIGH_BATCH = 2;

/** The kernel's: where the bounds are crossed, the upper one wins. */
const clamp = (value: number, low: number, high: number): number => (value >= high ? high : value <= low ? low : value);

/** The number of the per-CPU list for an order and a type. */
export const listOf = (order: number, type: number): number => (order <= 3 ? 3 * order + type : type === 1 ? 13 : 12);

/** Blocks that a list which ran dry is refilled with. */
export function refillOf({ pcp, flags, machine }: NaiveZone, order: number): number {
  const { batch } = pcp;
  if (!machine.late) return batch > 1 ? Math.max(batch >> order, 2) : batch;
  pcp.high = clamp(pcp.high, pcp.highMin, pcp.highMax);
  if (pcp.high < batch) return 1;
  let blocks = order === 0 ? batch << pcp.allocFactor : batch;
  if (pcp.highMin !== pcp.highMax && (flags & ZoneFlag.BELOW_HIGH) === 0) pcp.high = Math.min(pcp.high + blocks, pcp.highMax);
  if (order === 0) {
    const most = Math.max(pcp.high - pcp.count - batch, batch);
    if (blocks <= most && pcp.allocFactor < SCALE_MAX) pcp.allocFactor++;
    blocks = Math.min(blocks, most);
  }
  return blocks > 1 ? Math.max(blocks >> order, 2) : blocks;
}

/** Puts a block on its list; gives pages back when there are too many. Returns whether it did. */
export function freeToList(zone: NaiveZone, pfn: number, order: number): boolean {
  const { pcp, machine } = zone;
  const type = zone.blockType(pfn);
  const list = listOf(order, type < 3 ? type : 1);
  zone.lastType.set(pfn, type);
  pcp.lists[list]!.unshift(pfn);
  pcp.count += 1 << order;
  const surplus = machine.late ? surplus612(zone, order) : surplus61(zone, order);
  if (surplus === null) return false;
  giveBack(zone, surplus, list);
  return true;
}

function surplus61({ pcp, flags }: NaiveZone, order: number): number | null {
  const { batch } = pcp;
  const everything = pcp.freeFactor > 0 && order > 0 && order <= 3;
  let high = everything ? 0 : pcp.high;
  if ((flags & ZoneFlag.RECLAIM_ACTIVE) !== 0) high = Math.min(4 * batch, high);
  if (pcp.count < high) return null;
  if (everything) return pcp.count;
  if (high < batch) return 1;
  const pages = batch << pcp.freeFactor;
  if (pages < high - batch && pcp.freeFactor < SCALE_MAX) pcp.freeFactor++;
  return clamp(pages, batch, high - batch);
}

function surplus612(zone: NaiveZone, order: number): number | null {
  const { pcp } = zone;
  const { batch } = pcp;
  pcp.allocFactor >>= 1;
  let freeHigh = false;
  if (order > 0 && order <= 3) {
    const inARow = (pcp.flags & PREV_FREE_HIGH_ORDER) !== 0;
    freeHigh = inARow && pcp.freeCount >= batch && ((pcp.flags & FREE_HIGH_BATCH) === 0 || pcp.count >= batch);
    pcp.flags |= PREV_FREE_HIGH_ORDER;
  } else {
    pcp.flags &= ~PREV_FREE_HIGH_ORDER;
  }
  if (pcp.freeCount < batch << SCALE_MAX) pcp.freeCount += 1 << order;
  const high = highOf(zone, freeHigh);
  if (pcp.count < high) return null;
  if (freeHigh) return Math.min(pcp.count, batch << SCALE_MAX);
  return high < batch ? 1 : clamp(pcp.freeCount, batch, high - batch);
}

function highOf({ pcp, flags }: NaiveZone, freeHigh: boolean): number {
  const { batch, freeCount, highMin, highMax } = pcp;
  const high = pcp.high = clamp(pcp.high, highMin, highMax);
  const lower = (by: number): number => (pcp.high = Math.max(high - by, highMin));
  if (high === 0) return 0;
  if (freeHigh) {
    lower(batch << SCALE_MAX);
    return 0;
  }
  if ((flags & ZoneFlag.RECLAIM_ACTIVE) !== 0) return Math.min(4 * batch, lower(Math.max(freeCount, batch)));
  if (highMin === highMax) return high;
  if ((flags & ZoneFlag.BELOW_HIGH) !== 0) {
    lower(Math.max(freeCount, batch));
    return Math.max(pcp.count, highMin);
  }
  if (pcp.count >= high && high < freeCount + batch) pcp.high = clamp(freeCount + batch, highMin, highMax);
  return high;
}

/** Frees pages from the tails of the lists, round robin from one on, each until it is empty. */
export function giveBack(zone: NaiveZone, pages: number, first: number): void {
  const { pcp, machine } = zone;
  let left = Math.min(pages, pcp.count);
  for (let list = first; left > 0; list = (list + 1) % pcp.lists.length) {
    const order = list < 12 ? Math.floor(list / 3) : machine.hugeOrder;
    while (left > 0 && pcp.lists[list]!.length > 0) {
      const pfn = pcp.lists[list]!.pop()!;
      left -= 1 << order;
      pcp.count -= 1 << order;
      zone.release(pfn, order, machine.late ? zone.blockType(pfn) : zone.lastType.get(pfn)!);
    }
  }
}
