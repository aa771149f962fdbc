import type { Era } from '../era.js';
import { eraOf } from '../eras.js';
import { compareReleases, parseRelease, type Release } from '../release.js';
import { AllocFlag, reserveFlagsOf, slowPathFlags26, slowPathFlags44, slowPathFlags63, type ReserveFlags, type SlowPathFlags } from './alloc-flags.js';
import { fast414, fast47, fast49, fast59, fast611, fast63, noFastCheck } from './fast-check.js';
import { watermark24 } from './rule-2.4.js';
import { watermark26, watermark2638, watermark310 } from './rule-2.6.js';
import { watermark414, watermark44, watermark45 } from './rule-4.4.js';
import { watermark611, watermark63 } from './rule-6.3.js';
import type { FastWatermarkRule, WatermarkRule } from './rule.js';

/** How one release decides whether a zone may serve a request: functions chosen once, so that no check asks for a version. */
export interface WatermarkRules {
  /** First release that decides like this: `6.11`. */
  readonly id: string;
  /** The numbering of the masks that `allocFlags` takes. */
  readonly era: Era;
  /** The check with all its steps. */
  readonly check: WatermarkRule;
  /** The check that an allocation makes. */
  readonly fast: FastWatermarkRule;
  readonly allocFlags: SlowPathFlags;
  readonly reserveFlags: ReserveFlags;
  /** May an order-0 request with these flags, refused at the min mark, be checked again without the boost? */
  readonly ignoresBoost: (mask: number, allocFlags: number) => boolean;
}

/**
 * The rules of a release. Where a change came with a stable release that nobody read, the neighbour that was read counts.
 *
 * @param release - As for `eraOf`: `6.12.117`, `4.18.0-305.el8.x86_64`, or one that was parsed.
 * @returns null when it names no release since 2.4.
 */
export function watermarkRulesOf(release: string | Release): WatermarkRules | null {
  const parsed = typeof release === 'string' ? parseRelease(release) : release;
  const era = parsed === null ? null : eraOf(parsed);
  if (parsed === null || era === null) return null;
  const since = (major: number, minor: number, patch = 0): boolean => compareReleases(parsed, { major, minor, patch }) >= 0;
  const reserveFlags = reserveFlagsOf(era, !since(4, 14));
  const own = since(6, 3) || isLate61(parsed) ? since63(parsed, era, since) : since(4, 4) ? since44(parsed, era, since) : since24(parsed, era, since);
  return { era, reserveFlags, ...own };
}

type OwnRules = Omit<WatermarkRules, 'era' | 'reserveFlags'>;
type Since = (major: number, minor: number, patch?: number) => boolean;

/** 6.1.192 was read with the scheme of 6.3 ported back, and __GFP_ATOMIC still there. */
function isLate61(release: Release): boolean {
  return release.major === 6 && release.minor === 1 && release.patch >= 192;
}

function since63(release: Release, era: Era, since: Since): OwnRules {
  const late612 = release.major === 6 && release.minor === 12 && release.patch >= 117;
  const allocFlags = slowPathFlags63(era, !(isLate61(release) || late612 || since(6, 15)));
  if (since(6, 11)) return { id: '6.11', check: watermark611, fast: fast611, allocFlags, ignoresBoost: withMinReserve };
  return { id: '6.3', check: watermark63, fast: fast63, allocFlags, ignoresBoost: isLate61(release) ? withAtomic(era) : withMinReserve };
}

function since44(release: Release, era: Era, since: Since): OwnRules {
  const allocFlags = slowPathFlags44(era);
  if (since(5, 9)) return { id: '5.9', check: watermark414, fast: fast59, allocFlags, ignoresBoost: withAtomic(era) };
  if (since(4, 14)) return { id: '4.14', check: watermark414, fast: fast414, allocFlags, ignoresBoost: never };
  if (release.major === 4 && release.minor === 9 && release.patch >= 154) return { id: '4.9.154', check: watermark44, fast: fast49, allocFlags, ignoresBoost: never };
  if (since(4, 7)) return { id: '4.7', check: watermark45, fast: fast47, allocFlags, ignoresBoost: never };
  const [id, check] = since(4, 5) ? (['4.5', watermark45] as const) : (['4.4', watermark44] as const);
  return { id, check, fast: noFastCheck(check), allocFlags, ignoresBoost: never };
}

function since24(release: Release, era: Era, since: Since): OwnRules {
  // The change of 3.16 was ported back to the 3.4 that was read.
  const late34 = release.major === 3 && release.minor === 4 && release.patch >= 113;
  const allocFlags = slowPathFlags26(era, !since(2, 6, 36), !(late34 || since(3, 16)), since(3, 8));
  const [id, check] = since(3, 10) ? (['3.10', watermark310] as const)
    : since(2, 6, 38) && !since(3, 3) ? (['2.6.38', watermark2638] as const)
    : since(2, 5) ? (['2.6', watermark26] as const)
    : (['2.4', watermark24] as const);
  return { id, check, fast: noFastCheck(check), allocFlags, ignoresBoost: never };
}

const withMinReserve = (_mask: number, allocFlags: number): boolean =>
  (allocFlags & AllocFlag.MIN_RESERVE) !== 0 && (allocFlags & AllocFlag.WMARK_MASK) === AllocFlag.WMARK_MIN;

function withAtomic(era: Era): WatermarkRules['ignoresBoost'] {
  const atomic = era.bits['__GFP_ATOMIC'] ?? 0;
  const direct = era.bits['__GFP_DIRECT_RECLAIM'] ?? 0;
  return (mask, allocFlags) => (mask & (atomic | direct)) === atomic && (allocFlags & AllocFlag.WMARK_MASK) === AllocFlag.WMARK_MIN;
}

const never = (): boolean => false;
