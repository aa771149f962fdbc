import { describe, expect, it } from 'vitest';
import {
  any, definePolicy, onPowersOfTwo, preset, rateLimit, Reporter, type Line, type Policy, type Reportable, type ReporterOptions, type SavedReporter,
  type Scheduler, type Vote,
} from '../src/index.js';

const HELD: Vote = { verdict: 'suppress', code: 'x/held', why: 'held' };
const TOLD: Vote = { verdict: 'emit', code: 'x/told', why: 'told' };
const holds: Policy<Reportable> = { name: 'holds', codes: ['x/held'], init: () => null, vote: () => HELD };
const tells: Policy<Reportable> = { name: 'tells', codes: ['x/told'], init: () => null, vote: () => TOLD };

function set(options: Partial<ReporterOptions<Reportable>> = {}): { reporter: Reporter<Reportable>; lines: Line<Reportable>[] } {
  const lines: Line<Reportable>[] = [];
  return { reporter: new Reporter<Reportable>({ policy: holds, sink: { write: (line) => lines.push(line) }, ...options }), lines };
}

const covered = (lines: readonly Line<Reportable>[]): number => lines.reduce((sum, line) => sum + line.covers, 0);

/** Every event is told by now, or waits; and the books agree with the lines. */
function expectSound(reporter: Reporter<Reportable>, lines: readonly Line<Reportable>[], seen: number): void {
  expect(reporter.check()).toEqual([]);
  expect(reporter.totals().seen).toBe(seen);
  expect(covered(lines)).toBe(reporter.totals().told);
}

/** Callbacks that a test fires as it likes. */
function timers(): { scheduler: Scheduler; set: { callback: () => void; delayMs: number }[] } {
  const all: { callback: () => void; delayMs: number }[] = [];
  return { set: all, scheduler: { setTimeout: (callback, delayMs) => all.push({ callback, delayMs }), clearTimeout: () => undefined } };
}

describe('a scheduler', () => {
  it('that calls back twice moves no clock and tells nothing early', () => {
    const { scheduler, set: fired } = timers();
    const { reporter, lines } = set({ scheduler, maxSilence: 1000 });
    reporter.report({ at: 0, site: 'a' });
    fired[0]?.callback();
    reporter.report({ at: 1500, site: 'b' });
    expect(fired).toHaveLength(2);
    fired[0]?.callback();
    fired[0]?.callback();
    expect(lines).toMatchObject([{ key: 'a', at: 1000 }]);
    fired[1]?.callback();
    expect(lines).toMatchObject([{ key: 'a' }, { key: 'b', at: 2500 }]);
  });

  it('that is late tells late, and one that never calls leaves it to the next event', () => {
    const { scheduler, set: fired } = timers();
    const { reporter, lines } = set({ scheduler, maxSilence: 1000 });
    reporter.report({ at: 0, site: 'a' });
    reporter.report({ at: 5000, site: 'b' });
    expect(lines).toMatchObject([{ key: 'a', at: 5000, since: 0, until: 0 }]);
    fired[0]?.callback();
    expectSound(reporter, lines, 2);
  });

  it('that throws is one that is not there', () => {
    const scheduler: Scheduler = { setTimeout() { throw new Error('no timers'); }, clearTimeout() { throw new Error('no timers'); } };
    const { reporter, lines } = set({ scheduler, maxSilence: 1000 });
    for (const at of [0, 500, 1500]) reporter.report({ at, site: 'a' });
    expect(reporter.close()).toBe(0);
    expectSound(reporter, lines, 3);
  });

  it('that calls back at once tells at once, and ends', () => {
    const { reporter, lines } = set({ scheduler: { setTimeout: (callback) => callback(), clearTimeout: () => undefined } });
    for (let at = 0; at < 10; at++) reporter.report({ at, site: 'a' });
    expectSound(reporter, lines, 10);
    expect(covered(lines)).toBe(10);
  });

  it('is asked again when a silence is longer than a timer can wait', () => {
    const { scheduler, set: fired } = timers();
    const { reporter, lines } = set({ scheduler, maxSilence: '60d' });
    reporter.report({ at: 0, site: 'a' });
    for (const [i, delayMs] of [2 ** 31 - 1, 2 ** 31 - 1, 60 * 86_400_000 - 2 * (2 ** 31 - 1)].entries()) {
      expect(lines).toEqual([]);
      expect(fired[i]?.delayMs).toBe(delayMs);
      fired[i]?.callback();
    }
    expect(lines).toMatchObject([{ key: 'a', at: 60 * 86_400_000, covers: 1 }]);
  });

  it('is not asked for a silence without end', () => {
    const { scheduler, set: fired } = timers();
    const { reporter, lines } = set({ scheduler, maxSilence: Infinity });
    for (let at = 0; at < 5; at++) reporter.report({ at: at * 1e12, site: 'a' });
    expect(fired).toEqual([]);
    expect(reporter.close()).toBe(0);
    expectSound(reporter, lines, 5);
  });
});

