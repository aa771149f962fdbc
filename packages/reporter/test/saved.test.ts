import { describe, expect, it } from 'vitest';
import {
  bySite, onPowersOfTwo, perKey, rateLimit, Reporter, ReporterError, type Line, type Policy, type Reportable, type ReporterOptions, type SavedReporter, type Vote,
} from '../src/index.js';

const HELD: Vote = { verdict: 'suppress', code: 'x/held', why: 'held' };
const holds: Policy<Reportable> = { name: 'holds', codes: ['x/held'], init: () => null, vote: () => HELD };
const perSite = (): Policy<Reportable> => perKey<Reportable>(bySite, rateLimit({ burst: 1, interval: '10s' }));

function rig(options: Partial<ReporterOptions<Reportable>> = {}): { reporter: Reporter<Reportable>; lines: Line<Reportable>[] } {
  const lines: Line<Reportable>[] = [];
  return { reporter: new Reporter<Reportable>({ policy: holds, sink: { write: (line) => lines.push(line) }, ...options }), lines };
}

/** Every event is told by now, or waits; and the books agree with the lines. */
function expectSound(reporter: Reporter<Reportable>, lines: readonly Line<Reportable>[], seen: number): void {
  expect(reporter.check()).toEqual([]);
  expect(reporter.totals().seen).toBe(seen);
  expect(lines.reduce((sum, line) => sum + line.covers, 0)).toBe(reporter.totals().told);
}

describe('a saved reporter', () => {
  it('keeps the state of a policy of the same name, and the counts for any', () => {
    const { reporter } = rig({ policy: perSite() });
    for (const at of [0, 1, 2]) reporter.report({ at, site: 'a' });
    const resume = JSON.parse(JSON.stringify(reporter.save())) as SavedReporter;
    expect(rig({ policy: perSite(), resume }).reporter.report({ at: 3, site: 'a' }).code).toBe('rate/full');
    const other = rig({ policy: onPowersOfTwo(), resume });
    expect(other.reporter.report({ at: 3, site: 'a' }).code).toBe('pow2/hit');
    expect(other.lines).toMatchObject([{ covers: 3, reasons: { 'rate/full': 2 } }]);
  });

  it('is refused when it does not add up, with the place', () => {
    const { reporter } = rig({ policy: perSite() });
    for (const at of [0, 1, 2]) reporter.report({ at, site: 'a' });
    const saved = JSON.parse(JSON.stringify(reporter.save())) as SavedReporter;
    const bad: readonly [unknown, string][] = [
      [null, '$'], [{ v: 2 }, '$'], [{ ...saved, accounts: {} }, '$.accounts'],
      [{ ...saved, accounts: [{ ...saved.accounts[0], seen: 9 }] }, '$.accounts[0]'],
      [{ ...saved, accounts: [{ ...saved.accounts[0], reasons: {} }] }, '$.accounts[0].reasons'],
      [{ ...saved, accounts: [...saved.accounts, ...saved.accounts] }, '$.accounts[1].key'],
    ];
    for (const [resume, path] of bad) {
      expect(() => rig({ resume: resume as SavedReporter })).toThrow(expect.objectContaining({ code: 'BAD_STATE', path }) as ReporterError);
    }
  });
});

describe('a saved state that is hostile', () => {
  const saved = (): SavedReporter => {
    const { reporter } = rig();
    for (const site of ['a', '__proto__', 'constructor']) reporter.report({ at: 1, site });
    return JSON.parse(JSON.stringify(reporter.save())) as SavedReporter;
  };

  it('keeps keys and reasons that are named like properties of objects', () => {
    const { reporter, lines } = rig({ resume: saved() });
    reporter.close();
    expect(lines.map((line) => line.key)).toEqual(['a', '__proto__', 'constructor']);
    expectSound(reporter, lines, 3);
  });

  it.each<[string, (state: Record<string, unknown>) => void]>([
    ['no clock', (state) => delete state['clock']],
    ['a clock that is no number', (state) => (state['clock'] = { now: 'x', offset: 0, started: true })],
    ['accounts that are no accounts', (state) => (state['accounts'] = [null])],
    ['an account whose key is no text', (state) => Object.assign((state['accounts'] as object[])[0] ?? {}, { key: 7 })],
    ['reasons that are no counts', (state) => Object.assign((state['accounts'] as object[])[0] ?? {}, { reasons: { a: 2, b: -1 } })],
    ['no reasons', (state) => Object.assign((state['accounts'] as object[])[0] ?? {}, { reasons: null })],
    ['a time that is no time', (state) => Object.assign((state['accounts'] as object[])[0] ?? {}, { heldSince: 'yesterday' })],
    ['a queue of something else', (state) => (state['queue'] = [{}])],
    ['bytes that are no number', (state) => (state['bytes'] = null)],
    ['another version', (state) => (state['v'] = 2)],
  ])('with %s is refused, with its place', (_what, spoil) => {
    const state = saved() as unknown as Record<string, unknown>;
    spoil(state);
    expect(() => rig({ resume: state as unknown as SavedReporter })).toThrow(expect.objectContaining({ code: 'BAD_STATE', path: expect.stringMatching(/^\$/) as string }) as Error);
  });

  it("and whose policy's state is none is refused for that policy, and taken for another", () => {
    const nested = Array.from({ length: 200_000 }).reduce<SavedReporter['state']>((inner) => [inner], null);
    for (const state of [{ $plain: 'bigint', value: 'x' } as const, nested]) {
      const resume = { ...saved(), policy: 'rateLimit(1/10s)', state };
      expect(() => rig({ policy: rateLimit({ burst: 1, interval: '10s' }), resume })).toThrow(expect.objectContaining({ path: '$.state' }) as Error);
      const { reporter, lines } = rig({ policy: holds, resume });
      reporter.close();
      expectSound(reporter, lines, 3);
    }
  });
});

describe('a state that cannot be saved', () => {
  it('is left out, and the counts are saved', () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const { reporter } = rig({ policy: { ...holds, init: () => cyclic } });
    reporter.report({ at: 0, site: 'a' });
    const resumed = rig({ policy: holds, resume: JSON.parse(JSON.stringify(reporter.save())) as SavedReporter });
    expect(resumed.reporter.close()).toBe(0);
    expectSound(resumed.reporter, resumed.lines, 1);
  });
});

describe('what is saved', () => {
  it('keeps what is held for more reasons than an account tells apart', () => {
    const many: Policy<Reportable> = { name: 'many', codes: [], init: () => null, vote: (_event, view) => ({ verdict: 'suppress', code: `x/${view.total.seen}`, why: 'held' }) };
    const { reporter } = rig({ policy: many });
    for (let at = 0; at < 40; at++) reporter.report({ at, site: 'a' });
    const { reporter: resumed } = rig({ policy: many, resume: reporter.save() });
    expect(resumed.counts()).toEqual(reporter.counts());
    expect(resumed.counts()[0]?.reasons['(other)']).toBe(24);
  });

  it('takes a hole in a list for undefined', () => {
    const holey: Policy<Reportable> = { name: 'holey', codes: [], init: () => Object.assign([], { 2: 'two' }), vote: () => HELD };
    const { reporter } = rig({ policy: holey });
    const { reporter: resumed } = rig({ policy: holey, resume: JSON.parse(JSON.stringify(reporter.save())) as SavedReporter });
    expect(resumed.save().state).toEqual([{ $plain: 'undefined' }, { $plain: 'undefined' }, 'two']);
  });
});
