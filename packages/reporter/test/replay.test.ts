import { describe, expect, it } from 'vitest';
import { any, bySite, escalateOnPersistence, explainVote, perKey, preset, rareFirst, rateLimit, replayPolicy, summarize, voteAt, type GateEvent, type Reportable, type ReplayedEvent } from '../src/index.js';

const events: readonly Reportable[] = [['a', 0], ['a', 10], ['b', 20], ['a', 30], ['a', 10_010], ['b', 10_011]].map(([site, at]) => ({ site: site as string, at: 1000 + (at as number) }));
const policy = any<Reportable>(perKey(bySite, rateLimit({ burst: 1, interval: '10s' })), rareFirst());

describe('replayPolicy', () => {
  it('counts what was told and held, lines, bytes and sites that no line names', () => {
    expect(replayPolicy(policy, events)).toEqual({
      policy: 'any(perKey(rateLimit(1/10s)), rareFirst)', events: 6, told: 3, held: 3, lines: 4, bytes: 169, sitesNeverShown: [],
    });
    expect(replayPolicy<GateEvent>(preset('linux-5.4'), events)).toMatchObject({ policy: 'linux-5.4', told: 2, held: 4, sitesNeverShown: ['b'] });
  });

  it('tells event by event, counted from 1, what was said to be held before', () => {
    const rows: Pick<ReplayedEvent, 'seq' | 'verdict' | 'code' | 'suppressedBefore'>[] = [];
    replayPolicy(policy, events, { each: ({ seq, verdict, code, suppressedBefore }) => rows.push({ seq, verdict, code, suppressedBefore }) });
    expect(rows).toEqual([
      { seq: 1, verdict: 'emit', code: 'rate/pass', suppressedBefore: 0 },
      { seq: 2, verdict: 'suppress', code: 'rate/full', suppressedBefore: 0 },
      { seq: 3, verdict: 'emit', code: 'rate/pass', suppressedBefore: 0 },
      { seq: 4, verdict: 'suppress', code: 'rate/full', suppressedBefore: 0 },
      { seq: 5, verdict: 'emit', code: 'rate/pass', suppressedBefore: 2 },
      { seq: 6, verdict: 'suppress', code: 'rate/full', suppressedBefore: 0 },
    ]);
  });

  it('gives the same answer for the same events, and one for none', () => {
    expect(replayPolicy(policy, events)).toEqual(replayPolicy(policy, events));
    expect(replayPolicy(policy, [])).toMatchObject({ events: 0, told: 0, held: 0, lines: 0, bytes: 0, sitesNeverShown: [] });
  });
});

describe('explainVote', () => {
  it('draws the tree of votes on one event, with numbers', () => {
    const vote = voteAt(policy, events, 4);
    expect(vote === null ? '' : explainVote(vote, 'mine')).toBe([
      'mine → suppress',
      '├─ perKey(rateLimit(1/10s))  suppress   rate/full  1 per 10s is used up (printed 1, burst 1, windowLeftMs 9970)',
      '└─ rareFirst                 abstain    none       no policy had an opinion',
    ].join('\n'));
  });

  it('draws combinators within combinators', () => {
    const nested = any<Reportable>(rareFirst(), perKey(bySite, any<Reportable>(summarize(), escalateOnPersistence())));
    const vote = voteAt(nested, events, 2);
    expect(vote === null ? '' : explainVote(vote, 'nested')).toBe([
      'nested → aggregate',
      '├─ rareFirst                 abstain    none         no policy had an opinion',
      '└─ perKey                    aggregate  sum/waiting  counted for the next line, at most 1m after the last (dueInMs 9990)',
      '   ├─ summarize(10s to 1m)   aggregate  sum/waiting  counted for the next line, at most 1m after the last (dueInMs 9990)',
      '   └─ escalateOnPersistence  abstain    none         no policy had an opinion',
    ].join('\n'));
  });

  it('draws the policies of recommended side by side', () => {
    const vote = voteAt<GateEvent>(preset('recommended'), events, 2);
    expect(vote === null ? '' : explainVote(vote, 'recommended')).toBe([
      'recommended → aggregate',
      '├─ respectNowarn          abstain    none         no policy had an opinion',
      '├─ rareFirst              abstain    none         no policy had an opinion',
      '├─ summarize(10s to 1m)   aggregate  sum/waiting  counted for the next line, at most 1m after the last (dueInMs 9990)',
      '└─ escalateOnPersistence  abstain    none         no policy had an opinion',
    ].join('\n'));
  });

  it('is one line for a policy that asks no other, and null for an event that is not there', () => {
    const vote = voteAt<Reportable>(rareFirst(), events, 1);
    expect(vote === null ? '' : explainVote(vote, 'rareFirst')).toBe('rareFirst → emit  rare/new  the first failure at this key');
    for (const seq of [0, 7, -1]) expect(voteAt(policy, events, seq)).toBeNull();
  });
});