describe('a clock', () => {
  it.each([['as it is', (reporter: Reporter<Reportable>) => reporter.save()], ['through JSON', (reporter: Reporter<Reportable>) => JSON.parse(JSON.stringify(reporter.save())) as SavedReporter]])(
    'that is not known at first dates what came before by the first time that is, %s', (_how, save) => {
      const { reporter } = set();
      for (let i = 0; i < 2; i++) reporter.report({ at: null, site: 'a' });
      const { reporter: resumed, lines } = set({ resume: save(reporter) });
      resumed.report({ at: 1.75e12, site: 'a' });
      resumed.close();
      expect(lines).toMatchObject([{ covers: 3, since: 1.75e12, until: 1.75e12, at: 1.75e12 }]);
    });

  it('that throws or answers nonsense stands still', () => {
    const answers: (() => number)[] = [() => 100, () => { throw new Error('no clock'); }, () => Number.NaN, () => Infinity, () => 'now' as unknown as number];
    const { reporter, lines } = set({ policy: tells, clock: () => answers.shift()?.() ?? 100 });
    for (let i = 0; i < 6; i++) reporter.report({ at: null, site: 'a' });
    reporter.tick();
    expect(lines.map((line) => line.at)).toEqual([100, 100, 100, 100, 100, 100]);
  });
});

describe('a stopwatch', () => {
  it('that throws or answers nonsense measures nothing, and no event is lost', () => {
    for (const stopwatch of [() => { throw new Error('stopped'); }, () => Number.NaN]) {
      const { reporter, lines } = set({ policy: tells, stopwatch });
      for (let at = 0; at < 5; at++) expect(reporter.report({ at, site: 'a' }).code).toBe('x/told');
      expectSound(reporter, lines, 5);
    }
  });
});

