import { LIST_SHIFT, Migratetype } from '../migratetype.js';
import type { WatermarkZone } from '../watermark-zone.js';
import { AllocFlag } from './alloc-flags.js';
import type { WatermarkStep } from './rule.js';

/**
 * Is there a free block of `order` or above in a list that the request may take from: unmovable, movable and
 * reclaimable for everyone, CMA with the flag, the reserve for atomic blocks when `highatomic` says so?
 */
export function hasBlock(zone: WatermarkZone, order: number, allocFlags: number, highatomic: boolean, steps: WatermarkStep[] | null): boolean {
  const { counts, maxOrder } = zone;
  for (let current = order; current <= maxOrder; current++) {
    const list = current << LIST_SHIFT;
    if ((counts[list] ?? 0) !== 0) return found(order, current, Migratetype.UNMOVABLE, steps);
    if ((counts[list + Migratetype.MOVABLE] ?? 0) !== 0) return found(order, current, Migratetype.MOVABLE, steps);
    if ((counts[list + Migratetype.RECLAIMABLE] ?? 0) !== 0) return found(order, current, Migratetype.RECLAIMABLE, steps);
    if ((allocFlags & AllocFlag.CMA) !== 0 && (counts[list + Migratetype.CMA] ?? 0) !== 0) return found(order, current, Migratetype.CMA, steps);
    if (highatomic && (counts[list + Migratetype.HIGHATOMIC] ?? 0) !== 0) return found(order, current, Migratetype.HIGHATOMIC, steps);
  }
  if (steps !== null) steps.push({ what: 'block', order, foundOrder: -1, migratetype: null, passed: false });
  return false;
}

/** Is there a free block of `order` or above in any list, isolated ones included? */
export function hasAnyBlock(zone: WatermarkZone, order: number, steps: WatermarkStep[] | null): boolean {
  for (let current = order; current <= zone.maxOrder; current++) {
    if (freeBlocksOf(zone, current) !== 0) {
      if (steps !== null) steps.push({ what: 'block', order, foundOrder: current, migratetype: null, passed: true });
      return true;
    }
  }
  if (steps !== null) steps.push({ what: 'block', order, foundOrder: -1, migratetype: null, passed: false });
  return false;
}

/** Free blocks of one order, all mobilities together (`nr_free`). */
export function freeBlocksOf(zone: WatermarkZone, order: number): number {
  let blocks = 0;
  const list = order << LIST_SHIFT;
  for (let type = 0; type <= Migratetype.RESERVE; type++) blocks += zone.counts[list + type] ?? 0;
  return blocks;
}

function found(order: number, foundOrder: number, migratetype: Migratetype, steps: WatermarkStep[] | null): true {
  if (steps !== null) steps.push({ what: 'block', order, foundOrder, migratetype, passed: true });
  return true;
}
