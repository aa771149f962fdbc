import { failureEvent } from '@nopage/gfp';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { FailureCounter, labelText, MetricsError, UNKNOWN, VoteCounter, type MetricsErrorCode } from '../src/index.js';
import { observeMetrics } from '../src/otel.js';
import { registerMetrics } from '../src/prom.js';

function codeOf(call: () => unknown): MetricsErrorCode {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(MetricsError);
    return (error as MetricsError).code;
  }
  throw new Error('it was let in');
}

const event = failureEvent({ kind: 'page-allocation-failure', site: 'a' });

describe('a counter', () => {
  it.each([null, 5, 'x'])('is not made by %s', (options) => {
    expect(codeOf(() => new FailureCounter(options as never))).toBe('BAD_OPTION');
    expect(codeOf(() => new VoteCounter(options as never))).toBe('BAD_OPTION');
  });

  it.each<[string, readonly unknown[]]>([
    ['maxSites', [-1, 1.5, Number.NaN, '5', null]], ['maxSeries', [-1, Symbol('s')]], ['causeOf', [5, null]], ['now', [5, null]], ['from', [5, null]],
  ])('looks at %s when it is made', (name, values) => {
    for (const value of values) expect(codeOf(() => new FailureCounter({ [name]: value }))).toBe('BAD_OPTION');
  });

  it.each([-1, 1.5, Number.NaN, '7', null])('does not go on from a count of %s', (count) => {
    const series = [{ site: 'a', order: '0', cause: 'b', count: count as never }];
    expect(codeOf(() => new FailureCounter({ from: { series, withheld: {} } }))).toBe('BAD_STATE');
    expect(codeOf(() => new VoteCounter({ from: [{ verdict: 'emit', reason: 'a', count: count as never }] }))).toBe('BAD_STATE');
  });

  it.each([undefined, null, 5, 'x'])('does not count %s', (value) => {
    const [failures, votes] = [new FailureCounter(), new VoteCounter()];
    expect(codeOf(() => failures.record(value as never))).toBe('BAD_OPTION');
    expect(codeOf(() => votes.record(value as never))).toBe('BAD_OPTION');
    expect([failures.total, failures.withheld, [...votes.series()]]).toEqual([0, { producer: 0, syslog: 0 }, []]);
  });

  it('counts an event that lacks its numbers, a cause that is no text, and a clock that throws', () => {
    const failures = new FailureCounter({ causeOf: () => 5 as never, now: () => { throw new Error('stopped'); } });
    failures.record(event);
    failures.record({} as never);
    expect([...failures.series()].map(({ site, cause, count, exemplar }) => [site, cause, count, exemplar])).toEqual([['a', UNKNOWN, 1, null], [UNKNOWN, UNKNOWN, 1, null]]);
    expect(failures.withheld).toEqual({ producer: 0, syslog: 0 });
    expect(labelText(5 as never)).toBe(UNKNOWN);
  });
});

describe('a registration', () => {
  it.each([undefined, null, 5, {}])('with %s for a registry, a meter or the options is refused', (value) => {
    expect(codeOf(() => registerMetrics(value as never))).toBe('BAD_OPTION');
    expect(codeOf(() => registerMetrics({ registry: value as never, sources: {} }))).toBe('BAD_OPTION');
    expect(codeOf(() => observeMetrics({ meter: value as never, sources: {} }))).toBe('BAD_OPTION');
  });

  it('without sources is refused, and so is a second one; neither adds a metric', () => {
    const registry = new Registry();
    expect(codeOf(() => registerMetrics({ registry, sources: null as never }))).toBe('BAD_OPTION');
    expect(registry.getMetricsAsArray()).toHaveLength(0);
    registerMetrics({ registry, sources: {} });
    const { length } = registry.getMetricsAsArray();
    expect(codeOf(() => registerMetrics({ registry, sources: {} }))).toBe('NAME_TAKEN');
    expect(registry.getMetricsAsArray()).toHaveLength(length);
  });
});
