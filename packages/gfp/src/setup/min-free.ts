/**
 * min_free_kbytes as the kernel computes it when nobody set it: four times the root of the lowmem, within limits.
 *
 * @param lowmemKbytes - Managed memory of the zones up to Normal (at boot; later less their high marks).
 * @param maxKbytes - `ZoneSetupRules.maxMinFreeKbytes`.
 */
// mm/page_alloc.c, calculate_min_free_kbytes(), v6.12
export function minFreeKbytes(lowmemKbytes: number, maxKbytes: number): number {
  return Math.min(Math.max(Math.floor(Math.sqrt(lowmemKbytes * 16)), 128), maxKbytes);
}

/** What khugepaged looks at. */
export interface HugePageNeeds {
  readonly pageblockPages: number;
  /** Populated zones up to Normal, over all nodes. */
  readonly populatedZones: number;
  /** nr_free_buffer_pages: pages of the zones up to Normal above their high marks. */
  readonly bufferPages: number;
  /** @defaultValue 4096 */
  readonly pageBytes?: number;
}

/** The kilobytes that khugepaged raises min_free_kbytes to, if that is lower, when transparent huge pages are enabled. */
// mm/khugepaged.c, set_recommended_min_free_kbytes(), v6.12: two blocks a zone, and nine for the three mobilities to fall back into
export function recommendedMinFreeKbytes({ pageblockPages, populatedZones, bufferPages, pageBytes = 4096 }: HugePageNeeds): number {
  const pages = Math.min(pageblockPages * populatedZones * (2 + 9), Math.floor(bufferPages / 20));
  return (pages * pageBytes) / 1024;
}
