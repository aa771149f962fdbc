import type { FailureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import {
  ABSTAIN, all, any, atLeast, budget, bySite, definePolicy, escalateOnPersistence, first, fromPredicate, onPowersOfTwo, perKey, proven,
  rareFirst, rateLimit, Reporter, ReporterError, respectNowarn, summarize, toMs, trusted, VERDICTS, when, type Policy, type Reportable, type Verdict,
} from '../src/index.js';
import { policyTester, type PolicyCase } from '../src/testing.js';

const at = (time: string | number, expect_: Verdict, code?: string, site = 'a'): PolicyCase<Reportable> => ({ at: time, event: { site }, expect: expect_, ...(code !== undefined && { code }) });
const says = (verdict: Verdict, code: string = verdict): Policy<Reportable> =>
  definePolicy<Reportable>({ name: code, codes: [code], init: () => null, vote: () => ({ verdict, code, why: 'because' }) });
const throws: Policy<Reportable> = definePolicy<Reportable>({ name: 'broken', codes: [], init: () => null, vote: () => { throw new Error('boom'); } });
const verdictOf = (policy: Policy<Reportable>): string => {
  const { verdict, code } = new Reporter({ policy, sink: { write: () => true } }).report({ at: 0, site: 'a' });
  return `${verdict} ${code}`;
};

describe('combinators', () => {
  const opinions = VERDICTS.filter((verdict) => verdict !== 'abstain');

  it('any takes the loudest and all the quietest opinion, for every pair', () => {
    for (const [i, one] of opinions.entries()) {
      for (const [j, two] of opinions.entries()) {
        expect(verdictOf(any(says(one), says(two)))).toBe(`${opinions[Math.max(i, j)] ?? ''} ${opinions[Math.max(i, j)] ?? ''}`);
        expect(verdictOf(all(says(one), says(two)))).toBe(`${opinions[Math.min(i, j)] ?? ''} ${opinions[Math.min(i, j)] ?? ''}`);
        expect(verdictOf(first(says('abstain'), says(one), says(two)))).toBe(`${one} ${one}`);
      }
    }
  });

  it('abstain is the identity, and what is left of nothing', () => {
    for (const combine of [any, all, first]) {
      expect(verdictOf(combine(says('abstain'), says('suppress')))).toBe('suppress suppress');
      expect(verdictOf(combine<Reportable>())).toBe('abstain none');
    }
  });

  it('keep a throw in its child, which then votes to emit', () => {
    expect(verdictOf(any(throws, says('suppress')))).toBe('emit policy/threw');
    expect(verdictOf(all(throws, says('suppress')))).toBe('suppress suppress');
    expect(verdictOf(first(throws, says('suppress')))).toBe('emit policy/threw');
  });

  it.each([null, undefined, 7, {}, { verdict: 'shout', code: 'a', why: '' }, { verdict: 'emit', code: '', why: '' }, { verdict: 'suppress', code: 'a' }])('take %j for a vote to emit', (nonsense) => {
    const policy = definePolicy<Reportable>({ name: 'odd', codes: [], init: () => null, vote: () => nonsense as never });
    expect(verdictOf(any(policy, says('suppress')))).toBe('emit policy/nonsense');
    expect(verdictOf(policy)).toBe('emit policy/nonsense');
  });

  it('show every event to every child', () => {
    const seen = { count: 0 };
    const counts = definePolicy<Reportable>({ name: 'counts', codes: ['none'], init: () => null, vote: () => { seen.count++; return ABSTAIN; } });
    verdictOf(first(says('emit'), any(throws, counts), counts));
    expect(seen.count).toBe(2);
  });

  it('when asks only for events that pass, and atLeast raises what is quieter', () => {
    expect(verdictOf(when(() => false, says('emit')))).toBe('abstain none');
    expect(verdictOf(when(() => true, says('emit')))).toBe('emit emit');
    expect(verdictOf(atLeast('emit', says('suppress')))).toBe('emit suppress');
    expect(verdictOf(atLeast('aggregate', says('escalate')))).toBe('escalate escalate');
    expect(verdictOf(atLeast('emit', says('abstain')))).toBe('abstain abstain');
    expect(verdictOf(when(() => { throw new Error('odd test'); }, says('suppress')))).toBe('emit policy/threw');
  });

  it('fromPredicate reads true, false, verdicts and no answer', () => {
    const answers: unknown[] = [true, false, 'aggregate', 'escalate', undefined, 'abstain', 'loud'];
    expect(answers.map((answer) => verdictOf(fromPredicate<Reportable>('p', () => answer as boolean))))
      .toEqual(['emit p', 'suppress p', 'aggregate p', 'escalate p', 'abstain none', 'abstain none', 'emit policy/threw']);
  });

  it('give a told vote its whole tree, with names', () => {
    const vote = new Reporter<Reportable>({ policy: any(rareFirst(), all(rateLimit({ burst: 1, interval: 5 }), says('suppress'))), sink: { write: () => true } }).report({ at: 0, site: 'a' });
    expect(vote).toMatchObject({ verdict: 'emit', code: 'rare/new', children: [{ policy: 'rareFirst' }, { policy: 'all(rateLimit(1/5ms), suppress)', code: 'suppress' }] });
  });
});

describe('perKey', () => {
  it('has a state for each key', () => {
    const policy = perKey<Reportable>(bySite, rateLimit({ burst: 1, interval: '10s' }));
    expect(policyTester(policy, [at(0, 'emit'), at(1, 'suppress'), at(2, 'emit', 'rate/pass', 'b'), at(3, 'suppress', 'rate/full', 'b')])).toEqual([]);
  });

  it('forgets the key that was not used for longest, and never more than it must', () => {
    const policy = perKey<Reportable>(bySite, rateLimit({ burst: 1, interval: '1d' }), { maxKeys: 2 });
    const cases = [at(0, 'emit', undefined, 'a'), at(1, 'suppress', undefined, 'a'), at(2, 'emit', undefined, 'b'), at(3, 'emit', undefined, 'c'), at(4, 'suppress', undefined, 'a'), at(5, 'emit', undefined, 'b')];
    expect(policyTester(policy, cases)).toEqual([]);
  });
});

describe('built-in policies', () => {
  const cases: readonly [string, Policy<Reportable>, readonly PolicyCase<Reportable>[]][] = [
    ['rateLimit keeps its window to the last millisecond', rateLimit({ burst: 2, interval: '10s' }), [at(1, 'emit', 'rate/pass'), at(2, 'emit'), at(3, 'suppress', 'rate/full'), at(10_001, 'suppress'), at(10_002, 'emit')]],
    ['rateLimit of no interval lets everything through', rateLimit({ burst: 0, interval: 0 }), [at(0, 'emit'), at(0, 'emit')]],
    ['onPowersOfTwo tells the 1st, 2nd, 4th and 8th', onPowersOfTwo(), [1, 2, 3, 4, 5, 6, 7, 8].map((n) => at(n, [1, 2, 4, 8].includes(n) ? 'emit' : 'aggregate'))],
    ['rareFirst tells a new site, and one that was quiet', rareFirst({ quiet: '1m' }), [at(0, 'emit', 'rare/new'), at(1, 'abstain'), at(2, 'emit', 'rare/new', 'b'), at(60_002, 'emit', 'rare/again')]],
    ['rareFirst leaves a storm of new sites to others', rareFirst({ burst: 2, interval: '1m' }), [at(0, 'emit', undefined, 'a'), at(1, 'emit', undefined, 'b'), at(2, 'abstain', undefined, 'c'), at('1m', 'emit', 'rare/new', 'd')]],
    ['summarize doubles its pauses up to a limit, and rests', summarize({ interval: 10, upTo: 40 }), [
      at(0, 'emit', 'sum/first'), at(9, 'aggregate', 'sum/waiting'), at(10, 'emit', 'sum/due'), at(29, 'aggregate'), at(30, 'emit'), at(69, 'aggregate'), at(70, 'emit'), at(109, 'aggregate'), at(110, 'emit'), at(151, 'emit', 'sum/first'), at(161, 'emit', 'sum/due'),
    ]],
    ['escalateOnPersistence speaks of a run that goes on, once', escalateOnPersistence({ after: '5m', gap: '2m', every: '1h' }), [at(0, 'abstain'), at('2m', 'abstain'), at('4m', 'abstain'), at('5m', 'escalate', 'persist/duration'), at('6m', 'abstain')]],
    ['escalateOnPersistence forgets a run at a pause', escalateOnPersistence({ after: '5m', gap: '1m' }), [at(0, 'abstain'), at('2m', 'abstain'), at('6m', 'abstain')]],
    ['escalateOnPersistence speaks of a rate', escalateOnPersistence({ rate: 3, rateInterval: '1s' }), [at(0, 'abstain'), at(1, 'abstain'), at(2, 'escalate', 'persist/rate')]],
    ['escalateOnPersistence speaks of pressure', escalateOnPersistence({ pressure: 'warning' }), [at(0, 'abstain'), { ...at(1, 'escalate', 'persist/pressure'), pressure: 'critical' }]],
    ['trusted holds back the sites of its list', trusted(['a']), [at(0, 'suppress', 'trusted/site'), at(0, 'abstain', 'none', 'b')]],
  ];
  it.each(cases)('%s', (_rule, policy, list) => {
    expect(policyTester(policy, list)).toEqual([]);
  });

  it('respectNowarn reads permits, and names where there are none', () => {
    const event = (fields: Partial<FailureEvent>): FailureEvent => ({ at: 0, site: 'a', ...fields }) as FailureEvent;
    const ask = (fields: Partial<FailureEvent>): string => new Reporter({ policy: respectNowarn(), sink: { write: () => true } }).report(event(fields)).verdict;
    const mode = { mask: null, from: 'log', consistent: true, candidates: [] } as const;
    expect(ask({ permits: { warn: false } as FailureEvent['permits'] })).toBe('suppress');
    expect(ask({ permits: { warn: true } as FailureEvent['permits'], mode: { ...mode, names: ['__GFP_NOWARN'] } })).toBe('abstain');
    expect(ask({ permits: null, mode: { ...mode, names: ['GFP_KERNEL', '__GFP_NOWARN'] } })).toBe('suppress');
    expect(ask({})).toBe('abstain');
  });

  it('budget holds back when lines or bytes are used up, and begins again', () => {
    const run = (options: Parameters<typeof budget>[0], bytes: number): string[] => {
      const reporter = new Reporter<Reportable>({ policy: all(budget(options), says('emit')), sink: { write: () => bytes }, maxSilence: '1d' });
      return ['0', '1', '2', '60m'].map((time) => reporter.report({ at: toMs(time === '60m' ? time : Number(time)), site: 'a' }).code);
    };
    expect(run({ lines: 2 }, 10)).toEqual(['emit', 'emit', 'budget/lines', 'emit']);
    expect(run({ bytes: 100 }, 99)).toEqual(['emit', 'emit', 'budget/bytes', 'emit']);
    expect(run({}, 1e9)).toEqual(['emit', 'emit', 'emit', 'emit']);
  });

  describe('proven', () => {
    const report = { sites: [
      { site: 'careful', sourceHash: 'a1', survived: true, cases: 12 }, { site: 'careless', sourceHash: 'b1', survived: false, cases: 3 },
      { site: 'untried', sourceHash: 'c1', survived: true, cases: 0 },
      { site: 'disputed', sourceHash: 'd1', survived: true, cases: 4 }, { site: 'disputed', sourceHash: 'd1', survived: false, cases: 4 },
    ] };
    const hashes: Record<string, string> = { careful: 'a1', careless: 'b1', untried: 'c1', disputed: 'd1' };
    const ask = (site: string): string => verdictOfSite(proven(report, { hashOf: (name) => hashes[name] ?? null }), site);

    it.each([
      ['careful', 'suppress proven/survives'], ['careless', 'emit proven/broken'], ['untried', 'abstain none'], ['disputed', 'emit proven/broken'], ['unknown', 'abstain none'],
    ])('answers for %s with %s', (site, answer) => {
      expect(ask(site)).toBe(answer);
    });

    it('speaks again when the source changes, or can no longer be hashed', () => {
      hashes['careful'] = 'a2';
      expect(ask('careful')).toBe('emit proven/changed');
      delete hashes['careful'];
      expect(ask('careful')).toBe('emit proven/changed');
    });
  });

  it.each([
    ['burst', () => rateLimit({ burst: -1, interval: 1 })], ['interval', () => rateLimit({ burst: 1, interval: '10 parsecs' })], ['hz', () => rateLimit({ burst: 1, interval: 1, hz: 0 })],
    ['upTo', () => summarize({ interval: '1m', upTo: '1s' })], ['maxKeys', () => perKey(bySite, onPowersOfTwo(), { maxKeys: 0 })], ['quiet', () => rareFirst({ quiet: 0 })],
  ])('refuses an option that cannot be: %s', (_name, make) => {
    expect(make).toThrow(ReporterError);
  });
});

const verdictOfSite = (policy: Policy<Reportable>, site: string): string => {
  const { verdict, code } = new Reporter({ policy, sink: { write: () => true } }).report({ at: 0, site });
  return `${verdict} ${code}`;
};
