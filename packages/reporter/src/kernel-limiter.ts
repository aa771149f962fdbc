/**
 * The kernel's `___ratelimit()` as it was in each era, in jiffies and on plain state. lib/ratelimit.c, ___ratelimit(),
 * v2.6.26 to v6.18; up to 2.6.25 kernel/printk.c, __printk_ratelimit().
 */
export type LimiterEra =
  /** Up to 2.6.26: one message per interval, after a first handful. */
  | 'token-bucket'
  /** 2.6.27 to 2.6.32: a window that the call after its end re-opens; a contended lock is waited for. */
  | '2.6.27'
  /** 2.6.33: a contended lock lets the message through. */
  | '2.6.33'
  /** 2.6.34 to 4.5: a contended lock denies, uncounted. */
  | '2.6.34'
  /** 4.6 to 6.15: the call that ends a window opens the next. */
  | '4.6'
  /** Since 6.16: a contended call takes what is left of the burst, and is counted when there is nothing. */
  | '6.16';

export const LIMITER_ERAS: readonly LimiterEra[] = ['token-bucket', '2.6.27', '2.6.33', '2.6.34', '4.6', '6.16'];

/** What one limiter remembers. Plain data. */
export interface LimiterState {
  /** Jiffies of the latest call. */
  asked: number;
  /** Jiffies. The start of the window, 0 for none (but in 6.16); in the token bucket, when it was last asked. */
  begin: number;
  /** Messages let through in this window; 6.16: left of the burst, -1 for no window; token bucket: tokens, in jiffies. */
  printed: number;
  /** Denied since the last time that a count was said. */
  missed: number;
  /** What this call has to say before anything else: `announced` callbacks suppressed; 0 for nothing. */
  announced: number;
}

/** Interval in jiffies; burst in messages. */
export interface LimiterRule {
  readonly era: LimiterEra;
  readonly interval: number;
  readonly burst: number;
}

/** What is left of the burst in 6.16 when there is no window. */
const NO_WINDOW = -1;

/** A limiter that was never asked. */
export function limiterState(rule: LimiterRule): LimiterState {
  if (rule.era === 'token-bucket') return { asked: 0, begin: 0, printed: rule.burst * rule.interval, missed: 0, announced: 0 };
  return { asked: 0, begin: 0, printed: rule.era === '6.16' ? NO_WINDOW : 0, missed: 0, announced: 0 };
}

/**
 * Asks the limiter.
 *
 * @param jiffies - The kernel's clock; whole, and going back only where 32 bits of it wrap.
 * @param contended - Whether another CPU holds the limiter's lock.
 * @returns Whether the message may be printed; `state.announced` is the count that is printed just before it, or
 *   instead of it.
 */
export function askLimiter(rule: LimiterRule, state: LimiterState, jiffies: number, contended = false): boolean {
  state.asked = jiffies;
  return askNow(rule, state, contended);
}

/** As {@link askLimiter}, at `state.asked`: a time that is not handed on is no number on the heap. */
export function askNow(rule: LimiterRule, state: LimiterState, contended: boolean): boolean {
  state.announced = 0;
  if (rule.era === 'token-bucket') return askBucket(rule, state);
  if (rule.era === '6.16') return askAtomic(rule, state, contended);
  return askWindow(rule, state, contended);
}

function askBucket(rule: LimiterRule, state: LimiterState): boolean {
  const tokens = Math.min(state.printed + elapsed(state), rule.burst * rule.interval);
  state.begin = state.asked;
  if (tokens < rule.interval) {
    state.printed = tokens;
    state.missed++;
    return false;
  }
  state.printed = tokens - rule.interval;
  announce(state);
  return true;
}

function askWindow(rule: LimiterRule, state: LimiterState, contended: boolean): boolean {
  const jiffies = state.asked;
  if (rule.interval === 0) return true;
  if (contended && rule.era !== '2.6.27') return rule.era === '2.6.33';
  if (state.begin === 0) state.begin = jiffies;
  if (elapsed(state) > rule.interval) {
    announce(state);
    state.begin = rule.era === '4.6' ? jiffies : 0;
    state.printed = 0;
  }
  if (state.printed < rule.burst) {
    state.printed++;
    return true;
  }
  state.missed++;
  return false;
}

function askAtomic(rule: LimiterRule, state: LimiterState, contended: boolean): boolean {
  const jiffies = state.asked;
  if (rule.interval <= 0 || rule.burst <= 0) {
    state.printed = NO_WINDOW;
    if (rule.interval === 0 || rule.burst > 0) return true;
    state.missed++;
    return false;
  }
  if (!contended) {
    if (state.printed === NO_WINDOW) {
      state.begin = jiffies;
      state.printed = rule.burst;
    } else if (elapsed(state) > rule.interval) {
      state.begin = jiffies;
      state.printed = rule.burst;
      announce(state);
    }
  }
  if (state.printed > 0) {
    state.printed--;
    return true;
  }
  state.missed++;
  return false;
}

/** Jiffies since the window began. An earlier time is one after a wrap of 32 bits. */
const elapsed = ({ asked, begin }: LimiterState): number => (asked >= begin ? asked - begin : asked - begin + 2 ** 32);

function announce(state: LimiterState): void {
  state.announced = state.missed;
  state.missed = 0;
}
