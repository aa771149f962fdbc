import { msInRange, wholeInRange } from './checked.js';
import type { Duration } from './duration.js';

export const DEFAULT_MAX_KEYS = 1024;
export const DEFAULT_MAX_SILENCE = '60s';
/** No table of keys is larger. */
export const MOST_KEYS: number = 2 ** 20;

/** What a change of configuration changes beside the policy. */
export interface Limits {
  readonly maxKeys: number;
  readonly maxSilenceMs: number;
}

/** @throws {ReporterError} `BAD_OPTION` or `BAD_DURATION`. */
export const limitsOf = ({ maxKeys = DEFAULT_MAX_KEYS, maxSilence = DEFAULT_MAX_SILENCE }: { readonly maxKeys?: number; readonly maxSilence?: Duration }): Limits => ({
  maxKeys: wholeInRange('maxKeys', maxKeys, 1, MOST_KEYS),
  maxSilenceMs: msInRange('maxSilence', maxSilence, 1),
});
