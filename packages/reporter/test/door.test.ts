import { describe, expect, it } from 'vitest';
import { consoleSink } from '../src/console.js';
import {
  all, any, atLeast, budget, callerNames, definePolicy, defineWarnings, escalateOnPersistence, first, fromPredicate, loadPolicy, parseWarnings, perKey, preset, proven,
  rareFirst, rateLimit, replayPolicy, Reporter, ReporterError, summarize, tee, toMs, trusted, when, type Policy, type Reportable, type ReporterErrorCode,
} from '../src/index.js';
import { ndjsonSink } from '../src/ndjson.js';
import { otelSink } from '../src/otel.js';
import { pinoSink } from '../src/pino.js';
import { ringBuffer } from '../src/ring-buffer.js';
import { streamSink } from '../src/stream.js';
import { checkLaws, policyTester } from '../src/testing.js';

const policy = rateLimit({ burst: 1, interval: '10s' });
const sink = { write: () => true };

/** A program without types may hand over anything. */
type Anything = (...args: unknown[]) => unknown;
const open = (options: unknown): unknown => new (Reporter as unknown as new (options: unknown) => unknown)(options);
const withOption = (name: string, value: unknown) => (): unknown => open({ policy, sink, [name]: value });

function errorOf(call: () => unknown): ReporterError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(ReporterError);
    return error as ReporterError;
  }
  throw new Error('it was let in');
}

const NO_POLICIES: readonly unknown[] = [undefined, null, 5, {}, () => 1, { name: 'x', codes: [], init: 1, vote: 2 }, { name: 'x', codes: [5], init: () => 0, vote: () => 0 }];
const NO_OPTIONS: readonly unknown[] = [null, 5, 'x', Symbol('s')];

describe('at the door of a reporter', () => {
  it.each([undefined, ...NO_OPTIONS])('what is no options is refused: %s', (options) => {
    expect(errorOf(() => open(options)).code).toBe('BAD_OPTION');
  });

  it.each(NO_POLICIES)('what is no policy is refused, with the part that it lacks: %s', (value) => {
    expect(errorOf(withOption('policy', value))).toMatchObject({ code: 'BAD_OPTION', message: expect.stringMatching(/^policy/) as string });
  });

  it.each([undefined, null, 5, {}, () => 1, { write: 5 }])('a sink that nothing can be written to is refused, instead of held for ever: %s', (value) => {
    expect(errorOf(withOption('sink', value))).toMatchObject({ code: 'BAD_OPTION', message: expect.stringMatching(/^sink/) as string });
  });

  it.each(['keyOf', 'countOf', 'clock', 'scheduler', 'captureStack', 'stopwatch'])('%s is called later on, and looked at now', (name) => {
    for (const value of [null, 5, 'x', {}]) expect(errorOf(withOption(name, value))).toMatchObject({ code: 'BAD_OPTION', message: expect.stringMatching(name) as string });
  });

  it.each<[string, readonly unknown[]]>([
    ['maxKeys', [0, 1.5, -1, Number.NaN, '7', Symbol('s'), 7n, 2 ** 20 + 1]], ['maxPendingLines', [0, '7', Symbol('s')]], ['maxStateNodes', [0, Number.NaN, {}]], ['maxVoteMs', [-1, '7', Symbol('s')]],
  ])('%s out of its range is refused', (name, values) => {
    for (const value of values) expect(errorOf(withOption(name, value))).toMatchObject({ code: 'BAD_OPTION', message: expect.stringMatching(`^${name} is `) as string });
  });

  it.each([-1, Number.NaN, 'soon', '5 parsecs', null, {}, Symbol('s'), 7n])('a silence of %s is no duration, and the message names the option', (value) => {
    expect(errorOf(withOption('maxSilence', value))).toMatchObject({ code: 'BAD_DURATION', message: expect.stringMatching(/^maxSilence: /) as string });
  });
});

describe('a reporter at work', () => {
  it.each([undefined, null, 5, 'x', Symbol('s'), () => 1])('refuses %s for an event, and counts nothing', (event) => {
    const reporter = new Reporter<Reportable>({ policy, sink });
    expect(errorOf(() => reporter.report(event as unknown as Reportable)).code).toBe('BAD_EVENT');
    expect(reporter.totals().seen).toBe(0);
  });

  it.each([...NO_POLICIES, 'linux-5.4', { policy: 5 }, { policy: null }])('refuses %s for another policy, and keeps its own', (next) => {
    const reporter = new Reporter<Reportable>({ policy, sink });
    reporter.report({ at: 0, site: 'a' });
    expect(errorOf(() => reporter.use(next as Policy<Reportable>)).code).toBe('BAD_OPTION');
    expect(reporter.report({ at: 1, site: 'a' }).code).toBe('rate/full');
  });
});

