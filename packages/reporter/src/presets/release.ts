/** A kernel release as numbers. */
export interface Release {
  readonly major: number;
  readonly minor: number;
  /** The third number; for 2.6 it is what 3.x and later call the minor one. */
  readonly patch: number;
  /** As it was written. */
  readonly text: string;
}

/** `2.6.32.9`, `5.4`, `6.8.0-45-generic` as a release; null for anything else. */
export function parseRelease(text: string): Release | null {
  const [, major, minor, patch] = /^(\d{1,3})\.(\d{1,4})(?:\.(\d{1,5}))?(?:\.\d{1,5})*(?:[-+_~a-z][-+_~.\w]*)?$/i.exec(text) ?? [];
  if (major === undefined || minor === undefined) return null;
  return { major: Number(major), minor: Number(minor), patch: Number(patch ?? 0), text };
}

export function isBefore(release: Release, major: number, minor: number, patch = 0): boolean {
  if (release.major !== major) return release.major < major;
  if (release.minor !== minor) return release.minor < minor;
  return release.patch < patch;
}
