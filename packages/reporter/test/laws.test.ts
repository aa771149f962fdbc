import type { FailureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import {
  all, any, atLeast, budget, bySite, escalateOnPersistence, first, fromPredicate, onPowersOfTwo, perKey, preset, PRESET_NAMES, proven,
  rareFirst, rateLimit, respectNowarn, summarize, trusted, when, type Policy, type View, type Vote,
} from '../src/index.js';
import { checkLaws } from '../src/testing.js';

const limited = () => rateLimit({ burst: 1, interval: '10s' });
const evidence = { sites: [{ site: 'nic_rx', sourceHash: 'a1', survived: true, cases: 9 }, { site: 'usb_submit', sourceHash: 'b2', survived: false, cases: 3 }] };

const policies: readonly [string, Policy][] = [
  ['rateLimit', limited()],
  ['rateLimit of 2.6.26', rateLimit({ burst: 3, interval: '5s', era: 'token-bucket' })],
  ['onPowersOfTwo', onPowersOfTwo()],
  ['rareFirst', rareFirst({ quiet: '30s', burst: 2 })],
  ['respectNowarn', respectNowarn()],
  ['summarize', summarize()],
  ['budget', all(budget({ lines: 3, bytes: 100, interval: '1m' }), onPowersOfTwo())],
  ['escalateOnPersistence', escalateOnPersistence({ after: '20s', rate: 5 })],
  ['trusted', trusted(['nic_rx'])],
  ['proven', proven(evidence, { hashOf: () => 'a1' })],
  ['fromPredicate', fromPredicate('mine/high', (event: FailureEvent) => (event.order ?? 0) > 2)],
  ['perKey', perKey(bySite, limited(), { maxKeys: 2 })],
  ['a tree', first(respectNowarn(), any(rareFirst(), all(when((event: FailureEvent) => event.order === 3, limited()), atLeast('aggregate', trusted(['nic_rx'])))))],
  ['a class with a private field', new (class implements Policy {
    readonly name = 'klass';
    readonly codes = ['klass/odd', 'klass/even'];
    readonly #odd: Vote = { verdict: 'emit', code: 'klass/odd', why: 'an odd one' };
    init = () => ({ n: 0 });
    vote(_event: FailureEvent, _view: View, state: unknown): Vote {
      return (state as { n: number }).n++ % 2 === 0 ? this.#odd : { verdict: 'suppress', code: 'klass/even', why: 'an even one' };
    }
  })()],
  ['more codes than an account tells apart', {
    name: 'many', codes: Array.from({ length: 40 }, (_, i) => `many/${i}`), init: () => ({ n: 0 }),
    vote: (_event, _view, state) => ({ verdict: 'aggregate', code: `many/${(state as { n: number }).n++ % 40}`, why: 'one of many' }),
  }],
  ['a ring of the last five hundred', {
    name: 'ring', codes: ['ring/held'], init: (): number[] => [],
    vote(_event, view, state) {
      (state as number[])[view.total.seen % 500] = view.now;
      return { verdict: 'suppress', code: 'ring/held', why: 'remembered' };
    },
  }],
  ...PRESET_NAMES.map((name): [string, Policy] => [name, preset(name).policy]),
];

describe('checkLaws', () => {
  it.each(policies)('holds for %s, every law on thousands of scripts in all', (_name, policy) => {
    const report = checkLaws(policy, { runs: 100, maxEvents: 12 });
    expect(report.counterexamples.map(({ law, message, events }) => ({ law, message, events: events.length }))).toEqual([]);
    expect(report.laws.map(({ law }) => law)).toHaveLength(14);
  });

  it('holds for one line per ten seconds what it claims as its budget', () => {
    expect(checkLaws(limited(), { runs: 2000, laws: ['budget'], budget: { lines: 1, interval: '10s' } })).toMatchObject({ ok: true });
  });
});
