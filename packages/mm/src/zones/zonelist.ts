import { AllocFlag, ZONE_NAMES } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import type { Zone } from './zone.js';

/** The kinds of zone that a machine has, on whatever node, in the kernel's order. */
export function zoneKinds(zones: readonly { readonly name: string }[]): string[] {
  const place = (kind: string): number => (ZONE_NAMES as readonly string[]).indexOf(kind);
  return [...new Set(zones.map(({ name }) => name))].sort((a, b) => place(a) - place(b));
}

/**
 * Sets the order in which requests try zones: node by node from the first, which is the asker's, within each from the
 * highest zone down, those with memory only. The first zone of a list is the one that its requests prefer.
 * Source: mm/page_alloc.c, build_zonelists() and alloc_flags_nofragment(), v6.12.
 */
export function buildZonelists(memory: Memory): void {
  const { zones } = memory;
  const populated = zones.filter((zone) => zone.managedPages > 0).sort((a, b) => a.node - b.node || b.rank - a.rank);
  memory.zonelists = memory.kinds.map((_, highest) => populated.filter((zone) => zone.rank <= highest));
  memory.zonelists.forEach(([preferred], highest) => {
    memory.fastFlags[highest] = AllocFlag.WMARK_LOW | (preferred !== undefined && sparesPageblocks(memory, preferred) ? AllocFlag.NOFRAGMENT : 0);
  });
  memory.layLanes();
  for (const zone of zones) {
    zone.preferredBy = memory.zonelists.findLastIndex((list) => list[0] === zone);
    zone.settle();
  }
}

/** Do requests that prefer a zone rather take from its DMA32 than mix types in a pageblock? On several nodes that must have memory. */
function sparesPageblocks({ kinds, zones }: Memory, preferred: Zone): boolean {
  if (preferred.name !== 'Normal' || !kinds.includes('DMA32')) return false;
  return zones.every(({ node }) => node === preferred.node) || zones.some((zone) => zone.name === 'DMA32' && zone.node === preferred.node && zone.managedPages > 0);
}

/** The zone that holds a frame, or null. */
export function zoneOf(memory: Memory, pfn: number): Zone | null {
  for (const zone of memory.zones) if (pfn >= zone.startPfn && pfn < zone.endPfn) return zone;
  return null;
}
