/** A kernel release as numbers, and what its suffix says about how far they can be trusted. */
export interface Release {
  /** The text as given. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  /** The third number; 0 when there is none. A bare 2.4 or 2.6 was never a release: it is taken for 2.4.37 and 2.6.32. */
  readonly patch: number;
  /** The text names a series of the time of three numbers (`2.6`), not one of its releases. */
  readonly series: boolean;
  /** Number of the release candidate; null for a release. */
  readonly rc: number | null;
  /** linux-next or -mm: what the tree holds is the next release's. */
  readonly next: boolean;
  /** The text after the numbers names a distribution or a vendor that ports changes back (`el8`, `fc34`, `-generic`, android). */
  readonly vendor: boolean;
  /** A distribution that moves whole subsystems of later releases into its kernel (`el9`, SUSE, cloud vendors, Android). */
  readonly backports: boolean;
}

// A distribution's build, or a vendor's tree: anything after the numbers that is neither a candidate, nor `git describe`, nor `+`/`-dirty`.
const NUMBERS = /(?:^|[^\d.])(\d{1,2})\.(\d{1,3})(?:\.(\d{1,5}))?/;
const OWN_BUILD = /^(?:[-.]?rc\d+|-next-\d+|-mm\d*|-\d{5}-g[0-9a-f]{6,}|-g[0-9a-f]{6,}|\+|-dirty)*$/i;

const BACKPORTERS = /[._-](?:el\d|amzn\d|fips|android\d*|default|tl\d|an\d|oe\d|uek)|el\duek|openeuler|velinux/i;

/**
 * Reads a release as `uname -r` and the stack part of a report print it, vendor suffixes and all.
 *
 * @returns null when there is no `N.N` in it.
 */
export function parseRelease(text: string): Release | null {
  const found = NUMBERS.exec(text.slice(0, 256));
  if (found === null) return null;
  const rest = text.slice(found.index + found[0].length);
  const rc = /(?:^|[-._~])rc(\d+)/i.exec(rest);
  const major = Number(found[1]);
  const minor = Number(found[2]);
  const series = major === 2 && found[3] === undefined;
  return {
    text,
    major,
    minor,
    patch: !series ? Number(found[3] ?? 0) : minor === 4 ? 37 : minor === 6 ? 32 : 0,
    series,
    rc: rc === null ? null : Number(rc[1]),
    next: /-next\b|-mm\d/.test(rest),
    vendor: !OWN_BUILD.test(rest),
    backports: BACKPORTERS.test(rest),
  };
}

type ReleaseNumbers = Pick<Release, 'major' | 'minor' | 'patch'>;

/** Negative when `a` is the older one; candidates count as the release they lead to. */
export function compareReleases(a: ReleaseNumbers, b: ReleaseNumbers): number {
  return orderOf(a) - orderOf(b);
}

/** A number that grows with the release: 6.12.117 is 6_012_00117. */
export function orderOf({ major, minor, patch }: ReleaseNumbers): number {
  return major * 1e8 + minor * 1e5 + patch;
}
