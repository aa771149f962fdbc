import { describe, expect, it } from 'vitest';
import {
  bySite, definePolicy, defineWarnings, escalateOnPersistence, formatLine, heldIn, onPowersOfTwo, perKey, preset, rareFirst, rateLimit, Reporter, ReporterError,
  type Line, type Policy, type Reportable, type ReporterOptions, type Verdict,
} from '../src/index.js';
import { VirtualTime } from '../src/testing.js';

const says = (verdict: Verdict, code = `x/${verdict}`): Policy<Reportable> =>
  definePolicy<Reportable>({ name: code, codes: [code], init: () => null, vote: () => ({ verdict, code, why: 'because' }) });
const perSite = (): Policy<Reportable> => perKey<Reportable>(bySite, rateLimit({ burst: 1, interval: '10s' }));

/** A reporter, the lines that its sink took, and the time that its scheduler keeps. */
function set(options: Partial<ReporterOptions<Reportable>> = {}): { reporter: Reporter<Reportable>; lines: Line<Reportable>[]; time: VirtualTime } {
  const lines: Line<Reportable>[] = [];
  const time = new VirtualTime();
  const reporter = new Reporter<Reportable>({ policy: says('suppress'), sink: { write: (line) => lines.push(line) }, scheduler: time, ...options });
  return { reporter, lines, time };
}

const covers = (lines: readonly Line<Reportable>[]): number => lines.reduce((sum, line) => sum + line.covers, 0);

