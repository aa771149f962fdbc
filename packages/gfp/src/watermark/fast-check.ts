import type { WatermarkZone } from '../watermark-zone.js';
import { AllocFlag } from './alloc-flags.js';
import type { FastWatermarkRule, WatermarkRule, WatermarkStep } from './rule.js';

/** Pages of a zone that one order-0 request can't have. */
type Unusable = (zone: WatermarkZone, allocFlags: number) => number;

/**
 * The allocator's first check around a full one: a single page passes at once when what it can use exceeds the whole
 * mark and the reserve; a check that fails is made again without the boost where that is allowed.
 */
// mm/page_alloc.c, zone_watermark_fast(), v6.12
export function fastCheck(full: WatermarkRule, unusable: Unusable): FastWatermarkRule {
  return (zone, order, markPages, unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps) => {
    if (order === 0) {
      const usable = freePages - Math.min(freePages, unusable(zone, allocFlags));
      const need = markPages + (zone.lowmemReserve[highestZoneIndex] ?? 0);
      if (steps !== null) steps.push({ what: 'fast', freePages: usable, needPages: need, passed: usable > need });
      if (usable > need) return true;
    }
    if (full(zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps)) return true;
    return order === 0 && unboostedMarkPages < markPages && again(full, zone, unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps);
  };
}

/** Up to 4.6 there is no short cut. */
export function noFastCheck(full: WatermarkRule): FastWatermarkRule {
  return (zone, order, markPages, _unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps) =>
    full(zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps);
}

/** 6.11 and later. */
export const unusable611: Unusable = (zone, allocFlags) =>
  ((allocFlags & AllocFlag.RESERVES) === 0 ? zone.freeHighatomicPages : 0) + unusable47(zone, allocFlags);

/** 6.3 to 6.10. */
export const unusable63: Unusable = (zone, allocFlags) =>
  ((allocFlags & AllocFlag.RESERVES) === 0 ? zone.reservedHighatomicPages : 0) + unusable47(zone, allocFlags);

/** 5.9 to 6.2. */
export const unusable59: Unusable = (zone, allocFlags) =>
  ((allocFlags & (AllocFlag.HARDER | AllocFlag.OOM)) === 0 ? zone.reservedHighatomicPages : 0) + unusable47(zone, allocFlags);

/** 4.7 to 5.8: the reserve for atomic blocks was forgotten here. */
export const unusable47: Unusable = (zone, allocFlags) => ((allocFlags & AllocFlag.CMA) === 0 ? zone.freeCmaPages : 0);

function again(full: WatermarkRule, zone: WatermarkZone, markPages: number, highestZoneIndex: number, allocFlags: number, freePages: number, steps: WatermarkStep[] | null): boolean {
  const passed = full(zone, 0, markPages, highestZoneIndex, allocFlags, freePages, steps);
  if (steps !== null) steps.push({ what: 'without-boost', markPages, passed });
  return passed;
}
