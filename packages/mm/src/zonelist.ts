import { AllocFlag } from '@nopage/gfp';
import type { Memory } from './memory.js';
import type { Zone } from './zone.js';

/**
 * Sets the order in which requests try zones: node by node, within each from the highest zone down, those with memory
 * only. The first zone of a list is the one that its requests prefer.
 * Source: mm/page_alloc.c, build_zonelists() and alloc_flags_nofragment(), v6.12.
 */
export function buildZonelists(memory: Memory): void {
  const { zones } = memory;
  const populated = zones.filter((zone) => zone.managedPages > 0).sort((a, b) => a.node - b.node || b.index - a.index);
  const hasDma32 = zones.some((zone) => zone.name === 'DMA32');
  memory.zonelists = zones.map((highest) => populated.filter((zone) => zone.index <= highest.index));
  if (memory.fastFlags.length !== zones.length) memory.fastFlags = new Int32Array(zones.length);
  memory.zonelists.forEach((list, index) => {
    memory.fastFlags[index] = AllocFlag.WMARK_LOW | (hasDma32 && list[0]?.name === 'Normal' ? AllocFlag.NOFRAGMENT : 0);
  });
  memory.layLanes();
  for (const zone of zones) {
    zone.preferredBy = memory.zonelists.findLastIndex((list) => list[0] === zone);
    zone.settle();
  }
}

/** The zone that holds a frame, or null. */
export function zoneOf(memory: Memory, pfn: number): Zone | null {
  for (const zone of memory.zones) if (pfn >= zone.startPfn && pfn < zone.endPfn) return zone;
  return null;
}
