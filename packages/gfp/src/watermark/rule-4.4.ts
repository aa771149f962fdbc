import type { WatermarkZone } from '../watermark-zone.js';
import { AllocFlag } from './alloc-flags.js';
import { amountStep } from './amount-step.js';
import { hasAnyBlock, hasBlock } from './block-search.js';
import type { WatermarkRule, WatermarkStep } from './rule.js';

/** 4.14 to 6.2: a victim of the OOM killer gets half of min. */
// mm/page_alloc.c, __zone_watermark_ok(), v6.2
export const watermark414: WatermarkRule = (zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps) => {
  const oom = (allocFlags & AllocFlag.OOM) !== 0;
  const harder = oom || (allocFlags & AllocFlag.HARDER) !== 0;
  let minPages = (allocFlags & AllocFlag.HIGH) !== 0 ? markPages - (markPages >>> 1) : markPages;
  if (harder) minPages -= oom ? minPages >>> 1 : minPages >>> 2;
  if (!enough(zone, order, markPages, minPages, highestZoneIndex, allocFlags, freePages, harder, steps)) return false;
  return order === 0 || hasBlock(zone, order, allocFlags, harder, steps);
};

/** 4.4, and 4.9 since 4.9.154. */
export const watermark44: WatermarkRule = (zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps) => {
  const harder = (allocFlags & AllocFlag.HARDER) !== 0;
  if (!enough(zone, order, markPages, minOf(markPages, allocFlags), highestZoneIndex, allocFlags, freePages, harder, steps)) return false;
  return order === 0 || hasBlock(zone, order, allocFlags, harder, steps);
};

/** 4.5 to 4.13: an atomic request is content with a block of any list, even one it can't take from. */
// mm/page_alloc.c, __zone_watermark_ok(), v4.12
export const watermark45: WatermarkRule = (zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps) => {
  const harder = (allocFlags & AllocFlag.HARDER) !== 0;
  if (!enough(zone, order, markPages, minOf(markPages, allocFlags), highestZoneIndex, allocFlags, freePages, harder, steps)) return false;
  return order === 0 || (harder ? hasAnyBlock(zone, order, steps) : hasBlock(zone, order, allocFlags, false, steps));
};

function minOf(markPages: number, allocFlags: number): number {
  const min = (allocFlags & AllocFlag.HIGH) !== 0 ? markPages - (markPages >>> 1) : markPages;
  return (allocFlags & AllocFlag.HARDER) !== 0 ? min - (min >>> 2) : min;
}

function enough(
  zone: WatermarkZone, order: number, markPages: number, minPages: number, highestZoneIndex: number, allocFlags: number, zoneFreePages: number, harder: boolean, steps: WatermarkStep[] | null,
): boolean {
  const sizePages = (1 << order) - 1;
  const highatomicPages = harder ? 0 : zone.reservedHighatomicPages;
  const cmaPages = (allocFlags & AllocFlag.CMA) === 0 ? zone.freeCmaPages : 0;
  const freePages = zoneFreePages - sizePages - highatomicPages - cmaPages;
  const reservePages = zone.lowmemReserve[highestZoneIndex] ?? 0;
  const needPages = minPages + reservePages;
  const passed = freePages > needPages;
  if (steps !== null) steps.push(amountStep(order, zoneFreePages, sizePages, highatomicPages, cmaPages, markPages, minPages, reservePages));
  return passed;
}
