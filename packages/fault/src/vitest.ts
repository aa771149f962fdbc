import { describe, expect, it, vi } from 'vitest';
import { runtimeAdapters } from './adapters/runtime-adapters.js';
import { FaultError } from './errors.js';
import type { Oracle } from './oracles/oracle.js';
import { processOracles, type SweepOptions } from './sweep/options.js';
import type { SweepReport } from './sweep/report.js';
import type { Scenario } from './sweep/run.js';
import { sweep } from './sweep/sweep.js';
import { requestText, sweepSummary, sweepTable } from './sweep/table.js';

export interface AllocationFailureMatchers<R = unknown> {
  /**
   * Fails each allocation of the scenario in turn; passes when every run ends `ok` (see `SweepOutcome`). The message has
   * one line per request that is not survived.
   *
   * In a test, each case is an annotation of it: Vitest has no way to add tests to one that runs. Awaited where tests are
   * collected (in a file or a `describe`), each case is a test of its own, as with `describeAllocationFailures`.
   *
   * The runtime's own allocations are instrumented unless `adapters` says otherwise. Under fake timers, time is virtual,
   * and timers that are left behind are leaks, too.
   */
  toSurviveAllocationFailures(options?: SweepOptions): Promise<R>;
}

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type -- the declaration that is extended has it so
  interface Matchers<T = any> extends AllocationFailureMatchers<T> {}
}

/** The sweep behind the matcher, with its defaults for tests. */
export function sweepInTest(scenario: Scenario, options: SweepOptions = {}): Promise<SweepReport> {
  const alone = (options.parallel ?? 1) === 1;
  const fake = vi.isFakeTimers() ? { wait: (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms), ...(alone && { oracles: [...processOracles(), fakeTimers()] }) } : {};
  return sweep(scenario, { adapters: alone ? runtimeAdapters() : [], ...fake, ...options });
}

/** Timers of Vitest's clock, which Node knows nothing of. */
function fakeTimers(): Oracle {
  return { name: 'fake timers', counts: () => ({ 'fake timer': vi.getTimerCount() }) };
}

interface Matching {
  readonly isNot: boolean;
  readonly task?: { readonly context?: { annotate?(message: string, type?: string): Promise<unknown> } };
}

expect.extend({
  async toSurviveAllocationFailures(scenario: unknown, options: SweepOptions = {}) {
    const { task, isNot } = this as Matching;
    const settings = { name: nameOf(scenario), ...options };
    if (task === undefined) {
      if (isNot) throw new FaultError('BAD_OPTION', { attribute: 'not', given: true, range: 'a test around it: outside of one there is nothing to turn round' });
      await describeAllocationFailures(settings.name, scenario as Scenario, settings);
      return { pass: true, message: () => '' };
    }
    const report = await sweepInTest(scenario as Scenario, settings);
    // What was not swept neither survives nor doesn't.
    if (report.trouble) throw new Error(sweepTable(report));
    for (const { n, site, outcome, detail, request } of report.cases) {
      await task.context?.annotate?.(`request ${n} (${requestText({ request })}) at ${site}: ${outcome}: ${detail}`, outcome === 'ok' ? 'notice' : 'error');
    }
    return {
      pass: report.passed,
      message: () => (report.passed ? `every allocation failure was survived\n${sweepTable(report, { all: true })}` : sweepTable(report)),
    };
  },
});

function nameOf(scenario: unknown): string {
  return typeof scenario === 'function' && scenario.name !== '' ? scenario.name : 'scenario';
}

/**
 * A suite with one test per allocation: `request 3 (Buffer.alloc 64 B) at parse (src/parse.js:12)`. The scenario runs while
 * tests are collected, to count; each test then fails its own request. Await it, or return it from `describe`.
 */
export async function describeAllocationFailures(name: string, scenario: Scenario, options: SweepOptions = {}): Promise<void> {
  const report = await sweepInTest(scenario, { ...options, name });
  describe(name, () => {
    if (report.trouble) {
      it('runs without failure', () => {
        expect.fail(sweepSummary(report));
      });
    }
    for (const result of report.cases) {
      it(`request ${result.n} (${requestText(result)}) at ${result.site}`, () => {
        if (result.outcome !== 'ok') expect.fail(`${result.outcome}: ${result.detail}\n${result.stack.map((frame) => `    at ${frame}`).join('\n')}`);
      });
    }
  });
}
