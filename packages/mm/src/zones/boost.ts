import { boostWatermark } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import type { Zone } from './zone.js';

/**
 * Raises a zone's watermarks because a request is about to mix types in a pageblock.
 *
 * @returns Is the zone boosted now?
 */
export function boostZone(memory: Memory, zone: Zone): boolean {
  const factor = memory.watermarkBoostFactor;
  if (factor === 0) return false;
  const { boostPages, highPages, managedPages, pageblockPages } = zone;
  zone.boostPages = boostWatermark({ boostPages, highPages, managedPages, pageblockPages, factor });
  zone.settle();
  return zone.boostPages > 0;
}
