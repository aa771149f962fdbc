import { compareReleases, parseRelease } from '../release.js';

/** How a release lays out a zone's marks, reserves and per-CPU lists. */
export interface ZoneSetupRules {
  /**
   * The distance from min to low and from low to high. `multiple`: a quarter of min; `quarter`: a quarter of what min
   * would be without its limit; `scaled`: that, or managed x watermark_scale_factor / 10000, if larger.
   */
  readonly gap: 'multiple' | 'quarter' | 'scaled';
  /** Movable zones take no part in min_free_kbytes and have limits on min, as HighMem does. */
  readonly movableApart: boolean;
  /** Upper limit of the computed min_free_kbytes. */
  readonly maxMinFreeKbytes: number;
  /** What a lowmem_reserve_ratio below 1 means: no reserve, or a ratio of 1. */
  readonly ratioZero: 'no-reserve' | 'one';
  /** Does a zone without pages have a reserve? */
  readonly emptyZoneReserves: boolean;
  /** What the batch of the per-CPU lists is a fraction of: managed >> batchShift, at most so many bytes, divided by so much. */
  readonly batchShift: number;
  readonly batchLimitBytes: number;
  readonly batchDivisor: number;
  /** The limit of the per-CPU lists: six batches; the low mark; between the low mark and an eighth of the zone. */
  readonly pcpHigh: 'six-batches' | 'low' | 'tuned';
  /** The reserve for atomic blocks: 1 % and a block; 1 % rounded up to blocks; the same, but nothing where 1 % is less than a block. */
  readonly highatomicCap: 'plus-block' | 'aligned' | 'aligned-or-none';
}

/**
 * The layout of a release. Where the release of a change is not known exactly, the change counts from the first
 * release that was read with it.
 *
 * @returns null when `release` names no version.
 */
// mm/page_alloc.c, __setup_per_zone_wmarks(), setup_per_zone_lowmem_reserve(), zone_batchsize(), zone_highsize(), reserve_highatomic_pageblock()
export function zoneSetupRulesOf(release: string): ZoneSetupRules | null {
  const parsed = parseRelease(release);
  if (parsed === null) return null;
  const since = (major: number, minor: number, patch = 0): boolean => compareReleases(parsed, { major, minor, patch }) >= 0;
  const newBatch = since(6, 19);
  return {
    gap: since(4, 6) ? 'scaled' : since(2, 6, 13) ? 'quarter' : 'multiple',
    movableApart: since(6, 6),
    maxMinFreeKbytes: since(5, 8) ? 262144 : 65536,
    ratioZero: since(4, 19) ? 'no-reserve' : 'one',
    emptyZoneReserves: !since(5, 10),
    batchShift: newBatch ? 12 : 10,
    batchLimitBytes: newBatch ? 256 * 1024 : since(4, 17) ? 1024 * 1024 : 512 * 1024,
    batchDivisor: newBatch ? 1 : 4,
    pcpHigh: since(6, 7) ? 'tuned' : since(5, 14) ? 'low' : 'six-batches',
    highatomicCap: since(6, 8) ? 'aligned-or-none' : since(6, 7) ? 'aligned' : 'plus-block',
  };
}
