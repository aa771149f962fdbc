import { describe, expect, it, vi } from 'vitest';
import { runtimeAdapters } from './adapters/runtime-adapters.js';
import type { SweepOptions } from './sweep/options.js';
import type { SweepReport } from './sweep/report.js';
import type { Scenario } from './sweep/run.js';
import { sweep } from './sweep/sweep.js';
import { requestText, sweepSummary, sweepTable } from './sweep/table.js';

export interface AllocationFailureMatchers<R = unknown> {
  /**
   * Fails each allocation of the scenario in turn; passes when every run ends `ok` (see `SweepOutcome`). The message has
   * one line per request that is not survived, and each case is an annotation of the test.
   *
   * The runtime's own allocations are instrumented unless `adapters` says otherwise. Under fake timers, time is virtual.
   */
  toSurviveAllocationFailures(options?: SweepOptions): Promise<R>;
}

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type -- the declaration that is extended has it so
  interface Matchers<T = any> extends AllocationFailureMatchers<T> {}
}

/** The sweep behind the matcher, with its defaults for tests. */
export function sweepInTest(scenario: Scenario, options: SweepOptions = {}): Promise<SweepReport> {
  const fake = vi.isFakeTimers() ? { wait: (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms) } : {};
  return sweep(scenario, { adapters: (options.parallel ?? 1) > 1 ? [] : runtimeAdapters(), ...fake, ...options });
}

interface Annotating {
  readonly task?: { readonly context?: { annotate?(message: string, type?: string): Promise<unknown> } };
}

expect.extend({
  async toSurviveAllocationFailures(scenario: unknown, options: SweepOptions = {}) {
    const report = await sweepInTest(scenario as Scenario, { name: 'scenario', ...options });
    const context = (this as Annotating).task?.context;
    for (const { n, site, outcome, detail, request } of report.cases) {
      await context?.annotate?.(`request ${n} (${requestText({ request })}) at ${site}: ${outcome}: ${detail}`, outcome === 'ok' ? 'notice' : 'error');
    }
    return {
      pass: report.passed,
      message: () => (report.passed ? `every allocation failure was survived\n${sweepTable(report, { all: true })}` : sweepTable(report)),
    };
  },
});

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
