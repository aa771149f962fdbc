import type { WatermarkZone } from '../watermark-zone.js';
import { AllocFlag } from './alloc-flags.js';
import { amountStep } from './amount-step.js';
import { freeBlocksOf } from './block-search.js';
import type { WatermarkRule, WatermarkStep } from './rule.js';

/** 2.5 to 2.6.37 and 3.3 to 3.9. */
// mm/page_alloc.c, zone_watermark_ok(), v2.6.32
export const watermark26: WatermarkRule = (zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps) =>
  byOrder(zone, order, markPages, highestZoneIndex, allocFlags, freePages, (1 << order) - 1, true, steps);

/** 2.6.38 to 3.2: a sign was wrong, and every request had to find two pages more. */
// mm/page_alloc.c, __zone_watermark_ok(), v3.2
export const watermark2638: WatermarkRule = (zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps) =>
  byOrder(zone, order, markPages, highestZoneIndex, allocFlags, freePages, (1 << order) + 1, true, steps);

/** 3.10 to 4.3: CMA pages are taken off in the first comparison only. */
// mm/page_alloc.c, __zone_watermark_ok(), v4.3
export const watermark310: WatermarkRule = (zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps) =>
  byOrder(zone, order, markPages, highestZoneIndex, allocFlags, freePages, (1 << order) - 1, false, steps);

/** The amount first; then, order by order, smaller blocks don't count and the mark is halved. The reserve counts once. */
function byOrder(
  zone: WatermarkZone, order: number, markPages: number, highestZoneIndex: number, allocFlags: number, zoneFreePages: number, sizePages: number, cmaInLoop: boolean, steps: WatermarkStep[] | null,
): boolean {
  let minPages = markPages;
  if ((allocFlags & AllocFlag.HIGH) !== 0) minPages -= minPages >>> 1;
  if ((allocFlags & AllocFlag.HARDER) !== 0) minPages -= minPages >>> 2;
  const cmaPages = (allocFlags & AllocFlag.CMA) === 0 ? zone.freeCmaPages : 0;
  const freePages = zoneFreePages - sizePages - cmaPages;
  const reservePages = zone.lowmemReserve[highestZoneIndex] ?? 0;
  const needPages = minPages + reservePages;
  const passed = freePages > needPages;
  if (steps !== null) steps.push(amountStep(order, zoneFreePages, sizePages, 0, cmaPages, markPages, minPages, reservePages));
  if (!passed) return false;
  let left = cmaInLoop ? freePages : freePages + cmaPages;
  let need = minPages;
  for (let current = 0; current < order; current++) {
    left -= freeBlocksOf(zone, current) * (1 << current);
    need >>>= 1;
    const enough = left > need;
    if (steps !== null) steps.push({ what: 'order', order: current, freePages: left, needPages: need, passed: enough });
    if (!enough) return false;
  }
  return true;
}
