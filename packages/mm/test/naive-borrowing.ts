import { ZoneFlag } from '../src/index.js';
import type { NaiveZone } from './naive-zone.js';

/** `ALLOC_*` of mm/internal.h that borrowing looks at. */
export const NOFRAGMENT = 0x100;
export const KSWAPD = 0x800;

const MOVABLE = 1;
const HIGHATOMIC = 3;
/** Whom a type borrows from, in this order. */
const LENDERS = [[2, 1], [2, 0], [0, 1]] as const;

/** How a refill looks for its next page. */
export interface Mode { steals: boolean }

/** A block for a type from its own lists, or another's. */
export function take(zone: NaiveZone, order: number, type: number, flags: number, mode: Mode): number | undefined {
  if (!zone.machine.late) return zone.takeSmallest(order, type) ?? (moveToOwn(zone, order, type, flags) ? zone.takeSmallest(order, type) : undefined);
  const pfn = mode.steals ? undefined : zone.takeSmallest(order, type) ?? claim(zone, order, type, flags);
  if (pfn !== undefined || (flags & NOFRAGMENT) !== 0) return pfn;
  const stolen = steal(zone, order, type);
  if (stolen !== undefined) mode.steals = true;
  return stolen;
}

function lenderOf(zone: NaiveZone, order: number, type: number): number | undefined {
  return LENDERS[type]!.find((lender) => zone.free[order]![lender]!.length > 0);
}

const mayTakeBlock = ({ machine }: NaiveZone, order: number, type: number): boolean => type !== MOVABLE || order >= machine.pageblockOrder >> 1;

const leastOrder = ({ machine }: NaiveZone, order: number, flags: number): number => ((flags & NOFRAGMENT) !== 0 ? Math.max(order, machine.pageblockOrder) : order);

function boost(zone: NaiveZone, flags: number): void {
  const { machine, record } = zone;
  const pageblock = 1 << machine.pageblockOrder;
  const most = Math.floor(record.watermarks[2]! * machine.boostFactor / 10_000);
  if (most === 0 || record.managedPages < 4 * pageblock) return;
  zone.boost = Math.min(zone.boost + pageblock, Math.max(most, pageblock));
  if ((flags & KSWAPD) !== 0) zone.flags |= ZoneFlag.BOOSTED_WATERMARK;
}

function enoughAlike({ machine }: NaiveZone, free: number, movable: number, type: number, blockType: number): boolean {
  const pageblock = 1 << machine.pageblockOrder;
  const alike = type === MOVABLE ? movable : blockType === MOVABLE ? pageblock - free - movable : 0;
  return free + alike >= pageblock / 2;
}

/** 6.12, first: from the largest block down, a whole pageblock. */
function claim(zone: NaiveZone, order: number, type: number, flags: number): number | undefined {
  const { maxOrder, pageblockOrder } = zone.machine;
  for (let from = maxOrder; from >= leastOrder(zone, order, flags); from--) {
    const lender = lenderOf(zone, from, type);
    if (lender === undefined) continue;
    if (!mayTakeBlock(zone, from, type)) return undefined;
    const pfn = zone.free[from]![lender]![0]!;
    if (from >= pageblockOrder) {
      zone.setBlockType(pfn, type, from);
      zone.cut(pfn, order, type);
      return pfn;
    }
    boost(zone, flags);
    const block = zone.pageblock(pfn);
    if (block === null || !enoughAlike(zone, block.free, block.movable, type, lender)) continue;
    zone.moveFree(block.start, block.start + (1 << pageblockOrder), type);
    zone.setBlockType(block.start, type);
    return zone.takeSmallest(order, type);
  }
  return undefined;
}

/** 6.12, then: the smallest block that fits, and its pageblock stays as it is. */
function steal(zone: NaiveZone, order: number, type: number): number | undefined {
  for (let from = order; from <= zone.machine.maxOrder; from++) {
    const lender = lenderOf(zone, from, type);
    if (lender === undefined) continue;
    const pfn = zone.free[from]![lender]![0]!;
    zone.cut(pfn, order, lender);
    return pfn;
  }
  return undefined;
}

/** 6.1: moves the largest block, or all that is free around it, to the type's own lists. */
function moveToOwn(zone: NaiveZone, order: number, type: number, flags: number): boolean {
  const { maxOrder, pageblockOrder } = zone.machine;
  let from = maxOrder;
  while (from >= leastOrder(zone, order, flags) && lenderOf(zone, from, type) === undefined) from--;
  if (from < leastOrder(zone, order, flags)) return false;
  if (!mayTakeBlock(zone, from, type)) {
    from = order;
    while (lenderOf(zone, from, type) === undefined) from++;
  }
  const pfn = zone.free[from]![lenderOf(zone, from, type)!]![0]!;
  const blockType = zone.blockType(pfn);
  if (blockType !== HIGHATOMIC && from >= pageblockOrder) {
    zone.setBlockType(pfn, type, from);
  } else if (blockType !== HIGHATOMIC) {
    boost(zone, flags);
    const { start, end } = partInside(zone, pfn);
    const { movable } = zone.contentOf(start, end);
    const moved = mayTakeBlock(zone, from, type) ? zone.moveFree(start, end, type) : 0;
    if (moved > 0 && enoughAlike(zone, moved, movable, type, blockType)) zone.setBlockType(pfn, type);
    if (moved > 0) return true;
  }
  zone.moveBlock(pfn, type);
  return true;
}

/** 6.1: of a pageblock that begins outside the zone what follows the frame; nothing of one that ends outside. */
export function partInside(zone: NaiveZone, pfn: number): { readonly start: number; readonly end: number } {
  const size = 1 << zone.machine.pageblockOrder;
  const start = pfn & -size;
  return { start: zone.contains(start) ? start : pfn, end: zone.contains(start + size - 1) ? start + size : start };
}
