import { howMany, NO_REQUEST, type SweepCase, type SweepOutcome } from './report.js';
import type { Run } from './run.js';
import type { SweepSettings } from './options.js';
import { errorText, tellsOfFailure } from './tells.js';

/** The run without failure that the others are compared with. */
export interface Baseline<T> {
  readonly trail: readonly string[];
  readonly result: T;
  readonly grown: ReadonlyMap<string, number>;
  /** Two runs without failure had the same result: results mean something. */
  readonly comparable: boolean;
  /** Why they had not, in words; '' where they had. */
  readonly incomparable: string;
}

export interface Judgement {
  readonly outcome: SweepOutcome;
  readonly detail: string;
}

/** What became of a run in which request `n` was made to fail. */
export function judge<T>(n: number, run: Run<T>, baseline: Baseline<T>, settings: SweepSettings<T>): Judgement {
  const { ending } = run;
  const strayed = parting(n, run.point.trail, baseline.trail);
  if (strayed !== null) return { outcome: 'nondeterministic', detail: strayed };
  const tells = (error: unknown): boolean => {
    const request = run.point.failed?.request ?? NO_REQUEST;
    return settings.tells ? settings.tells(error, request) : tellsOfFailure(error, run.point.refusals, request);
  };
  const [loose] = run.loose;
  if (loose) return { outcome: 'threw', detail: loose.text };
  if (ending.how === 'hung') return { outcome: 'hung', detail: ending.why };
  if (ending.how === 'threw' && !tells(ending.error)) return { outcome: 'threw', detail: errorText(ending.error) };
  if (run.broken.length > 0) return { outcome: 'corrupted', detail: run.broken.slice(0, 5).join('; ') };
  const leaks = [...run.grown].filter(([name, more]) => more > (baseline.grown.get(name) ?? 0));
  if (leaks.length > 0) return { outcome: 'leaked', detail: leaks.map(([name, more]) => `${name} +${more - (baseline.grown.get(name) ?? 0)}`).join(', ') };
  if (ending.how === 'threw') return { outcome: 'ok', detail: `told: ${errorText(ending.error)}` };
  if (baseline.comparable && !alike(baseline.result, ending.result, settings)) return { outcome: 'swallowed', detail: 'ended without an error, with another result' };
  if (settings.mustTell) return { outcome: 'swallowed', detail: 'ended without an error' };
  return { outcome: 'ok', detail: baseline.comparable ? 'did without: same result' : 'did without' };
}

/** What became of the run after it, in which nothing failed. */
export function judgeRecovery<T>(run: Run<T>, baseline: Baseline<T>, settings: SweepSettings<T>): Judgement | null {
  const { ending } = run;
  const corrupted = (what: string): Judgement => ({ outcome: 'corrupted', detail: `the next run, without failure, ${what}` });
  if (ending.how === 'hung') return corrupted(ending.why);
  if (ending.how === 'threw') return corrupted(`threw ${errorText(ending.error)}`);
  if (run.loose[0]) return corrupted(`ended in an ${run.loose[0].text}`);
  if (run.broken.length > 0) return corrupted(`broke: ${run.broken.slice(0, 5).join('; ')}`);
  if (baseline.comparable && !alike(baseline.result, ending.result, settings)) return corrupted('had another result');
  return null;
}

/** What cannot be compared (a getter throws, or what the user compares with) is not what it was. */
function alike<T>(expected: T, got: T, { same }: SweepSettings<T>): boolean {
  try {
    return same(expected, got);
  } catch {
    return false;
  }
}

/** Where two runs part before request `n` has failed, in words; null when they don't. */
export function parting(n: number, got: readonly string[], expected: readonly string[]): string | null {
  for (let i = 0; i < Math.min(n, got.length); i++) {
    if (i >= expected.length) return `made more than ${howMany(expected.length, 'request')}`;
    if (got[i] !== expected[i]) return `request ${i + 1} came from ${String(got[i])}, not from ${String(expected[i])}`;
  }
  return got.length < n ? `made ${howMany(got.length, 'request')}, request ${n} never came` : null;
}

/** A case out of a run and its judgement. */
export function sweepCase<T>(n: number, run: Run<T>, baseline: Baseline<T>, settings: SweepSettings<T>, { outcome, detail }: Judgement, frames: readonly string[]): SweepCase {
  return {
    v: 1,
    n,
    site: baseline.trail[n - 1] ?? '(unknown)',
    then: settings.then,
    outcome,
    detail,
    request: run.point.failed?.request ?? NO_REQUEST,
    stack: frames,
  };
}
