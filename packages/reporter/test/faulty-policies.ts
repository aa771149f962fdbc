import type { FailureEvent } from '@nopage/gfp';
import { definePolicy, type Policy, type Vote } from '../src/index.js';
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
];
