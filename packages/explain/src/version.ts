import type { Release } from '@nopage/gfp';

function compare(release: Release, version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return release.major - major || release.minor - minor || release.patch - patch;
}

/** Is `release` older than `version` (`5.9`)? False when the release is not known. */
export function isBefore(release: Release | null, version: string): boolean {
  return release !== null && compare(release, version) < 0;
}

/** Is `release` `version` or newer? False when the release is not known. */
export function isSince(release: Release | null, version: string): boolean {
  return release !== null && compare(release, version) >= 0;
}
