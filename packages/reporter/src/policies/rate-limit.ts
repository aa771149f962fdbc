import { asOneOf, asOptions, msInRange, wholeInRange } from '../checked.js';
import { formatMs, type Duration } from '../duration.js';
import { askNow, LIMITER_ERAS, limiterState, type LimiterEra, type LimiterRule, type LimiterState } from '../kernel-limiter.js';
import type { Policy } from '../policy.js';
import type { Reportable } from '../reportable.js';
import { fixed, type Vote } from '../vote.js';

export interface RateLimitOptions {
  /** Lines in each window, 0 or more. */
  readonly burst: number;
  /** Length of a window; 0 lets everything through. */
  readonly interval: Duration;
  /** Whose algorithm. @defaultValue '6.16' */
  readonly era?: LimiterEra;
  /** Jiffies a second: the limiter counts in whole ones. 1 to 10,000. @defaultValue 1000 */
  readonly hz?: number;
}

export type RateCode = 'rate/pass' | 'rate/full';

/**
 * The kernel's limiter: the first `burst` events of a window are told. The window opens with an event and ends strictly
 * after `interval`. One state for everything; `perKey(bySite, rateLimit(...))` has one for each site.
 */
export function rateLimit(options: RateLimitOptions): Policy<Reportable, LimiterState, RateCode> {
  const { burst, interval, era = '6.16', hz = 1000 } = asOptions(options);
  const intervalMs = msInRange('interval', interval, 0, Number.MAX_SAFE_INTEGER / 10_000);
  wholeInRange('burst', burst, 0, 2 ** 31 - 1);
  wholeInRange('hz', hz, 1, 10_000);
  const rule: LimiterRule = { era: asOneOf('era', era, LIMITER_ERAS), interval: Math.round((intervalMs * hz) / 1000), burst };
  const name = `rateLimit(${burst}/${formatMs(intervalMs)})`;
  const pass: Vote<RateCode> = fixed('emit', 'rate/pass', `within ${burst} per ${formatMs(intervalMs)}`);
  const full: Vote<RateCode> = fixed('suppress', 'rate/full', `${burst} per ${formatMs(intervalMs)} is used up`);
  return {
    name,
    codes: ['rate/pass', 'rate/full'],
    init: () => limiterState(rule),
    vote(_event, view, state) {
      state.asked = Math.floor((view.now * hz) / 1000);
      const vote = askNow(rule, state, false) ? pass : full;
      return view.detailed ? { ...vote, evidence: evidenceOf(rule, state, hz) } : vote;
    },
  };
}

function evidenceOf(rule: LimiterRule, state: LimiterState, hz: number): Record<string, number> {
  if (rule.era === 'token-bucket') return { tokens: Math.floor(state.printed / rule.interval) };
  const left = Math.max(0, state.begin + rule.interval - state.asked);
  return { printed: rule.era === '6.16' ? rule.burst - state.printed : state.printed, burst: rule.burst, windowLeftMs: (left * 1000) / hz };
}
