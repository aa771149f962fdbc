import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  all, any, atLeast, bySite, definePolicy, escalateOnPersistence, first, isNowarn, onPowersOfTwo, perKey, preset, rareFirst, rateLimit, replayPolicy,
  Reporter, respectNowarn, summarize, tells, when, type Line, type Policy, type Reportable, type SavedReporter, type Vote, type Warnable,
} from '../src/index.js';
import { VirtualTime } from '../src/testing.js';

const SITES = ['a', 'b', 'c', 'd', null] as const;

/** Votes anything, and throws for one site. */
const evil: Policy<Reportable> = definePolicy<Reportable>({
  name: 'evil', codes: [], init: () => ({ asked: 0 }),
  vote(event, _view, state): Vote {
    const own = state as { asked: number };
    own.asked++;
    if (event.site === 'c') throw new Error('boom');
    return [{ verdict: 'suppress', code: 'evil/a', why: '' }, { verdict: 'escalate', code: 'evil/b', why: '' }, null, { verdict: 'emit', code: 'evil/c', why: '' }][own.asked % 4] as Vote;
  },
});

const leaf = fc.constantFrom<() => Policy<Reportable>>(() => rateLimit({ burst: 1, interval: '10s' }), () => onPowersOfTwo(), () => rareFirst({ quiet: '1m' }), () => summarize(), () => evil);
const { tree } = fc.letrec<{ tree: Policy<Reportable> }>((tie) => ({
  tree: fc.oneof({ maxDepth: 3 }, leaf.map((make) => make()), fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).chain((policies) =>
    fc.constantFrom<Policy<Reportable>>(any(...policies), all(...policies), first(...policies), when((event) => event.site !== 'a', any(...policies)), atLeast('aggregate', any(...policies)), perKey(bySite, all(...policies), { maxKeys: 2 })))),
}));

const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ is: fc.constant('event' as const), dt: fc.oneof(fc.nat(90_000), fc.integer({ min: -100_000, max: 0 })), site: fc.constantFrom(...SITES) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('wait' as const), dt: fc.nat(90_000) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constantFrom('swap' as const, 'restart' as const, 'shut' as const, 'open' as const) }) },
);

/** Counts by key as a reader of lines would, who knows nothing of ledgers. */
function naive(lines: readonly Line<Reportable>[]): Map<string, number> {
  const told = new Map<string, number>();
  for (const line of lines) told.set(line.key, (told.get(line.key) ?? 0) + line.covers);
  return told;
}

describe('recommended', () => {
  it('votes as the tree of combinators that it stands for', () => {
    const tree = first<Warnable>(respectNowarn(), when((event) => !isNowarn(event), any<Warnable>(
      rareFirst({ quiet: '10m', burst: 60, interval: '1m' }),
      perKey(bySite, any<Warnable>(summarize({ interval: '10s', upTo: '1m', tellFirst: false }), escalateOnPersistence({ after: '5m', gap: '1m', every: '15m' }))),
    )));
    const rows = (policy: Policy<Warnable>, events: readonly Warnable[]): string[] => {
      const found: string[] = [];
      replayPolicy<Warnable>(policy, events, { each: ({ verdict, code, suppressedBefore }) => found.push(`${verdict} ${code} ${suppressedBefore}`) });
      return found;
    };
    const pause = fc.oneof(fc.nat(1000), fc.nat(70_000), fc.nat(1_000_000), fc.integer({ min: -100_000, max: 0 }));
    fc.assert(fc.property(fc.array(fc.record({ dt: pause, site: fc.constantFrom(...SITES), warn: fc.boolean() }), { minLength: 1, maxLength: 120 }), (steps) => {
      let at = 0;
      const events = steps.map(({ dt, site, warn }): Warnable => ({ at: (at += dt), site, permits: { warn } }));
      expect(rows(preset('recommended').policy, events)).toEqual(rows(tree, events));
    }), { seed: 2008, numRuns: 300 });
  });
});

describe('any tree of policies, events, clocks, restarts, changes of policy and refusals', () => {
  it('keeps the books right at each step, and tells every event of every site once', () => {
    fc.assert(fc.property(tree, tree, fc.array(step, { maxLength: 50 }), (policy, other, steps) => {
      const lines: Line<Reportable>[] = [];
      const time = new VirtualTime();
      const door = { open: true };
      const options = { sink: { write: (line: Line<Reportable>) => door.open && lines.push(line) > 0 }, scheduler: time, maxSilence: '1m', maxKeys: 16 };
      let current = policy;
      let reporter = new Reporter<Reportable>({ ...options, policy });
      const seen = new Map<string, number>();
      let at = 0;
      for (const next of steps) {
        if (next.is === 'event') {
          time.advance(Math.max(0, next.dt));
          at += next.dt;
          const event = { at, site: next.site };
          seen.set(bySite(event), (seen.get(bySite(event)) ?? 0) + 1);
          reporter.report(event);
        } else if (next.is === 'wait') time.advance(next.dt);
        else if (next.is === 'swap') reporter.use((current = current === policy ? other : policy));
        else if (next.is === 'restart') {
          time.clear();
          reporter = new Reporter<Reportable>({ ...options, policy: current, resume: JSON.parse(JSON.stringify(reporter.save())) as SavedReporter });
        } else door.open = next.is === 'open';
        expect(reporter.check()).toEqual([]);
        const { told } = reporter.totals();
        expect(told).toBe([...naive(lines).values()].reduce((sum, n) => sum + n, 0));
      }
      door.open = true;
      expect(reporter.close()).toBe(0);
      expect(Object.fromEntries(naive(lines))).toEqual(Object.fromEntries(seen));
    }), { seed: 2008, numRuns: 1500 });
  });

  it('replays to the same answer, with told and held adding up to the events', () => {
    fc.assert(fc.property(tree, fc.array(fc.record({ dt: fc.nat(30_000), site: fc.constantFrom(...SITES) }), { maxLength: 40 }), (policy, steps) => {
      let at = 0;
      const events = steps.map(({ dt, site }) => ({ at: (at += dt), site }));
      let told = 0;
      const replay = replayPolicy<Reportable>(policy, events, { each: ({ verdict }) => (told += tells(verdict) ? 1 : 0) });
      expect(replay).toMatchObject({ events: events.length, told, held: events.length - told });
      expect(replayPolicy<Reportable>(policy, events)).toEqual(replay);
    }), { seed: 2008, numRuns: 500 });
  });

  it('gives any and all the laws of a semilattice, on verdicts', () => {
    const verdicts = (policy: Policy<Reportable>, sites: readonly (string | null)[]): string => {
      const found: string[] = [];
      replayPolicy<Reportable>(policy, sites.map((site, i) => ({ at: i * 4000, site })), { each: ({ verdict }) => found.push(verdict) });
      return found.join();
    };
    fc.assert(fc.property(leaf, leaf, leaf, fc.array(fc.constantFrom(...SITES), { maxLength: 20 }), (a, b, c, sites) => {
      for (const combine of [any, all]) {
        expect(verdicts(combine(a(), b()), sites)).toBe(verdicts(combine(b(), a()), sites));
        expect(verdicts(combine(a(), combine(b(), c())), sites)).toBe(verdicts(combine(combine(a(), b()), c()), sites));
        expect(verdicts(combine(a(), a()), sites)).toBe(verdicts(combine(a()), sites));
      }
    }), { seed: 2008, numRuns: 300 });
  });
});
