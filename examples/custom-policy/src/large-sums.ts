import { ABSTAIN, definePolicy, type Policy, type Vote } from '@nopage/reporter';
import type { PaymentFailure } from './payment-failure.js';

type Code = 'sum/large' | 'sum/adds-up' | 'none';

/** What has failed at no one's notice since the last line, in cents. */
interface Unnoticed {
  cents: number;
}

/**
 * Tells a failed payment that is large, and small ones once they add up to as much. It has no opinion on the rest, and
 * keeps no count of them: that is the ledger's.
 */
export function largeSums(threshold: number): Policy<PaymentFailure, Unnoticed, Code> {
  const large: Vote<Code> = { verdict: 'escalate', code: 'sum/large', why: `at least ${threshold} cents at once` };
  const addsUp: Vote<Code> = { verdict: 'emit', code: 'sum/adds-up', why: `at least ${threshold} cents since the last line` };
  return definePolicy<PaymentFailure, Unnoticed, Code>({
    name: `largeSums(${threshold})`,
    codes: ['sum/large', 'sum/adds-up', 'none'],
    init: () => ({ cents: 0 }),
    vote(event, _view, unnoticed) {
      unnoticed.cents += event.cents;
      if (unnoticed.cents < threshold) return ABSTAIN;
      unnoticed.cents = 0;
      return event.cents >= threshold ? large : addsUp;
    },
  });
}
