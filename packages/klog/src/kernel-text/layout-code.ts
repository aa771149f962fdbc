import { parseRelease, type FailureEvent } from '@nopage/gfp';

/** A release as one number that grows with time: 2.6.32 is 2006032, 6.12 is 6012000. */
function releaseCode(text: string): number | null {
  const release = parseRelease(text);
  if (release === null) return null;
  return release.major * 1_000_000 + release.minor * 1000 + (release.major === 2 ? Math.min(release.patch, 999) : 0);
}

/** The release that our allocator's own profile follows, for events that name none. */
const NEWEST_CODE = 6_012_000;

/** The kernel whose layout an event is printed in. */
export function codeOf(event: FailureEvent, release: string | undefined): number {
  return releaseCode(release ?? event.kernel ?? '') ?? NEWEST_CODE;
}
