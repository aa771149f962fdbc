import { asOneOf, asOptions, msInRange, wholeInRange } from '../checked.js';
import { formatMs, type Duration } from '../duration.js';
import type { Policy, Pressure, View } from '../policy.js';
import type { Reportable } from '../reportable.js';
import { ABSTAIN, type Vote } from '../vote.js';

export interface EscalateOptions {
  /** A run of failures this long is a problem. @defaultValue 5m */
  readonly after?: Duration;
  /** A pause this long ends a run. @defaultValue 1m */
  readonly gap?: Duration;
  /** So many failures within `rateInterval` are a problem, however short the run. @defaultValue no limit */
  readonly rate?: number;
  /** @defaultValue 1m */
  readonly rateInterval?: Duration;
  /** Pressure that makes any failure a problem; null: none does. @defaultValue 'critical' */
  readonly pressure?: Exclude<Pressure, 'none'> | null;
  /** Said again no sooner than this. @defaultValue 15m */
  readonly every?: Duration;
}

export type EscalateCode = 'persist/pressure' | 'persist/rate' | 'persist/duration' | 'none';

/** The run of failures in progress. Milliseconds. */
export interface EscalateState {
  runBegan: number;
  lastAt: number;
  windowBegan: number;
  inWindow: number;
  saidAt: number;
}

const SEVERITY: Readonly<Record<Pressure, number>> = { none: 0, warning: 1, critical: 2 };

/**
 * Escalates what doesn't go away: failures under pressure, too many a minute, or a run that goes on for minutes. Says
 * so once in each `every`; no opinion otherwise. One state for everything; `perKey(bySite, ...)` judges each site.
 */
export function escalateOnPersistence(options: EscalateOptions = {}): Policy<Reportable, EscalateState, EscalateCode> {
  const { after = '5m', gap = '1m', rateInterval = '1m', every = '15m', pressure = 'critical' } = asOptions(options);
  const afterMs = msInRange('after', after, 1);
  const gapMs = msInRange('gap', gap, 1);
  const rate = options.rate === undefined ? Infinity : wholeInRange('rate', options.rate, 1, 2 ** 31 - 1);
  const rateIntervalMs = msInRange('rateInterval', rateInterval, 1);
  const everyMs = msInRange('every', every, 1);
  asOneOf('pressure', pressure, ['warning', 'critical', null]);
  const threshold = pressure === null ? Infinity : SEVERITY[pressure];
  const vote = (code: EscalateCode, why: string): Vote<EscalateCode> => ({ verdict: 'escalate', code, why });
  const squeezed = vote('persist/pressure', `failures under ${pressure ?? 'no'} memory pressure`);
  const many = vote('persist/rate', `${rate} failures within ${formatMs(rateIntervalMs)}`);
  const long = vote('persist/duration', `failures for ${formatMs(afterMs)} without a pause of ${formatMs(gapMs)}`);
  const escalate = (reason: Vote<EscalateCode>, { now }: View, state: EscalateState): Vote<EscalateCode> => {
    state.saidAt = now;
    return { ...reason, evidence: { runMs: now - state.runBegan, inWindow: state.inWindow } };
  };
  return {
    name: 'escalateOnPersistence',
    codes: ['persist/pressure', 'persist/rate', 'persist/duration', 'none'],
    init: () => ({ runBegan: -Infinity, lastAt: -Infinity, windowBegan: -Infinity, inWindow: 0, saidAt: -Infinity }),
    vote(_event, view, state) {
      const { now } = view;
      if (now - state.lastAt > gapMs) state.runBegan = now;
      state.lastAt = now;
      if (now - state.windowBegan >= rateIntervalMs) {
        state.windowBegan = now;
        state.inWindow = 0;
      }
      state.inWindow += view.count;
      if (now - state.saidAt < everyMs) return ABSTAIN;
      if (view.pressure !== 'none' && SEVERITY[view.pressure] >= threshold) return escalate(squeezed, view, state);
      if (state.inWindow >= rate) return escalate(many, view, state);
      return now - state.runBegan >= afterMs ? escalate(long, view, state) : ABSTAIN;
    },
  };
}
