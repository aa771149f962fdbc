import type { ZoneState } from '@nopage/gfp';
import { parseMeminfo } from './records.js';

const SIZES = [4096, 8192, 16_384, 32_768, 65_536];
/** A kernel that doesn't say what a zone manages says what is present, which is more. */
const TOLERANCE = 1.35;

/**
 * Size of a page in bytes. No file of `/proc` says it; `meminfo` counts in kB and zones in pages, so the two tell. Null
 * where they don't.
 *
 * @param zones - All zones of the machine, as `zonesOf` gives them.
 * @param meminfo - Text of `/proc/meminfo`.
 */
export function pageBytesOf(zones: readonly ZoneState[], meminfo: string): number | null {
  const pages = zones.reduce((sum, { managedPages, presentPages }) => sum + (managedPages ?? presentPages ?? 0), 0);
  const ratio = (parseMeminfo(meminfo).get('MemTotal') ?? 0) / pages;
  return SIZES.find((size) => ratio > size / TOLERANCE && ratio < size * TOLERANCE) ?? null;
}
