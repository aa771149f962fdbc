import { asOptions, msInRange, wholeInRange } from '../checked.js';
import { formatMs, type Duration } from '../duration.js';
import type { Policy } from '../policy.js';
import type { Reportable } from '../reportable.js';
import { ABSTAIN, fixed, type Vote } from '../vote.js';

export interface RareFirstOptions {
  /** A key that was quiet for this long is as good as new. @defaultValue 10m */
  readonly quiet?: Duration;
  /** New keys that are told in each `interval`; more of them are a storm, and left to other policies. @defaultValue 60 */
  readonly burst?: number;
  /** @defaultValue 1m */
  readonly interval?: Duration;
}

export type RareCode = 'rare/new' | 'rare/again' | 'none';

/** What it remembers of the new keys of one interval. */
export interface RareState {
  begin: number;
  told: number;
}

/** Tells a key's first event, and its first after a long quiet; no opinion on any other. */
export function rareFirst(options: RareFirstOptions = {}): Policy<Reportable, RareState, RareCode> {
  const { quiet = '10m', burst = 60, interval = '1m' } = asOptions(options);
  const quietMs = msInRange('quiet', quiet, 1);
  wholeInRange('burst', burst, 1, 2 ** 31 - 1);
  const intervalMs = msInRange('interval', interval, 1);
  const fresh: Vote<RareCode> = fixed('emit', 'rare/new', 'the first failure at this key');
  const again: Vote<RareCode> = fixed('emit', 'rare/again', `the first failure at this key for more than ${formatMs(quietMs)}`);
  return {
    name: 'rareFirst',
    codes: ['rare/new', 'rare/again', 'none'],
    init: () => ({ begin: -Infinity, told: 0 }),
    vote(_event, { now, key, count }, state) {
      const isNew = key.seen === count;
      if (!isNew && now - key.lastSeenAt <= quietMs) return ABSTAIN;
      if (now - state.begin >= intervalMs) {
        state.begin = now;
        state.told = 0;
      }
      if (state.told >= burst) return ABSTAIN;
      state.told++;
      return isNew ? fresh : again;
    },
  };
}
