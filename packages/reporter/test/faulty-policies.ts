import type { FailureEvent } from '@nopage/gfp';
import { definePolicy, type Policy, type View, type Vote } from '../src/index.js';
import type { LawName } from '../src/testing.js';

const tell: Vote<'x/told'> = { verdict: 'emit', code: 'x/told', why: 'told' };
const hold: Vote<'x/held'> = { verdict: 'suppress', code: 'x/held', why: 'held' };
const codes = ['x/told', 'x/held'] as const;

/** What is wrong with each, the law that says so, and how it is made. */
export const FAULTY_POLICIES: readonly (readonly [string, LawName, () => Policy])[] = [
  ['throws now and then', 'manners', () => definePolicy({
    name: 'throws', codes, init: () => ({}),
    vote(event: FailureEvent) {
      if (event.order === 3) throw new Error('boom');
      return tell;
    },
  })],
  ['returns no vote', 'manners', () => definePolicy({ name: 'empty', codes, init: () => ({}), vote: () => undefined as unknown as Vote<'x/told'> })],
  ['votes with a verdict that is none', 'manners', () => definePolicy({ name: 'shouts', codes, init: () => ({}), vote: () => ({ ...tell, verdict: 'shout' as 'emit' }) })],
  ['uses codes that it does not declare', 'manners', () => definePolicy({ name: 'undeclared', codes: ['x/told'], init: () => ({}), vote: () => hold as unknown as Vote<'x/told'> })],
  ['changes the event', 'manners', () => definePolicy({
    name: 'meddles', codes, init: () => ({}),
    vote(event: FailureEvent) {
      (event as { comm: string }).comm = 'meddled';
      return tell;
    },
  })],
  ['throws dice', 'determinism', () => definePolicy({ name: 'dice', codes, init: () => ({}), vote: () => (Math.random() < 0.5 ? tell : hold) })],
  ['reads the clock', 'determinism', () => definePolicy({ name: 'clock', codes, init: () => ({}), vote: () => (Date.now() % 2000 < 1000 ? tell : hold) })],
  ['remembers outside of its state', 'determinism', () => {
    let asked = 0;
    return definePolicy({ name: 'hidden', codes, init: () => ({}), vote: () => (asked++ % 3 === 0 ? tell : hold) });
  }],
  ['has a state that is not plain data', 'resume', () => definePolicy({
    name: 'closure', codes,
    init() {
      let asked = 0;
      return { next: () => asked++ };
    },
    vote: (_event, _view, state: { next(): number }) => (state.next() % 3 === 0 ? tell : hold),
  })],
  ['remembers every event', 'bounded-state', () => definePolicy({
    name: 'hoarder', codes, init: (): number[] => [],
    vote(_event, view, state: number[]) {
      state.push(view.now);
      return hold;
    },
  })],
  ['says more than it claims', 'budget', () => definePolicy({ name: 'chatty', codes, init: () => ({}), vote: () => tell })],
  ['sets the clock of those after it', 'order-independence', () => definePolicy({
    name: 'meddles with the view', codes, init: () => ({}),
    vote(event: FailureEvent, view) {
      (view as { now: number }).now += 20_000 * (event.order ?? 0);
      return { ...hold, verdict: 'aggregate' };
    },
  })],
  ['answers with a promise', 'manners', () => definePolicy({ name: 'async', codes, init: () => ({}), vote: () => Promise.resolve(tell) as unknown as Vote<'x/told'> })],
  ['votes with a code that is no text', 'manners', () => definePolicy({ name: 'number', codes, init: () => ({}), vote: () => ({ ...hold, code: Number.NaN as unknown as 'x/held' }) })],
  ['reads the time of day', 'determinism', () => definePolicy({ name: 'date', codes, init: () => ({}), vote: () => (new Date().getTime() % 2000 < 1000 ? tell : hold) })],
  ['reads the time since the start', 'determinism', () => definePolicy({ name: 'performance', codes, init: () => ({}), vote: () => (performance.now() % 2000 < 1000 ? tell : hold) })],
  ['has one state for all', 'determinism', () => {
    const shared = { asked: 0 };
    return definePolicy({ name: 'shared', codes, init: () => shared, vote: (_event, _view, state: { asked: number }) => (state.asked++ % 3 === 0 ? tell : hold) });
  }],
  ['keeps the view', 'resume', () => definePolicy({
    name: 'keeps', codes, init: (): { view?: View } => ({}),
    vote(_event, view, state: { view?: View }) {
      state.view ??= view;
      return state.view === view && view.key.seen % 2 === 1 ? tell : hold;
    },
  })],
  ['remembers one event of four', 'bounded-state', () => definePolicy({
    name: 'slow hoarder', codes, init: (): number[] => [],
    vote(event: FailureEvent, view, state: number[]) {
      if (event.order === 3) state.push(view.now);
      return hold;
    },
  })],
  ['votes otherwise when somebody asks for details', 'determinism', () => definePolicy({ name: 'two-faced', codes, init: () => ({}), vote: (_event, view) => (view.detailed ? tell : hold) })],
  ['changes a vote that it gave before', 'manners', () => {
    const vote: { verdict: 'emit' | 'suppress'; code: 'x/told'; why: string } = { verdict: 'emit', code: 'x/told', why: '' };
    return definePolicy({
      name: 'rewrites', codes, init: () => ({}),
      vote(_event, view) {
        vote.verdict = view.key.seen % 2 === 0 ? 'emit' : 'suppress';
        return vote;
      },
    });
  }],
  ['has evidence that goes round in a circle', 'manners', () => definePolicy({
    name: 'circle', codes, init: () => ({}),
    vote() {
      const evidence: Record<string, number> = {};
      Object.assign(evidence, { evidence });
      return { ...tell, evidence };
    },
  })],
  ['begins with the time of day', 'determinism', () => definePolicy({ name: 'dawn', codes, init: () => ({ began: Date.now() }), vote: (_event, _view, { began }) => (began % 2000 < 1000 ? tell : hold) })],
  ['begins with a die', 'determinism', () => definePolicy({ name: 'first throw', codes, init: () => ({ die: Math.random() }), vote: (_event, _view, { die }) => (die < 0.5 ? tell : hold) })],
  ['is the louder for standing first', 'order-independence', () => definePolicy({
    name: 'pushy', codes, init: () => ({}),
    vote(_event, view) {
      (view as { count: number }).count = view.key.seen;
      return { ...hold, verdict: 'aggregate' };
    },
  })],
  ['knows an event again by its identity', 'determinism', () => {
    const met = new WeakSet();
    return definePolicy({
      name: 'knows', codes, init: () => ({}),
      vote(event: FailureEvent) {
        const vote = met.has(event) ? hold : tell;
        met.add(event);
        return vote;
      },
    });
  }],
  ['reads the time zone', 'determinism', () => definePolicy({ name: 'zone', codes, init: () => ({}), vote: (event: FailureEvent) => (new Date(event.at ?? 0).getHours() < 8 ? hold : tell) })],
  ['gives the time of day as a reason', 'determinism', () => definePolicy({ name: 'dated', codes, init: () => ({}), vote: () => ({ ...tell, why: `told at ${Date.now()}` }) })],
  ['tells each site once in its own life', 'determinism', () => {
    const told = new Set<string | null>();
    return definePolicy({
      name: 'once', codes, init: () => ({}),
      vote(event: FailureEvent) {
        const vote = told.has(event.site) ? hold : tell;
        told.add(event.site);
        return vote;
      },
    });
  }],
  ['hangs something on the event that JSON does not show', 'manners', () => definePolicy({
    name: 'hangs', codes, init: () => ({}),
    vote(event: FailureEvent) {
      Object.defineProperty(event, Symbol.for('seen'), { value: true, configurable: true });
      return hold;
    },
  })],
  ['freezes the event', 'manners', () => definePolicy({ name: 'cold', codes, init: () => ({}), vote: (event: FailureEvent) => [Object.freeze(event), hold][1] as typeof hold })],
  ['asks for details on behalf of others', 'manners', () => definePolicy({
    name: 'asks', codes, init: () => ({}),
    vote(_event, view) {
      (view as { detailed: boolean }).detailed = true;
      return hold;
    },
  })],
  ['does not say why', 'manners', () => definePolicy({ name: 'mute', codes, init: () => ({}), vote: () => ({ ...hold, why: '' }) })],
  ['has evidence that is no number and no text', 'manners', () => definePolicy({ name: 'odd', codes, init: () => ({}), vote: () => ({ ...tell, evidence: { when: new Date(0) as unknown as string } }) })],
  ['adds to its codes', 'manners', () => {
    const growing: 'x/held'[] = ['x/held'];
    return definePolicy({ name: 'adds', codes: growing, init: () => ({}), vote() {
      growing.push('x/more' as 'x/held');
      return hold;
    } });
  }],
  ['begins with a promise', 'manners', () => definePolicy({ name: 'later', codes, init: () => Promise.resolve({}), vote: () => hold })],
  ['throws under pressure', 'manners', () => definePolicy({
    name: 'nervous', codes, init: () => ({}),
    vote(_event, view) {
      if (view.pressure === 'critical') throw new Error('too much');
      return hold;
    },
  })],
  ['throws when the time is not known', 'manners', () => definePolicy({
    name: 'dated only', codes, init: () => ({}),
    vote(event: FailureEvent) {
      if (event.at === null) throw new Error('when?');
      return hold;
    },
  })],
  ['throws when an event stands for several', 'manners', () => definePolicy({
    name: 'single', codes, init: () => ({}),
    vote(_event, view) {
      if (view.count > 1) throw new Error('one at a time');
      return hold;
    },
  })],
  ['remembers every site', 'bounded-state', () => definePolicy({
    name: 'sites', codes, init: () => new Map<string | null, number>(),
    vote(event: FailureEvent, _view, state: Map<string | null, number>) {
      state.set(event.site, (state.get(event.site) ?? 0) + 1);
      return hold;
    },
  })],
  ['remembers one event of fifty', 'bounded-state', () => definePolicy({
    name: 'patient hoarder', codes, init: (): { asked: number; times: number[] } => ({ asked: 0, times: [] }),
    vote(_event, view, state: { asked: number; times: number[] }) {
      if (++state.asked % 50 === 0) state.times.push(view.now);
      return hold;
    },
  })],
];
