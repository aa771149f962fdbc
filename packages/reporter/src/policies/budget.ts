import { asOptions, inRange, msInRange } from '../checked.js';
import { formatMs, type Duration } from '../duration.js';
import type { Policy } from '../policy.js';
import type { Reportable } from '../reportable.js';
import { ABSTAIN, fixed, type Vote } from '../vote.js';

export interface BudgetOptions {
  /** Lines of any kind in each interval. @defaultValue no limit */
  readonly lines?: number;
  /** Bytes in each interval, by what the sink says it wrote. @defaultValue no limit */
  readonly bytes?: number;
  /** @defaultValue 1h */
  readonly interval?: Duration;
}

export type BudgetCode = 'budget/lines' | 'budget/bytes' | 'none';

/** Where the ledger's own counters stood when the interval began. */
export interface BudgetState {
  begin: number;
  lines: number;
  bytes: number;
}

/**
 * Holds events back once the sink has taken so many lines or bytes in an interval; no opinion before that. It is a
 * ceiling under `all(budget(...), ...)`. Disclosures count, and are not held back: what is silent stays told.
 */
export function budget(options: BudgetOptions): Policy<Reportable, BudgetState, BudgetCode> {
  const { lines = Infinity, bytes: most = Infinity, interval = '1h' } = asOptions(options);
  const maxLines = inRange('lines', lines, 0, Infinity);
  const maxBytes = inRange('bytes', most, 0, Infinity);
  const intervalMs = msInRange('interval', interval, 1);
  const noLines: Vote<BudgetCode> = fixed('suppress', 'budget/lines', `${maxLines} lines per ${formatMs(intervalMs)} are used up`);
  const noBytes: Vote<BudgetCode> = fixed('suppress', 'budget/bytes', `${maxBytes} bytes per ${formatMs(intervalMs)} are used up`);
  return {
    name: 'budget',
    codes: ['budget/lines', 'budget/bytes', 'none'],
    init: () => ({ begin: -Infinity, lines: 0, bytes: 0 }),
    vote(_event, { now, total, bytes }, state) {
      if (now - state.begin >= intervalMs) {
        state.begin = now;
        state.lines = total.lines;
        state.bytes = bytes;
      }
      if (total.lines - state.lines >= maxLines) return noLines;
      return bytes - state.bytes >= maxBytes ? noBytes : ABSTAIN;
    },
  };
}