describe('a held event is told', () => {
  it('with the next line of its key, by reason and with its interval', () => {
    const { reporter, lines } = set({ policy: perSite() });
    for (const at of [100, 200, 350, 10_101]) reporter.report({ at, site: 'a' });
    expect(lines.at(-1)).toMatchObject({ kind: 'event', key: 'a', at: 10_101, covers: 3, reasons: { 'rate/full': 2 }, since: 200, until: 10_101, vote: { code: 'rate/pass' } });
    expect(reporter.totals()).toMatchObject({ seen: 4, told: 4, held: 0, pending: 0, lines: 2, keys: 1 });
  });

  it('after maxSilence without another event, however long the clock of the events stands still', () => {
    const { reporter, lines, time } = set({ maxSilence: '5s' });
    for (let i = 0; i < 10; i++) reporter.report({ at: 0, site: 'a' });
    time.advance(4999);
    expect(lines).toEqual([]);
    time.advance(1);
    expect(lines).toMatchObject([{ kind: 'disclosure', occasion: 'silence', covers: 10, reasons: { 'x/suppress': 10 } }]);
    reporter.report({ at: 0, site: 'a' });
    time.advance(5000);
    expect(covers(lines)).toBe(11);
  });

  it('at the next event or tick of any key when there is no scheduler', () => {
    const lines: Line<Reportable>[] = [];
    const reporter = new Reporter<Reportable>({ policy: says('suppress'), sink: { write: (line) => lines.push(line) }, maxSilence: 1000 });
    reporter.report({ at: 0, site: 'a' });
    reporter.report({ at: 1000, site: 'b' });
    expect(lines).toMatchObject([{ key: 'a', covers: 1 }]);
    reporter.tick(2000);
    expect(lines).toMatchObject([{ key: 'a' }, { key: 'b', covers: 1 }]);
  });

  it('on a change of policy, which keeps the counts', () => {
    const { reporter, lines } = set();
    reporter.report({ at: 0, site: 'a' });
    reporter.use(onPowersOfTwo());
    expect(lines).toMatchObject([{ kind: 'disclosure', occasion: 'swap', covers: 1 }]);
    expect(reporter.report({ at: 1, site: 'a' }).code).toBe('pow2/hit');
    expect(reporter.report({ at: 2, site: 'a' }).code).toBe('pow2/miss');
    expect(reporter.totals()).toMatchObject({ seen: 3, told: 2, held: 1 });
  });

  it('on a change of the whole configuration, which brings its key, its silence and its number of keys', () => {
    const { reporter, lines, time } = set({ maxSilence: '1h' });
    for (const site of ['a', 'b', 'c']) reporter.report({ at: 0, site });
    reporter.use({ ...defineWarnings<Reportable>({ policies: [says('suppress', 'new')], keyOf: () => 'machine', maxSilence: '5s', maxKeys: 2 }) });
    expect(lines.map((line) => [line.key, line.occasion])).toEqual([['a', 'swap'], ['b', 'swap'], ['c', 'swap']]);
    expect(reporter.totals().keys).toBe(3);
    reporter.report({ at: 0, site: 'a' });
    time.advance(5000);
    expect(lines.at(-1)).toMatchObject({ key: 'machine', occasion: 'silence', covers: 1, reasons: { new: 1 } });
    expect(reporter.totals()).toMatchObject({ seen: 4, told: 4, keys: 3 });
    expect(reporter.check()).toEqual([]);
  });

  it('and keeps key, silence and number of keys when only the policy changes', () => {
    const { reporter, time, lines } = set({ keyOf: () => 'one', maxSilence: '5s', maxKeys: 7 });
    reporter.use(says('suppress'));
    reporter.report({ at: 0, site: 'a' });
    time.advance(5000);
    expect(lines).toMatchObject([{ key: 'one', covers: 1 }]);
  });

  it('keeps the old configuration when the new one cannot be', () => {
    const { reporter } = set();
    const broken = { ...defineWarnings<Reportable>({ policies: [says('emit')] }), maxKeys: 0 };
    expect(() => reporter.use(broken)).toThrow(ReporterError);
    expect(reporter.report({ at: 0, site: 'a' }).code).toBe('x/suppress');
  });

  it('keeps the old policy when the new one cannot begin', () => {
    const { reporter } = set();
    const broken = { ...says('emit'), init: () => { throw new Error('no'); } };
    expect(() => reporter.use(broken)).toThrow('no');
    expect(reporter.report({ at: 0, site: 'a' }).code).toBe('x/suppress');
  });

  it('on close and on leaving a using block', () => {
    const { reporter, lines } = set();
    reporter.report({ at: 5, site: 'a' });
    reporter.report({ at: 6, site: 'b' });
    reporter[Symbol.dispose]();
    expect(lines).toMatchObject([{ key: 'a', occasion: 'close', covers: 1 }, { key: 'b', occasion: 'close', covers: 1 }]);
  });

  it('under (other) once its key is given up, when it would have been told', () => {
    const { reporter, lines, time } = set({ maxKeys: 2, maxSilence: '1m' });
    for (const [at, site] of [[0, 'a'], [10, 'b'], [20, 'c'], [30, 'd']] as const) {
      time.advance(at === 0 ? 0 : 10);
      reporter.report({ at, site });
    }
    expect(reporter.counts().map(({ key, counts }) => [key, counts.held])).toEqual([['c', 1], ['d', 1], ['(other)', 2]]);
    time.advance(59_970);
    expect(lines).toMatchObject([{ key: '(other)', covers: 2, since: 0, until: 10 }]);
    expect(reporter.check()).toEqual([]);
  });
});

describe('an event that stands for several', () => {
  const counted = (policy: Policy<Reportable>) => {
    const made = set({ policy, countOf: (event) => (event as Reportable & { repeats?: number }).repeats ?? 1 });
    const report = (at: number, repeats: unknown): string => made.reporter.report({ at, site: 'a', repeats } as Reportable).code;
    return { ...made, report };
  };

  it('is seen, held and told as so many, apart from what was held before it', () => {
    const { reporter, lines, report } = counted(perSite());
    for (const [at, repeats] of [[0, 5], [1, 3], [10_001, 2]] as const) report(at, repeats);
    expect(lines).toMatchObject([{ covers: 5, own: 5, reasons: {} }, { covers: 5, own: 2, reasons: { 'rate/full': 3 } }]);
    expect(lines.map(heldIn)).toEqual([0, 3]);
    expect(lines.map(formatLine)).toEqual(['a: failure, 5 times [rate/pass]', 'a: failure, 2 times [rate/pass]; 3 more held before it: over the rate limit']);
    expect(reporter.totals()).toMatchObject({ seen: 10, told: 10, lines: 2 });
    expect(reporter.check()).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, '7', null, undefined])('is one when it says %s', (repeats) => {
    const { reporter, report } = counted(says('suppress'));
    report(0, repeats);
    expect(reporter.totals()).toMatchObject({ seen: 1, held: 1 });
  });

  it('is one when the question throws', () => {
    const { reporter } = set({ countOf: () => { throw new Error('no'); } });
    reporter.report({ at: 0, site: 'a' });
    expect(reporter.totals()).toMatchObject({ seen: 1, held: 1 });
  });

  it('is a hit for onPowersOfTwo when a power is among them, new for rareFirst, and many for escalateOnPersistence', () => {
    const powers = counted(onPowersOfTwo());
    // 3 covers 1 and 2, then 4, then 5 to 7, then 8 and 9, then 10 to 16, then 17.
    expect([3, 1, 3, 2, 7, 1].map((n, i) => powers.report(i, n))).toEqual(['pow2/hit', 'pow2/hit', 'pow2/miss', 'pow2/hit', 'pow2/hit', 'pow2/miss']);
    expect(counted(rareFirst()).report(0, 9)).toBe('rare/new');
    expect(counted(escalateOnPersistence({ rate: 9 })).report(0, 9)).toBe('persist/rate');
  });
});

