import { decode, parse } from './codec.js';
import { variantsOf, type Era } from './era.js';
import { ERAS } from './eras.js';
import { parseRelease } from './release.js';
import { LINUX_5_2 } from './tables/linux-5.js';

/**
 * Can a kernel have printed these names for this number?
 *
 * @param release - Null when not known: then any of `eras` may have.
 * @param eras - Those that the release may belong to, the likeliest first.
 */
export function mayPrint(mask: number, text: string, release: string | null, eras: readonly Era[]): boolean {
  if (eras.some((era) => isExactly(mask, text, era))) return true;
  const near = release === null ? eras : [...neighbours(eras), ...laterEras(release, eras)];
  return near.some((era) => connects(mask, text, era));
}

/**
 * Can a kernel of this release have made this number? Only a clear no counts: bits unknown in the eras around and no
 * reading as a whole request there, no vendor in the release, and a clean reading as a request in some other era.
 */
export function mayMake(mask: number, release: string, eras: readonly Era[]): boolean {
  if (mask === 0 || eras.some((era) => (mask & ~era.known) === 0) || parseRelease(release)?.vendor === true) return true;
  const builds = neighbours(eras).flatMap((era) => variantsOf(era));
  if (builds.some((build) => (mask & ~build.known) === 0 || readsAsRequest(mask, build))) return true;
  return !ERAS.some((era) => (mask & ~era.known) === 0 && readsAsRequest(mask, era));
}

function isExactly(mask: number, text: string, era: Era): boolean {
  const parsed = parse(text, era);
  return parsed.mask === mask && parsed.unknown.length === 0;
}

/** Does some build of the era connect number and names? Names that no table has stand for bits that they don't explain. */
function connects(mask: number, text: string, era: Era): boolean {
  return variantsOf(era).some((build) => {
    const { mask: named, unknown } = parse(text, build);
    if (unknown.length === 0) return named === mask;
    return (mask & ~named) !== 0 && (named & ~mask) === 0 && unknown.every(isVendorName);
  });
}

function isVendorName(name: string): boolean {
  return /^(?:__)?GFP_\w+$/.test(name) && !ERAS.some((era) => Object.hasOwn(era.bits, name) || Object.hasOwn(era.compounds, name));
}

/** The eras and the one before and after each: a candidate or a stable release may hold the neighbour's change. */
function neighbours(eras: readonly Era[]): Era[] {
  const near = new Set<Era>();
  for (const era of eras) {
    const at = ERAS.indexOf(era);
    for (const other of ERAS.slice(Math.max(0, at - 1), at + 2)) near.add(other);
  }
  return [...near];
}

/** Since 5.2 the numbering only grew, and distributions that port memory management back take the later one with it. */
function laterEras(release: string, [era]: readonly Era[]): readonly Era[] {
  const grows = era !== undefined && era.starts >= LINUX_5_2.starts && parseRelease(release)?.backports === true;
  return grows ? ERAS.slice(ERAS.indexOf(era)) : [];
}

function readsAsRequest(mask: number, era: Era): boolean {
  const base = decode(mask, era)[0] ?? '';
  return base.startsWith('GFP_') && base !== 'GFP_DMA' && base !== 'GFP_DMA32';
}
