import { any, bySite, defineWarnings, perKey, rateLimit, type Warnings } from '@nopage/reporter';
import { largeSums } from './large-sums.js';
import type { PaymentFailure } from './payment-failure.js';

/** One line an hour for each shop, and whatever is worth more than a hundred euros at once or together. */
export const warnings: Warnings<PaymentFailure> = defineWarnings<PaymentFailure>({
  policies: [any<PaymentFailure>(perKey(bySite, rateLimit({ burst: 1, interval: '1h' })), perKey(bySite, largeSums(10_000)))],
  maxSilence: '10m',
});