describe('a sink', () => {
  it('that closes the reporter in the middle of a line loses nothing', () => {
    const lines: Line<Reportable>[] = [];
    const reporter: Reporter<Reportable> = new Reporter<Reportable>({
      policy: onPowersOfTwo(),
      sink: {
        write(line) {
          lines.push(line);
          if (line.covers > 1) reporter.close();
          return true;
        },
      },
    });
    for (let at = 0; at < 10; at++) reporter.report({ at, site: at % 3 === 0 ? 'b' : 'a' });
    reporter.close();
    expectSound(reporter, lines, 10);
    expect(covered(lines)).toBe(10);
  });

  it('that reports an event of its own, changes the policy and closes has all of it counted', () => {
    const lines: Line<Reportable>[] = [];
    let reported = 0;
    const reporter: Reporter<Reportable> = new Reporter<Reportable>({
      policy: tells,
      sink: {
        write(line) {
          lines.push(line);
          if (line.key === 'a') {
            reported++;
            expect(reporter.report({ at: line.at + 100_000, site: 'sink' })).toMatchObject({ verdict: 'suppress', code: 'ledger/reentrant' });
            reporter.use(reported % 2 === 0 ? tells : any(tells, holds));
          }
          return true;
        },
      },
    });
    for (let at = 0; at < 7; at++) reporter.report({ at, site: 'a' });
    expect(reporter.close()).toBe(0);
    expectSound(reporter, lines, 7 + reported);
  });

  it('that does so with every line it is given ends, and has all of it counted', () => {
    const lines: Line<Reportable>[] = [];
    const restless = new Reporter<Reportable>({
      policy: tells,
      sink: {
        write(line) {
          restless.report({ at: 0, site: 'of the sink' });
          restless.use(tells);
          restless.tick(1e9);
          restless.close();
          lines.push(line);
        },
      },
    });
    restless.report({ at: 0, site: 'a' });
    expect(restless.totals()).toMatchObject({ seen: 4, told: 3, held: 1, lines: 3 });
    expectSound(restless, lines, 4);
  });

  it.each<[string, () => unknown]>([
    ['a thenable that throws when it is looked at', () => Object.defineProperty({}, 'then', { get() { throw new Error('trap'); } })],
    ['a thenable that throws when it is asked', () => ({ then() { throw new Error('trap'); } })],
    ['a promise that is rejected', () => Promise.reject(new Error('full'))],
    ['a promise of false', () => Promise.resolve(false)],
    ['false', () => false],
  ])('that answers %s has not taken the line', async (_answer, answer) => {
    const door = { open: false };
    const lines: Line<Reportable>[] = [];
    const { reporter } = set({ policy: tells, sink: { write: (line) => (door.open ? lines.push(line) : answer()) } });
    reporter.report({ at: 0, site: 'a' });
    await reporter.settled();
    expect(reporter.totals()).toMatchObject({ seen: 1, told: 0, held: 1, pending: 0 });
    door.open = true;
    expect(reporter.close()).toBe(0);
    expectSound(reporter, lines, 1);
  });

  it.each([Infinity, Number.NaN, -7])('that claims to have written %s bytes leaves budgets as they were', (bytes) => {
    const { reporter } = set({ policy: tells, sink: { write: () => bytes } });
    reporter.report({ at: 0, site: 'a' });
    expect(reporter.save().bytes).toBe(0);
  });

  it('that answers later has its bytes counted when it does', async () => {
    const { reporter } = set({ policy: tells, sink: { write: () => Promise.resolve(42) } });
    reporter.report({ at: 0, site: 'a' });
    await reporter.settled();
    expect(reporter.save().bytes).toBe(42);
  });
});

