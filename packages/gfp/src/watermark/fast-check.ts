import type { WatermarkZone } from '../watermark-zone.js';
import { AllocFlag } from './alloc-flags.js';
import { watermark414, watermark44, watermark45 } from './rule-4.4.js';
import { watermark611, watermark63 } from './rule-6.3.js';
import type { FastWatermarkRule, WatermarkRule, WatermarkStep } from './rule.js';

// The allocator's first check: a single page passes at once when what it can use exceeds the whole mark and the
// reserve; then the full check; then, where the caller says that the boost may be ignored, the full check without it.
// One function an era, so that the calls in it have one target each.

/** 6.11 and later. */
// mm/page_alloc.c, zone_watermark_fast(), v6.12
export const fast611: FastWatermarkRule = (zone, order, markPages, unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps) => {
  if (order === 0 && atOnce(zone, markPages, highestZoneIndex, freePages, ((allocFlags & AllocFlag.RESERVES) === 0 ? zone.freeHighatomicPages : 0) + cmaPages(zone, allocFlags), steps)) return true;
  if (watermark611(zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps)) return true;
  return order === 0 && unboostedMarkPages < markPages && again(watermark611, zone, unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps);
};

/** 6.3 to 6.10. */
export const fast63: FastWatermarkRule = (zone, order, markPages, unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps) => {
  if (order === 0 && atOnce(zone, markPages, highestZoneIndex, freePages, ((allocFlags & AllocFlag.RESERVES) === 0 ? zone.reservedHighatomicPages : 0) + cmaPages(zone, allocFlags), steps)) return true;
  if (watermark63(zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps)) return true;
  return order === 0 && unboostedMarkPages < markPages && again(watermark63, zone, unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps);
};

/** 5.9 to 6.2. */
export const fast59: FastWatermarkRule = (zone, order, markPages, unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps) => {
  if (order === 0 && atOnce(zone, markPages, highestZoneIndex, freePages, ((allocFlags & (AllocFlag.HARDER | AllocFlag.OOM)) === 0 ? zone.reservedHighatomicPages : 0) + cmaPages(zone, allocFlags), steps)) return true;
  if (watermark414(zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps)) return true;
  return order === 0 && unboostedMarkPages < markPages && again(watermark414, zone, unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps);
};

/** 4.14 to 5.8: the reserve for atomic blocks was forgotten here, and the boost could not be ignored. */
export const fast414: FastWatermarkRule = (zone, order, markPages, _unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps) =>
  (order === 0 && atOnce(zone, markPages, highestZoneIndex, freePages, cmaPages(zone, allocFlags), steps)) ||
  watermark414(zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps);

/** 4.7 to 4.13. */
export const fast47: FastWatermarkRule = (zone, order, markPages, _unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps) =>
  (order === 0 && atOnce(zone, markPages, highestZoneIndex, freePages, cmaPages(zone, allocFlags), steps)) ||
  watermark45(zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps);

/** 4.9 since 4.9.154. */
export const fast49: FastWatermarkRule = (zone, order, markPages, _unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps) =>
  (order === 0 && atOnce(zone, markPages, highestZoneIndex, freePages, cmaPages(zone, allocFlags), steps)) ||
  watermark44(zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps);

/** Up to 4.6 there is no short cut. */
export function noFastCheck(full: WatermarkRule): FastWatermarkRule {
  return (zone, order, markPages, _unboostedMarkPages, highestZoneIndex, allocFlags, freePages, steps) =>
    full(zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps);
}

function atOnce(zone: WatermarkZone, markPages: number, highestZoneIndex: number, freePages: number, unusablePages: number, steps: WatermarkStep[] | null): boolean {
  const usablePages = freePages > unusablePages ? freePages - unusablePages : 0;
  const needPages = markPages + (zone.lowmemReserve[highestZoneIndex] ?? 0);
  const passed = usablePages > needPages;
  if (steps !== null) steps.push({ what: 'fast', freePages: usablePages, needPages, passed });
  return passed;
}

function cmaPages(zone: WatermarkZone, allocFlags: number): number {
  return (allocFlags & AllocFlag.CMA) === 0 ? zone.freeCmaPages : 0;
}

function again(full: WatermarkRule, zone: WatermarkZone, markPages: number, highestZoneIndex: number, allocFlags: number, freePages: number, steps: WatermarkStep[] | null): boolean {
  const passed = full(zone, 0, markPages, highestZoneIndex, allocFlags, freePages, steps);
  if (steps !== null) steps.push({ what: 'without-boost', markPages, passed });
  return passed;
}
