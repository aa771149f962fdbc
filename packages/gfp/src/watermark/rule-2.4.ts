import { AllocFlag } from './alloc-flags.js';
import { amountStep } from './amount-step.js';
import type { WatermarkRule } from './rule.js';

/**
 * 2.4: the zone must hold more than the request and the marks of this zone and of those tried before it. A caller that
 * can't wait (HARDER) is held to a quarter of each. The marks of the zones before are `lowmemReserve` here, already
 * summed; free blocks are not looked at.
 */
// mm/page_alloc.c, __alloc_pages(), v2.4.17
export const watermark24: WatermarkRule = (zone, order, markPages, highestZoneIndex, allocFlags, zoneFreePages, steps) => {
  const minPages = (allocFlags & AllocFlag.HARDER) !== 0 ? markPages >>> 2 : markPages;
  const sizePages = 1 << order;
  const reservePages = zone.lowmemReserve[highestZoneIndex] ?? 0;
  const freePages = zoneFreePages - sizePages;
  const needPages = minPages + reservePages;
  const passed = freePages > needPages;
  if (steps !== null) steps.push(amountStep(order, zoneFreePages, sizePages, 0, 0, markPages, minPages, reservePages));
  return passed;
};