describe('events after close', () => {
  it('are counted, said once, and told by another close', () => {
    const { reporter, lines } = set({ policy: says('emit') });
    reporter.report({ at: 0, site: 'a' });
    reporter.close();
    for (let i = 0; i < 1000; i++) expect(reporter.report({ at: i, site: 'a' }).code).toBe('ledger/closed');
    expect(lines).toMatchObject([{ kind: 'event' }, { kind: 'disclosure', key: '(closed)', covers: 1, reasons: { 'ledger/closed': 1 } }]);
    expect(reporter.totals()).toMatchObject({ seen: 1001, told: 2, held: 999 });
    expect(reporter.close()).toBe(0);
    expect(covers(lines)).toBe(1001);
  });
});

describe('the clock', () => {
  it('that is set back opens no window and holds none open', () => {
    const { reporter } = set({ policy: rateLimit({ burst: 1, interval: '10s' }) });
    const codes = [1e12, 1e12 + 1, 5, 9000, 10_006].map((at) => reporter.report({ at, site: 'a' }).code);
    expect(codes).toEqual(['rate/pass', 'rate/full', 'rate/full', 'rate/full', 'rate/pass']);
  });

  it('that is set back has what was held before told in its own new time', () => {
    const { reporter, lines } = set({ maxSilence: Infinity });
    for (const at of [50_000, 51_000, 1000, 3000]) reporter.report({ at, site: 'a' });
    reporter.close();
    // 51 s then is 1 s now.
    expect(lines).toMatchObject([{ covers: 4, since: 0, until: 3000, at: 3000 }]);
  });

  it('takes an event that is a little late for one of now', () => {
    const { reporter, lines } = set({ policy: says('emit') });
    for (const at of [5000, 4500, 5001]) reporter.report({ at, site: 'a' });
    expect(lines.map((line) => line.at)).toEqual([5000, 5000, 5001]);
  });

  it.each([null, Number.NaN, Infinity, -Infinity, 1e300])('takes an event at %s for one of now', (at) => {
    const { reporter, lines } = set({ policy: says('emit') });
    reporter.report({ at: 77, site: 'a' });
    reporter.report({ at, site: 'a' });
    expect(lines.at(-1)?.at).toBe(77);
  });

  it('may be given for events that have none', () => {
    const { reporter, lines } = set({ policy: says('emit'), clock: () => 4711 });
    reporter.report({ at: null, site: null });
    expect(lines).toMatchObject([{ at: 4711, key: '(unknown)' }]);
  });
});

