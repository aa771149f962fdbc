import type { ZoneState } from '@nopage/gfp';
import { parseMeminfo } from './records.js';

const SIZES = [4096, 8192, 16_384, 32_768, 65_536];
/** The two files are read one after the other. */
const TOLERANCE = 1.05;

/**
 * Size of a page in bytes. No file of `/proc` says it; `meminfo` counts in kB and zones in pages, so the two tell: the
 * smallest size at which all that is present holds `MemTotal`. What a zone manages may be far less, where a host took
 * memory back. Null where no size fits.
 *
 * @param zones - All zones of the machine, as `zonesOf` gives them.
 * @param meminfo - Text of `/proc/meminfo`.
 */
export function pageBytesOf(zones: readonly ZoneState[], meminfo: string): number | null {
  const pages = zones.reduce((sum, { managedPages, presentPages }) => sum + (presentPages ?? managedPages ?? 0), 0);
  const ratio = (parseMeminfo(meminfo).get('MemTotal') ?? NaN) / pages;
  return SIZES.find((size) => ratio <= size * TOLERANCE) ?? null;
}
