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
];