describe('a sink that does not take a line', () => {
  it.each([['refuses', 'sink/refused'], ['throws', 'sink/threw']])('and %s leaves its events held, with the reason, until it does', (how, code) => {
    const state = { open: false };
    const lines: Line<Reportable>[] = [];
    const { reporter } = set({
      policy: says('escalate'),
      sink: {
        write(line) {
          if (state.open) return lines.push(line);
          if (how === 'throws') throw new Error('full');
          return false;
        },
      },
    });
    for (const at of [1, 2, 3]) reporter.report({ at, site: 'a' });
    expect(reporter.totals()).toMatchObject({ seen: 3, told: 0, held: 3 });
    expect(reporter.close()).toBe(3);
    state.open = true;
    expect(reporter.close()).toBe(0);
    expect(lines).toMatchObject([{ kind: 'disclosure', level: 'error', covers: 3, reasons: { [code]: 3 }, since: 1, until: 3 }]);
  });

  it('by rejecting leaves them held; until it settles they are pending', async () => {
    const answers: ((taken: boolean) => void)[] = [];
    const { reporter } = set({ policy: says('emit'), sink: { write: () => new Promise((resolve, reject) => answers.push((taken) => (taken ? resolve(true) : reject(new Error('gone'))))) } });
    reporter.report({ at: 1, site: 'a' });
    reporter.report({ at: 2, site: 'a' });
    expect(reporter.totals()).toMatchObject({ seen: 2, told: 0, held: 0, pending: 2 });
    answers[0]?.(true);
    answers[1]?.(false);
    await reporter.settled();
    expect(reporter.totals()).toMatchObject({ told: 1, held: 1, pending: 0 });
    expect(reporter.counts()).toMatchObject([{ key: 'a', reasons: { 'sink/threw': 1 } }]);
    expect(reporter.check()).toEqual([]);
  });

  it('by answering after its key was given up has its events counted where the key went', async () => {
    const answers: ((taken: boolean) => void)[] = [];
    const { reporter } = set({ policy: says('emit'), maxKeys: 1, sink: { write: () => new Promise((resolve) => answers.push(resolve)) } });
    for (const site of ['a', 'b', 'c']) reporter.report({ at: 1, site });
    answers[0]?.(true);
    answers[1]?.(false);
    answers[2]?.(true);
    await reporter.settled();
    expect(reporter.counts().map(({ key, counts }) => [key, counts.told, counts.held])).toEqual([['c', 1, 0], ['(other)', 1, 1]]);
    expect(reporter.check()).toEqual([]);
  });

  it('by never settling holds no more lines than the limit', () => {
    const { reporter } = set({ policy: says('emit'), maxPendingLines: 3, sink: { write: () => new Promise(() => undefined) } });
    for (let at = 0; at < 100; at++) reporter.report({ at, site: 'a' });
    expect(reporter.totals()).toMatchObject({ seen: 100, pending: 3, held: 97 });
    const saved = reporter.save();
    expect(saved.accounts).toMatchObject([{ held: 100, reasons: { 'ledger/unsettled': 3, 'sink/refused': 97 } }]);
    expect(new Reporter<Reportable>({ policy: says('emit'), sink: { write: () => true }, resume: saved }).totals()).toMatchObject({ seen: 100, held: 100 });
  });

  it('and reports failures of its own is not asked about them', () => {
    const lines: Line<Reportable>[] = [];
    const reporter: Reporter<Reportable> = new Reporter<Reportable>({
      policy: says('emit'),
      sink: {
        write(line) {
          reporter.report({ at: line.at, site: 'sink' });
          return lines.push(line);
        },
      },
    });
    reporter.report({ at: 0, site: 'a' });
    expect(reporter.totals()).toMatchObject({ seen: 2, told: 1, held: 1 });
    expect(reporter.counts()).toMatchObject([{ key: 'a' }, { key: 'sink', reasons: { 'ledger/reentrant': 1 } }]);
  });
});

describe('a stack', () => {
  it('is captured once for each told event, after the vote, and never for a held one', () => {
    const order: string[] = [];
    const policy: Policy<Reportable> = { ...perSite(), vote: (event, view, state) => (order.push('vote'), perSite().vote(event, view, state)) };
    const { reporter, lines } = set({ policy, captureStack: () => (order.push('stack'), ['one', 'two']) });
    reporter.report({ at: 0, site: 'a' });
    reporter.report({ at: 1, site: 'a' });
    expect(order).toEqual(['vote', 'stack', 'vote']);
    expect(lines).toMatchObject([{ stack: ['one', 'two'] }]);
  });

  it('that cannot be captured is null', () => {
    const { reporter, lines } = set({ policy: says('emit'), captureStack: () => { throw new Error('no stack'); } });
    reporter.report({ at: 0, site: 'a' });
    expect(lines).toMatchObject([{ stack: null }]);
  });
});

