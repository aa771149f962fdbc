import { describe, expect, it } from 'vitest';
import { any, bySite, onPowersOfTwo, perKey, rateLimit, respectNowarn, when, first, isNowarn, type Policy } from '../src/index.js';
import { checkLaws, checkSettling } from '../src/testing.js';
import { FAULTY_LEDGERS } from './faulty-ledgers.js';
import { FAULTY_LINES } from './faulty-lines.js';
import { FAULTY_POLICIES } from './faulty-policies.js';
import { FAULTY_WHILE_UNSETTLED } from './faulty-settling.js';

const mixed = (): Policy =>
  first(respectNowarn(), when((event) => !isNowarn(event), any(perKey(bySite, rateLimit({ burst: 1, interval: '10s' })), onPowersOfTwo())));

describe('the laws catch', () => {
  it.each([...FAULTY_LEDGERS, ...FAULTY_LINES])('a ledger that %s: %s', (fault, law, reporter) => {
    const [counterexample] = checkLaws(mixed, { reporter, laws: [law], runs: 300, maxEvents: 30 }).counterexamples;
    expect(counterexample).toMatchObject({ law, message: expect.stringMatching(/./) as string });
    // What goes wrong after so many events is not seen sooner.
    expect(counterexample?.events.length).toBeLessThanOrEqual(Number(/\d+/.exec(fault)?.[0] ?? 12));
  });

  it.each(FAULTY_POLICIES)('a policy that %s: %s', (_fault, law, make) => {
    const report = checkLaws(make, { laws: [law], runs: 300, maxEvents: 20, budget: { lines: 1, interval: '10s' } });
    expect(report.counterexamples).toMatchObject([{ law }]);
  });

  it.each(FAULTY_WHILE_UNSETTLED)('a ledger that %s', async (_fault, reporter) => {
    expect(await checkSettling(mixed(), { reporter, maxEvents: 30 })).toMatchObject({ message: expect.stringMatching(/./) as string });
  });

  it('nothing in the ledger and the policy that the mutants are made from', () => {
    expect(checkLaws(mixed, { runs: 200, maxEvents: 20 }).counterexamples).toEqual([]);
  });

  it('nothing while a sink has not answered, over a thousand scripts', async () => {
    expect(await checkSettling(mixed(), { runs: 1000, maxEvents: 30 })).toBeNull();
  });

  it('a fault with a story that can be read', () => {
    const forgets = FAULTY_LINES.find(([fault]) => fault === 'asks the policy twice')?.[2];
    const report = checkLaws(mixed, { ...(forgets && { reporter: forgets }), laws: ['lines'] });
    expect(report.counterexamples[0]?.story.split('\n')).toEqual([
      expect.stringMatching(/^lines: each line, view and total says what lists of the events would/) as string,
      '  event 1 at 0 ms, "nic_rx"',
      '  after event 1: the policy was asked twice about one event',
    ]);
  });

  it('a fault with as few events as show it', () => {
    const forgets = FAULTY_LEDGERS.find(([fault]) => fault === 'forgets what is held on close')?.[2];
    const report = checkLaws(mixed, { ...(forgets && { reporter: forgets }), laws: ['conservation'] });
    expect(report.counterexamples[0]).toMatchObject({ law: 'conservation', seed: 2008 });
    expect(report.counterexamples[0]?.events).toHaveLength(1);
  });
});
