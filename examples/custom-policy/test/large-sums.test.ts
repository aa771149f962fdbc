import { Reporter, type Line } from '@nopage/reporter';
import { checkLaws, policyTester } from '@nopage/reporter/testing';
import { describe, expect, it } from 'vitest';
import { largeSums } from '../src/large-sums.js';
import type { PaymentFailure } from '../src/payment-failure.js';
import { warnings } from '../src/warnings.js';

const shop = (cents: number): Omit<PaymentFailure, 'at'> => ({ site: 'shop-1', cents });

describe('largeSums', () => {
  it('escalates a large sum, and tells small ones when they add up', () => {
    expect(policyTester(largeSums(100), [
      { at: 0, event: shop(150), expect: 'escalate', code: 'sum/large' },
      { at: '1s', event: shop(60), expect: 'abstain' },
      { at: '2s', event: shop(60), expect: 'emit', code: 'sum/adds-up' },
      { at: '3s', event: shop(60), expect: 'abstain' },
    ])).toEqual([]);
  });

  it.each([['alone', () => largeSums(100)], ['within its warnings', () => warnings.policy]])('keeps the laws, %s', (_where, make) => {
    const report = checkLaws<PaymentFailure>(make, {
      runs: 100,
      event: (random, at) => ({ at, site: random.pick(['shop-1', 'shop-2', null]), cents: random.int(0, 20_000) }),
    });
    expect(report.counterexamples).toEqual([]);
  });

  it('loses none of a thousand failures', () => {
    const lines: Line<PaymentFailure>[] = [];
    const reporter = new Reporter<PaymentFailure>({ ...warnings, sink: { write: (line) => lines.push(line) } });
    for (let i = 0; i < 1000; i++) reporter.report({ at: i * 1000, ...shop(i % 50) });
    reporter.close();
    expect(lines.reduce((sum, line) => sum + line.covers, 0)).toBe(1000);
    expect(lines.length).toBeLessThan(10);
  });
});
