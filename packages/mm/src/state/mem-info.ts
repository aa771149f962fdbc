import type { ZoneState } from '@nopage/gfp';
import { zoneState } from '../failure/failure.js';
import type { Memory } from '../memory.js';

/** Memory as it stands. */
export interface MemInfo {
  /** Those that have pages. */
  readonly zones: readonly ZoneState[];
  readonly managedPages: number;
  /** Pages on free lists. */
  readonly freePages: number;
  /** Pages on per-CPU lists: no watermark sees them as free. */
  readonly pcpPages: number;
}

export function memInfoOf(memory: Memory): MemInfo {
  const zones = memory.zones.filter((zone) => zone.managedPages > 0);
  let managedPages = 0;
  let freePages = 0;
  let pcpPages = 0;
  for (const zone of zones) {
    managedPages += zone.managedPages;
    freePages += zone.exactFreePages();
    pcpPages += zone.pcp?.count ?? 0;
  }
  return { zones: zones.map(zoneState), managedPages, freePages, pcpPages };
}

/** The largest order that has a free block in any zone; -1 when nothing is free. */
export function largestFreeOrder({ zones }: Memory): number {
  let largest = -1;
  for (const zone of zones) if (zone.managedPages > 0) largest = Math.max(largest, zone.buddy.largestFreeOrder());
  return largest;
}
