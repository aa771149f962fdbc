import type { ZoneName } from '../zone-state.js';
import type { ZoneSetupRules } from './setup-rules.js';

/** A zone before its marks are computed; zones without pages count too. */
export interface ZoneSize {
  readonly name: ZoneName;
  readonly managedPages: number;
}

/** Marks in pages, without boost. */
export interface ZoneMarks {
  readonly minPages: number;
  readonly lowPages: number;
  readonly highPages: number;
  /** Above high, where memory tiering may promote into the zone (5.18 and later). */
  readonly promoPages: number;
}

/** The settings that marks follow from. */
export interface WatermarkSysctls {
  readonly minFreeKbytes: number;
  /** watermark_scale_factor: ten-thousandths of the zone, 1 to 3000. @defaultValue 10 */
  readonly scaleFactor?: number;
  /** @defaultValue 4096 */
  readonly pageBytes?: number;
}

/** The marks of every zone, in the order given. */
export function zoneWatermarks(zones: readonly ZoneSize[], sysctls: WatermarkSysctls, rules: ZoneSetupRules): ZoneMarks[] {
  const { minFreeKbytes, scaleFactor = 10, pageBytes = 4096 } = sysctls;
  const minFreePages = Math.floor((minFreeKbytes * 1024) / pageBytes);
  const apart = (zone: ZoneSize): boolean => zone.name === 'HighMem' || (zone.name === 'Movable' && rules.movableApart);
  let lowmemPages = 0;
  for (const zone of zones) if (!apart(zone)) lowmemPages += zone.managedPages;
  return zones.map((zone) => {
    const share = lowmemPages === 0 ? 0 : quotient(minFreePages, zone.managedPages, lowmemPages);
    const minPages = apart(zone) ? Math.min(Math.max(Math.floor(zone.managedPages / 1024), 32), 128) : share;
    if (rules.gap === 'multiple') {
      const quarter = Math.floor(minPages / 4);
      return marks(minPages, Math.floor((minPages * 5) / 4), Math.floor((minPages * 6) / 4), quarter);
    }
    if (rules.gap === 'quarter') return marks(minPages, minPages + Math.floor(share / 4), minPages + Math.floor(share / 2), Math.floor(share / 4));
    const gap = Math.max(Math.floor(share / 4), quotient(zone.managedPages, scaleFactor, 10000));
    return marks(minPages, minPages + gap, minPages + 2 * gap, gap);
  });
}

function marks(minPages: number, lowPages: number, highPages: number, gap: number): ZoneMarks {
  return { minPages, lowPages, highPages, promoPages: highPages + gap };
}

/** floor(a x b / c), exact where the product leaves the range of exact integers. */
function quotient(a: number, b: number, c: number): number {
  const product = a * b;
  return Number.isSafeInteger(product) ? Math.floor(product / c) : Number((BigInt(a) * BigInt(b)) / BigInt(c));
}
