import { asOptions, msInRange } from '../checked.js';
import { formatMs, type Duration } from '../duration.js';
import type { Policy } from '../policy.js';
import type { Reportable } from '../reportable.js';
import { fixed, type Vote } from '../vote.js';

export interface SummarizeOptions {
  /** The pause after a key's first line. @defaultValue 10s */
  readonly interval?: Duration;
  /** The pause doubles with each line up to this one; a key that was quiet for as long starts again. @defaultValue 1m */
  readonly upTo?: Duration;
  /**
   * Whether the very first event is told. False leaves it to a policy that rations newcomers, such as `rareFirst`; the
   * first event after a quiet time is told in any case. @defaultValue true
   */
  readonly tellFirst?: boolean;
}

export type SummarizeCode = 'sum/first' | 'sum/due' | 'sum/waiting';

/** What it remembers: when the next line is due, the pause after it, and the last event. Milliseconds. */
export interface SummarizeState {
  dueAt: number;
  pauseMs: number;
  lastAt: number;
}

/**
 * Tells the first event, then one line after each pause, which doubles while the events keep coming: a storm is told
 * at once and then in ever fewer lines, each with the count of what happened since the last. One state for everything;
 * `perKey` gives each key its own.
 */
export function summarize(options: SummarizeOptions = {}): Policy<Reportable, SummarizeState, SummarizeCode> {
  const { interval = '10s', upTo = '1m', tellFirst = true } = asOptions(options);
  const intervalMs = msInRange('interval', interval, 1);
  const upToMs = msInRange('upTo', upTo, intervalMs);
  const opening: Vote<SummarizeCode> = fixed('emit', 'sum/first', 'the first failure, or the first after a quiet time');
  const due: Vote<SummarizeCode> = fixed('emit', 'sum/due', 'the pause since the last line is over');
  const waiting: Vote<SummarizeCode> = fixed('aggregate', 'sum/waiting', `counted for the next line, at most ${formatMs(upToMs)} after the last`);
  const tell = (state: SummarizeState, now: number): Vote<SummarizeCode> => {
    const isNew = state.lastAt === -Infinity;
    const rested = now - state.lastAt > upToMs;
    const pauseMs = rested ? intervalMs : state.pauseMs;
    state.lastAt = now;
    state.dueAt = now + pauseMs;
    state.pauseMs = Math.min(2 * pauseMs, upToMs);
    if (!rested) return due;
    return isNew && !tellFirst ? waiting : opening;
  };
  return {
    name: `summarize(${formatMs(intervalMs)} to ${formatMs(upToMs)})`,
    codes: ['sum/first', 'sum/due', 'sum/waiting'],
    init: () => ({ dueAt: -Infinity, pauseMs: intervalMs, lastAt: -Infinity }),
    vote(_event, view, state) {
      const { now } = view;
      if (now >= state.dueAt || now - state.lastAt > upToMs) return tell(state, now);
      state.lastAt = now;
      return view.detailed ? { ...waiting, evidence: { dueInMs: state.dueAt - now } } : waiting;
    },
  };
}