describe('a policy', () => {
  it('that changes the policy or closes the reporter while it votes has its event told', () => {
    for (const act of ['use', 'close'] as const) {
      const lines: Line<Reportable>[] = [];
      const restless: Policy<Reportable> = {
        ...holds,
        vote() {
          if (act === 'use') reporter.use(restless);
          else reporter.close();
          return HELD;
        },
      };
      const reporter: Reporter<Reportable> = new Reporter<Reportable>({ policy: restless, sink: { write: (line) => lines.push(line) } });
      for (let at = 0; at < 5; at++) reporter.report({ at, site: 'a' });
      expect(reporter.close()).toBe(0);
      expectSound(reporter, lines, 5);
      expect(covered(lines)).toBe(5);
    }
  });

  it('that uses one vote again and changes it is believed each time', () => {
    const vote = { verdict: 'emit' as 'emit' | 'suppress', code: 'x', why: 'again' };
    const { reporter, lines } = set({
      policy: any(definePolicy<Reportable>({ name: 'reuses', codes: ['x'], init: () => null, vote: (event) => ((vote.verdict = event.site === 'a' ? 'emit' : 'suppress'), vote) })),
    });
    for (const site of ['a', 'b', 'a', 'b', 'a']) reporter.report({ at: 0, site });
    expect(lines.map((line) => line.key)).toEqual(['a', 'a', 'a']);
    expect(reporter.totals()).toMatchObject({ told: 3, held: 2 });
  });

  it('whose vote is a promise, a trap, or has a name that throws is one that told', () => {
    const odd: unknown[] = [Promise.resolve(HELD), new Proxy({}, { get() { throw new Error('trap'); } }), Object.freeze([]), () => HELD, 'suppress', { ...HELD, why: undefined }];
    for (const answer of odd) {
      let asked = 0;
      const nameless = (): string => {
        if (asked++ > 0) throw new Error('nameless');
        return 'x';
      };
      const policy = { codes: [], init: () => null, vote: () => answer, get name() { return nameless(); } } as unknown as Policy<Reportable>;
      const { reporter, lines } = set({ policy });
      expect(reporter.report({ at: 0, site: 'a' })).toMatchObject({ verdict: 'emit', code: expect.stringMatching(/^policy\/(threw|nonsense)$/) as string });
      expectSound(reporter, lines, 1);
    }
  });

  it('cannot write into the books that it reads', () => {
    const forger: Policy<Reportable> = {
      ...holds,
      vote(_event, view) {
        for (const counts of [view.key, view.total] as { held: number }[]) {
          try {
            counts.held = 0;
          } catch {
            // It tried.
          }
        }
        return HELD;
      },
    };
    const { reporter, lines } = set({ policy: forger });
    for (let at = 0; at < 5; at++) reporter.report({ at, site: 'a' });
    expect(reporter.totals().held).toBe(5);
    expect(reporter.close()).toBe(0);
    expectSound(reporter, lines, 5);
  });

  it('that makes codes without end is kept to short ones', () => {
    let n = 0;
    const { reporter, lines } = set({ policy: { ...holds, vote: () => ({ ...HELD, code: `${'x'.repeat(100_000)}${n++}` }) } });
    for (let at = 0; at < 100; at++) reporter.report({ at, site: 'a' });
    reporter.close();
    expectSound(reporter, lines, 100);
    expect(Math.max(...Object.keys(lines[0]?.reasons ?? {}).map((code) => code.length))).toBeLessThan(300);
  });

  it('among a thousand others, or a thousand deep, is heard', () => {
    const wide = any<Reportable>(...Array.from({ length: 1000 }, () => onPowersOfTwo()));
    const deep = Array.from({ length: 1000 }).reduce<Policy<Reportable>>((policy) => any(policy), onPowersOfTwo());
    for (const policy of [wide, deep]) {
      const { reporter, lines } = set({ policy });
      for (let at = 0; at < 20; at++) reporter.report({ at, site: 'a' });
      expect(lines.map((line) => line.covers)).toEqual([1, 1, 2, 4, 8]);
    }
  });
});

describe('limits at their ends', () => {
  it.each([
    [{ burst: 0, interval: '10s' }, 0], [{ burst: 2 ** 31 - 1, interval: '10s' }, 30], [{ burst: 1, interval: 0 }, 30], [{ burst: 0, interval: 0 }, 30], [{ burst: 1, interval: '10000d' }, 1],
  ] as const)('rateLimit(%j) tells %i of thirty', (options, told) => {
    const { reporter } = set({ policy: rateLimit(options), maxSilence: Infinity });
    for (let i = 0; i < 30; i++) reporter.report({ at: 1e12 + i, site: 'a' });
    expect(reporter.totals()).toMatchObject({ told, held: 30 - told });
  });

  it('a burst below none and an interval below none are refused', () => {
    for (const options of [{ burst: -1, interval: 1 }, { burst: 1, interval: -1 }, { burst: Number.NaN, interval: 1 }, { burst: 1, interval: Number.NaN }]) {
      expect(() => rateLimit(options)).toThrow(expect.objectContaining({ name: 'ReporterError' }) as Error);
    }
  });
});

describe('sites without end', () => {
  it('are told sixty a minute by recommended, counted beyond, and lose nothing', () => {
    const lines: Line<Reportable>[] = [];
    const reporter = new Reporter<Reportable>({ ...preset('recommended'), sink: { write: (line) => lines.push(line) } });
    for (let i = 0; i < 60_000; i++) reporter.report({ at: i * 5, site: `site-${i}` });
    expect(lines.filter((line) => line.kind === 'event')).toHaveLength(5 * 60);
    expect(lines.filter((line) => line.kind === 'disclosure' && line.key === '(other)')).toHaveLength(5);
    reporter.close();
    expect(lines.length).toBeLessThanOrEqual(5 * 60 + 5 + 1024 + 1);
    expectSound(reporter, lines, 60_000);
  });
});