describe('policies and combinators', () => {
  it.each<[string, Anything]>([
    ['rateLimit', rateLimit as Anything], ['rareFirst', rareFirst as Anything], ['budget', budget as Anything], ['summarize', summarize as Anything],
    ['escalateOnPersistence', escalateOnPersistence as Anything], ['ringBuffer', ringBuffer as Anything],
  ])('%s takes an object of options and nothing else', (_name, make) => {
    for (const options of NO_OPTIONS) expect(errorOf(() => make(options)).code).toBe('BAD_OPTION');
  });

  it.each<[string, () => unknown]>([
    ['an era that never was', () => rateLimit({ burst: 1, interval: '1s', era: '9.9' as '6.16' })],
    ['pressure that there is none of', () => escalateOnPersistence({ pressure: 'huge' as 'critical' })],
    ['one site in place of a list', () => trusted('upload')],
    ['no list of sites', () => trusted(5 as unknown as string[])],
    ['evidence that is no list', () => proven({ sites: 5 } as never, { hashOf: () => null })],
    ['no way to hash a source', () => proven({ sites: [] }, {} as never)],
    ['a guard that is no order', () => preset('linux-3.5', { guardpageMinorder: 'x' as unknown as number })],
    ['a test that is no function', () => when(5 as never, policy)],
    ['a key that is no function', () => perKey(5 as never, policy)],
    ['a floor that is no verdict', () => atLeast('loud' as 'emit', policy)],
    ['a floor of no opinion', () => atLeast('abstain' as 'emit', policy)],
    ['a question that is no function', () => fromPredicate('x', 5 as never)],
    ['a code that is no text', () => fromPredicate(5 as never, () => true)],
    ['frames without number', () => callerNames(Number.NaN)],
    ['events that are no list', () => replayPolicy(policy, 5 as never)],
    ['a law that there is none of', () => checkLaws(policy as Policy<Reportable> as never, { laws: ['gravity' as never] })],
    ['laws for what is no policy', () => checkLaws(null as never)],
    ['cases that are no list', () => policyTester(policy as Policy<Reportable> as never, 5 as never)],
    ['runs without end', () => checkLaws(policy as Policy<Reportable> as never, { runs: Infinity })],
  ])('refuse %s', (_what, call) => {
    expect(errorOf(call).code).toBe('BAD_OPTION');
  });

  it.each<[string, (value: never) => unknown]>([
    ['any', (value) => any(policy, value)], ['all', (value) => all(value)], ['first', (value) => first(value, policy)], ['when', (value) => when(() => true, value)],
    ['perKey', (value) => perKey(() => 'a', value)], ['atLeast', (value) => atLeast('emit', value)], ['definePolicy', (value) => definePolicy(value)],
    ['policyTester', (value) => policyTester(value, [])],
  ])('%s refuses what is no policy', (_name, combine) => {
    for (const value of NO_POLICIES) expect(errorOf(() => combine(value as never)).code).toBe('BAD_OPTION');
  });
});

describe('sinks', () => {
  it.each<[string, Anything, string]>([
    ['consoleSink', consoleSink as Anything, 'console'], ['streamSink', streamSink as Anything, 'stream'], ['ndjsonSink', ndjsonSink as Anything, 'stream'],
    ['pinoSink', pinoSink as Anything, 'logger'], ['otelSink', otelSink as Anything, 'logger'],
  ])('%s refuses what it could not write to', (_name, make, part) => {
    for (const options of [undefined, ...NO_OPTIONS, {}, { [part]: null }, { [part]: 5 }, { [part]: {} }]) expect(errorOf(() => make(options)).code).toBe('BAD_OPTION');
  });

  it('tee refuses a sink among them that is none', () => {
    for (const value of [undefined, null, 5, {}]) expect(errorOf(() => tee(sink, value as never))).toMatchObject({ code: 'BAD_OPTION', message: expect.stringMatching(/^sink 2/) as string });
  });
});

describe('configurations', () => {
  it.each<[string, () => unknown, ReporterErrorCode]>([
    ['a source that is no text', () => parseWarnings(5 as never), 'BAD_OPTION'],
    ['policies that are no list', () => defineWarnings({ policies: 5 as never }), 'BAD_OPTION'],
    ['a policy that is none', () => defineWarnings({ policies: [{} as never] }), 'BAD_CONFIG'],
    ['a symbol', () => loadPolicy(Symbol('s')), 'BAD_CONFIG'],
    ['a preset that is no text', () => preset(5 as never), 'UNKNOWN_PRESET'],
    ['a duration that is no text', () => toMs({} as never), 'BAD_DURATION'],
  ])('refuse %s', (_what, call, code) => {
    expect(errorOf(call).code).toBe(code);
  });

  it('refuse one that goes round in a circle', () => {
    const circle: Record<string, unknown> = { use: 'any' };
    circle['policies'] = [circle];
    expect(errorOf(() => loadPolicy(circle))).toMatchObject({ code: 'BAD_CONFIG', message: expect.stringMatching(/nested too deeply$/) as string });
  });
});
