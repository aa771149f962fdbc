import type { Release } from '@nopage/gfp';

/** Between which two releases the kernel of a report lies; twice the same one when it is known. */
export interface Age {
  readonly oldest: Release;
  readonly newest: Release;
}

function compare(release: Release, version: string): number {
  const [major, minor, patch = 0] = version.split('.');
  return release.major - Number(major) || release.minor - Number(minor) || release.patch - Number(patch);
}

/** Is the kernel older than `version` (`5.9`) for certain? */
export function isBefore(age: Age | null, version: string): boolean {
  return age !== null && compare(age.newest, version) < 0;
}

/** Is the kernel `version` or newer for certain? */
export function isSince(age: Age | null, version: string): boolean {
  return age !== null && compare(age.oldest, version) >= 0;
}

/** May the kernel be older than `version`? True when nothing is known of it, and of a candidate, which lacks what came with a later one. */
export function mayBeBefore(age: Age | null, version: string): boolean {
  return age === null || compare(age.oldest, version) < (age.oldest.rc === null ? 0 : 1);
}

/** May the kernel be `version` or newer? True when nothing is known of it. */
export function mayBeSince(age: Age | null, version: string): boolean {
  return age === null || compare(age.newest, version) >= 0;
}

/** Has the release a number behind the version (`4.4.68-1`), as distributors give theirs? They bring changes in without the version changing. */
export function isDistributors(release: string): boolean {
  return /^[\d.]+-\d/.test(release);
}
