import type { WatermarkZone } from '../watermark-zone.js';
import { AllocFlag } from './alloc-flags.js';
import { amountStep } from './amount-step.js';
import { hasBlock } from './block-search.js';
import type { WatermarkRule, WatermarkStep } from './rule.js';

/** 6.11 and later: the free pages of the reserve for atomic blocks are out of reach of everyone else. */
// mm/page_alloc.c, __zone_watermark_ok(), v6.12
export const watermark611: WatermarkRule = (zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps) =>
  check(zone, order, markPages, highestZoneIndex, allocFlags, freePages, zone.freeHighatomicPages, steps);

/** 6.3 to 6.10: the whole reserve is, whether free or not. Unaccepted memory (6.6 to 6.10) is not taken off. */
export const watermark63: WatermarkRule = (zone, order, markPages, highestZoneIndex, allocFlags, freePages, steps) =>
  check(zone, order, markPages, highestZoneIndex, allocFlags, freePages, zone.reservedHighatomicPages, steps);

/** What the request leaves of a mark: half with MIN_RESERVE, three eighths if it can't wait either, half again for a victim. */
function discounted(markPages: number, allocFlags: number): number {
  let min = markPages;
  if ((allocFlags & AllocFlag.MIN_RESERVE) !== 0) {
    min -= min >>> 1;
    if ((allocFlags & AllocFlag.NON_BLOCK) !== 0) min -= min >>> 2;
  }
  if ((allocFlags & AllocFlag.OOM) !== 0) min -= min >>> 1;
  return min;
}

function check(
  zone: WatermarkZone, order: number, markPages: number, highestZoneIndex: number, allocFlags: number, zoneFreePages: number, highatomic: number, steps: WatermarkStep[] | null,
): boolean {
  const reserves = (allocFlags & AllocFlag.RESERVES) !== 0;
  const sizePages = (1 << order) - 1;
  const highatomicPages = reserves ? 0 : highatomic;
  const cmaPages = (allocFlags & AllocFlag.CMA) === 0 ? zone.freeCmaPages : 0;
  const freePages = zoneFreePages - sizePages - highatomicPages - cmaPages;
  const minPages = reserves ? discounted(markPages, allocFlags) : markPages;
  const reservePages = zone.lowmemReserve[highestZoneIndex] ?? 0;
  const needPages = minPages + reservePages;
  const passed = freePages > needPages;
  if (steps !== null) steps.push(amountStep(order, zoneFreePages, sizePages, highatomicPages, cmaPages, markPages, minPages, reservePages));
  if (!passed) return false;
  if (order === 0) return true;
  return hasBlock(zone, order, allocFlags, (allocFlags & (AllocFlag.HIGHATOMIC | AllocFlag.OOM)) !== 0, steps);
}