describe('a policy that misbehaves', () => {
  it('by throwing is told, event by event', () => {
    const { reporter, lines } = set({ policy: { ...says('emit'), vote: () => { throw new RangeError('boom'); } } });
    reporter.report({ at: 0, site: 'a' });
    expect(lines).toMatchObject([{ kind: 'event', vote: { verdict: 'emit', code: 'policy/threw', why: 'x/emit threw RangeError: boom' } }]);
  });

  it('by growing its state starts afresh, which is said once', () => {
    const hoarder = definePolicy({ name: 'hoarder', codes: ['x'], init: (): number[] => [], vote: (_event: Reportable, view, state: number[]) => (state.push(view.now), { verdict: 'suppress', code: 'x', why: '' }) });
    const { reporter, lines } = set({ policy: hoarder, maxStateNodes: 1000 });
    for (let at = 0; at < 5000; at++) reporter.report({ at, site: 'a' });
    expect(lines.filter((line) => line.kind === 'notice').map((line) => line.text)).toEqual(['the state of policy hoarder grew beyond 1000 entries: it starts afresh, each time']);
    expect(reporter.totals()).toMatchObject({ seen: 5000 });
  });

  it('by taking too long is set aside, which is said once, and keys get a line a minute', () => {
    let now = 0;
    const { reporter, lines } = set({ policy: says('suppress'), stopwatch: () => (now += 500), maxVoteMs: 100, maxSilence: '1d' });
    for (let at = 0; at < 200_000; at += 1000) reporter.report({ at, site: 'a' });
    expect(lines.filter((line) => line.kind === 'notice')).toHaveLength(1);
    expect(lines.filter((line) => line.kind === 'event').map((line) => line.at)).toEqual([3000, 63_000, 123_000, 183_000]);
    reporter.use(says('emit', 'fresh'));
    expect(reporter.report({ at: 200_000, site: 'a' }).code).toBe('fresh');
  });

  it('by taking too long now and then, as on a machine that pauses, is not set aside', () => {
    let now = 0;
    let asked = 0;
    const { reporter, lines } = set({ policy: says('suppress'), stopwatch: () => (now += ++asked % 400 === 0 ? 500 : 0), maxVoteMs: 100, maxSilence: '1d' });
    for (let at = 0; at < 5000; at++) reporter.report({ at, site: 'a' });
    expect(lines).toEqual([]);
  });

  it('cannot make reasons without end: further codes are counted together', () => {
    let n = 0;
    const { reporter, lines } = set({ policy: { ...says('suppress'), vote: () => ({ verdict: 'suppress', code: `code-${n++}`, why: '' }) } });
    for (let at = 0; at < 100; at++) reporter.report({ at, site: 'a' });
    reporter.close();
    expect(Object.keys(lines[0]?.reasons ?? {})).toHaveLength(17);
    expect(lines[0]?.reasons['(other)']).toBe(84);
  });

  it('by naming its codes after properties of objects still has its reasons told', () => {
    const { reporter, lines } = set({ policy: says('suppress', '__proto__') });
    reporter.report({ at: 0, site: 'constructor' });
    reporter.close();
    expect(Object.entries(lines[0]?.reasons ?? {})).toEqual([['__proto__', 1]]);
  });
});

describe('memory', () => {
  it('is bounded by maxKeys over two hundred thousand distinct sites, and no count is lost', () => {
    const { reporter, lines } = set({ ...preset('recommended'), maxKeys: 256, sink: { write: () => true } });
    for (let i = 0; i < 200_000; i++) reporter.report({ at: i, site: `site-${i}` });
    expect(reporter.totals()).toMatchObject({ seen: 200_000, keys: 257 });
    expect(reporter.check()).toEqual([]);
    expect(reporter.close()).toBe(0);
    expect(lines).toEqual([]);
  });

  it('is bounded for keys of any length, and for functions that make no key', () => {
    const keys = ['x'.repeat(10_000_000), undefined, 7];
    const { reporter } = set({ keyOf: () => keys.pop() as string });
    for (let at = 0; at < 3; at++) reporter.report({ at, site: 'a' });
    const broken = set({ keyOf: () => { throw new Error('no key'); } });
    broken.reporter.report({ at: 0, site: 'a' });
    expect(reporter.counts().map(({ key, counts }) => [key.length, counts.seen])).toEqual([[9, 2], [1001, 1]]);
    expect(broken.reporter.counts()).toMatchObject([{ key: '(unkeyed)' }]);
  });
});
