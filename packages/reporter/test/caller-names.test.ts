import { describe, expect, it } from 'vitest';
import { callerNames, Reporter, ReporterError, type CaptureStack, type Line, type Policy, type Reportable } from '../src/index.js';

const tellsAll: Policy<Reportable> = { name: 'all', codes: ['x'], init: () => null, vote: () => ({ verdict: 'emit', code: 'x', why: 'all' }) };

/** The stack of an event that `leaf` reports. */
function stackOf(captureStack: CaptureStack, leaf: (report: () => void) => void = (report) => report()): Line<Reportable>['stack'] {
  const lines: Line<Reportable>[] = [];
  const reporter = new Reporter<Reportable>({ policy: tellsAll, sink: { write: (line) => lines.push(line) }, captureStack });
  leaf(() => void reporter.report({ at: 0, site: 'a' }));
  return lines[0]?.stack ?? null;
}

function innermost(report: () => void): void {
  report();
}
function outer(report: () => void): void {
  innermost(report);
}

describe('callerNames', () => {
  it('names the functions that led to the report, innermost first, and none of the reporter', () => {
    const stack = stackOf(callerNames(), outer);
    expect(stack?.slice(1, 4)).toEqual(['innermost', 'outer', 'stackOf']);
    expect(stack).toHaveLength(10);
  });

  it('gives as many as were asked for, and no number that cannot be', () => {
    expect(stackOf(callerNames(2), outer)).toEqual(['(anonymous)', 'innermost']);
    for (const frames of [0, 1.5, 201, Number.NaN]) expect(() => callerNames(frames)).toThrow(ReporterError);
  });

  it('leaves the settings of the engine as they were, also when it throws', () => {
    const engine: { prepareStackTrace?: unknown; stackTraceLimit?: number; captureStackTrace?: unknown } = Error;
    const before = { prepare: engine.prepareStackTrace, limit: engine.stackTraceLimit };
    stackOf(callerNames(3));
    const capture = engine.captureStackTrace;
    engine.captureStackTrace = () => { throw new Error('no'); };
    expect(stackOf(callerNames(3))).toBeNull();
    engine.captureStackTrace = capture;
    expect({ prepare: engine.prepareStackTrace, limit: engine.stackTraceLimit }).toEqual(before);
  });

  it.each([
    ['Firefox', 'report@http://x/reporter.js:1:2\ninner@http://x/app.js:3:4\nApp.prototype.go/<@http://x/app.js:5:6\n@http://x/app.js:7:8\n'],
    ['an engine that keeps to its own text', 'Error\n    at Reporter.report (http://x/reporter.js:1:2)\n    at inner (http://x/app.js:3:4)\n    at async App.go (http://x/app.js:5:6)\n    at http://x/app.js:7:8'],
  ])('takes the text of %s apart', (_engine, text) => {
    const engine: { captureStackTrace?: unknown } = Error;
    const capture = engine.captureStackTrace;
    engine.captureStackTrace = (holder: { stack?: string }) => { holder.stack = text; };
    const stack = stackOf(callerNames());
    engine.captureStackTrace = capture;
    expect(stack?.[0]).toBe('inner');
    expect(stack).toHaveLength(3);
    expect(stack?.at(-1)).toBe('(anonymous)');
  });
});
