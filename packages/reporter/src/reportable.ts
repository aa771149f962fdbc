import { cut } from './cut.js';

/**
 * The least that an event must have to be counted and rationed. Policies that need more say so in their own type;
 * `FailureEvent` of `@nopage/gfp` is one such event, and the default everywhere.
 */
export interface Reportable {
  /** Milliseconds on the producer's clock; null when not known: the event then happens when the last one did. */
  readonly at: number | null;
  /** The place that counts and limits are kept by; null is counted as `(unknown)`. */
  readonly site: string | null;
}

/** The key of an event whose site is not known. */
export const UNKNOWN_SITE = '(unknown)';

/** Longer keys are cut, so that a bound on keys is a bound on memory. */
const MAX_KEY_LENGTH = 1000;

/** A key that is a string of bounded length, whatever came. */
export function boundedKey(key: unknown): string {
  if (typeof key !== 'string') return UNKNOWN_SITE;
  return key.length <= MAX_KEY_LENGTH ? key : cut(key, MAX_KEY_LENGTH);
}

/** The site as a key: the default of the reporter and of `perKey`. */
export function bySite(event: Reportable): string {
  const { site } = event;
  return typeof site === 'string' && site.length <= MAX_KEY_LENGTH ? site : boundedKey(site);
}
