import type { Era } from './era.js';
import { orderOf, parseRelease, type Release } from './release.js';
import { LINUX_2_4_0, LINUX_2_4_17, LINUX_2_4_9, LINUX_2_6_11, LINUX_2_6_12, LINUX_2_6_13, LINUX_2_6_14, LINUX_2_6_15, LINUX_2_6_17, LINUX_2_6_19, LINUX_2_6_22, LINUX_2_6_23, LINUX_2_6_24, LINUX_2_6_31, LINUX_2_6_39 } from './tables/linux-2.js';
import { LINUX_3_16, LINUX_3_4, LINUX_3_6, LINUX_3_8 } from './tables/linux-3.js';
import { LINUX_4_1, LINUX_4_10, LINUX_4_12, LINUX_4_13, LINUX_4_14, LINUX_4_15, LINUX_4_18, LINUX_4_4, LINUX_4_5, LINUX_4_6, LINUX_4_8 } from './tables/linux-4.js';
import { LINUX_5_14, LINUX_5_15, LINUX_5_18, LINUX_5_2 } from './tables/linux-5.js';
import { LINUX_6_0, LINUX_6_10, LINUX_6_18, LINUX_6_19, LINUX_6_3, LINUX_6_4, LINUX_6_8, LINUX_6_9 } from './tables/linux-6.js';

/** Every era, oldest first. */
export const ERAS: readonly Era[] = [
  LINUX_2_4_0, LINUX_2_4_9, LINUX_2_4_17,
  LINUX_2_6_11, LINUX_2_6_12, LINUX_2_6_13, LINUX_2_6_14, LINUX_2_6_15, LINUX_2_6_17, LINUX_2_6_19, LINUX_2_6_22,
  LINUX_2_6_23, LINUX_2_6_24, LINUX_2_6_31, LINUX_2_6_39,
  LINUX_3_4, LINUX_3_6, LINUX_3_8, LINUX_3_16,
  LINUX_4_1, LINUX_4_4, LINUX_4_5, LINUX_4_6, LINUX_4_8, LINUX_4_10, LINUX_4_12, LINUX_4_13, LINUX_4_14, LINUX_4_15, LINUX_4_18,
  LINUX_5_2, LINUX_5_14, LINUX_5_15, LINUX_5_18,
  LINUX_6_0, LINUX_6_3, LINUX_6_4, LINUX_6_8, LINUX_6_9, LINUX_6_10, LINUX_6_18, LINUX_6_19,
];

/**
 * The era that a release belongs to.
 *
 * @param release - `uname -r`, or as much of it as is known: `5.15.0-91-generic`, `4.18.0-305.el8.x86_64`, `6.17-rc3`, `4.9`;
 *   or what `parseRelease` made of it.
 * @returns null when it holds no version, or one before 2.4. Releases later than the newest era read get the newest.
 */
export function eraOf(release: string | Release): Era | null {
  const parsed = typeof release === 'string' ? parseRelease(release) : release;
  return parsed === null ? null : eraOfRelease(parsed);
}

/**
 * The eras that a release may belong to, the likeliest first: two where nobody read the source, where the tree is a
 * linux-next or a candidate (it may hold the next release's change, or not yet have this one's); all of a series where
 * only that is known (`2.6`); one else.
 */
export function possibleEras(release: string): Era[] {
  const parsed = parseRelease(release);
  const era = parsed === null ? null : eraOfRelease(parsed);
  if (parsed === null || era === null) return [];
  if (parsed.series) return [era, ...ERAS.filter((other) => other !== era && other.id.startsWith(`${parsed.major}.${parsed.minor}.`))];
  const at = ERAS.indexOf(era);
  const before = ERAS[at - 1];
  const after = ERAS[at + 1];
  const found = [era];
  if (before !== undefined && (doubts(era, parsed) || (parsed.rc !== null && startsAt(era, parsed)))) found.push(before);
  if (after !== undefined && (doubts(after, parsed) || (parsed.next && startsAt(after, { major: parsed.major, minor: parsed.minor + 1 })))) found.push(after);
  return found;
}

function eraOfRelease(release: Release): Era | null {
  const wanted = orderOf(release);
  let low = 0;
  let high = ERAS.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ERAS[middle]?.starts ?? Infinity) <= wanted) low = middle + 1;
    else high = middle;
  }
  return ERAS[low - 1] ?? null;
}

function startsAt(era: Era, release: Pick<Release, 'major' | 'minor'>): boolean {
  return era.starts === orderOf({ ...release, patch: 0 });
}

function doubts(era: Era, release: Release): boolean {
  const at = orderOf(release);
  return era.doubted[0] <= at && at < era.doubted[1];
}
