import { compareReleases, parseRelease, type Release } from '@nopage/gfp';

/** Is `release` older than `version` (`5.9`)? False when the release is not known. */
export function isBefore(release: Release | null, version: string): boolean {
  const limit = parseRelease(version);
  return release !== null && limit !== null && compareReleases(release, limit) < 0;
}

/** Is `release` `version` or newer? False when the release is not known. */
export function isSince(release: Release | null, version: string): boolean {
  const limit = parseRelease(version);
  return release !== null && limit !== null && compareReleases(release, limit) >= 0;
}
