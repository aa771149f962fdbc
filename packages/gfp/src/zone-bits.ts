import { ZONE_NAMES, type ZoneName } from './zone-state.js';

/**
 * The highest zone that the low four bits of a word (DMA 1, HIGHMEM 2, DMA32 4, MOVABLE 8) allow, as an index into
 * {@link ZONE_NAMES}; -1 for bits that exclude one another.
 */
// include/linux/gfp.h, GFP_ZONE_TABLE and GFP_ZONE_BAD, v6.12
export const ZONE_RANKS: readonly number[] = [2, 0, 3, -1, 1, -1, -1, -1, 2, 0, 4, -1, 1, -1, -1, -1];

/**
 * As {@link ZONE_RANKS}, for a machine that has only some zones: the index of the highest zone within `zones`.
 *
 * @param zones - The configured zones in the kernel's order; `Normal` must be among them.
 * @returns 16 entries. Words for a zone that is not configured get Normal.
 */
export function zoneTable(zones: readonly ZoneName[]): Int8Array {
  const table = new Int8Array(16);
  const normal = zones.indexOf('Normal');
  for (let bits = 0; bits < 16; bits++) {
    const rank = ZONE_RANKS[bits] ?? -1;
    const name = ZONE_NAMES[rank];
    const index = name === undefined ? -1 : zones.indexOf(name);
    table[bits] = rank === -1 ? -1 : index === -1 ? normal : index;
  }
  return table;
}

/** The mobility that a word (numbering of 4.4 and later) asks for, as a `Migratetype`: 0, 1 or 2; 3 when it asks for both. */
// include/linux/gfp.h, gfp_migratetype(), v6.12
export function migratetypeOf(mask: number): number {
  return (mask & 0x18) >> 3;
}
