import type { Reportable } from '@nopage/reporter';

/** A payment that failed: an event of a program that has nothing to do with page allocation. */
export interface PaymentFailure extends Reportable {
  readonly cents: number;
}
