import type { FailureEvent } from '@nopage/gfp';
import { describe, expectTypeOf, it } from 'vitest';
import {
  any, bySite, definePolicy, defineWarnings, perKey, preset, rateLimit, rareFirst, Reporter, type GateEvent, type Line, type Policy, type Reportable, type Vote,
} from '../src/index.js';
import { checkLaws } from '../src/testing.js';

interface Payment extends Reportable {
  readonly cents: number;
}

/** Only its types are looked at. */
const never = (_body: () => unknown): void => undefined;

describe('types', () => {
  it('definePolicy infers the state from init and the codes from the list', () => {
    const policy = definePolicy({
      name: 'sums', codes: ['sum/large', 'sum/small'], init: () => ({ cents: 0 }),
      vote(event: Payment, view, state) {
        expectTypeOf(state).toEqualTypeOf<{ cents: number }>();
        expectTypeOf(view.now).toEqualTypeOf<number>();
        expectTypeOf(event).toEqualTypeOf<Payment>();
        return { verdict: 'emit', code: 'sum/large', why: 'large' };
      },
    });
    expectTypeOf(policy).toEqualTypeOf<Policy<Payment, { cents: number }, 'sum/large' | 'sum/small'>>();
    expectTypeOf<ReturnType<(typeof policy)['vote']>>().toEqualTypeOf<Vote<'sum/large' | 'sum/small'>>();
  });

  it('a code that is not declared does not compile', () => {
    // @ts-expect-error 'typo' is not among the codes.
    never(() => definePolicy({ name: 'x', codes: ['x/a'], init: () => null, vote: (_event: Payment) => ({ verdict: 'emit', code: 'typo', why: '' }) }));
    // @ts-expect-error 'shout' is no verdict.
    never(() => definePolicy({ name: 'x', codes: ['x/a'], init: () => null, vote: (_event: Payment) => ({ verdict: 'shout', code: 'x/a', why: '' }) }));
  });

  it('a reporter of an event type takes policies that ask for less, and events that are whole', () => {
    const reporter = new Reporter<Payment>({ policy: any<Payment>(rareFirst(), perKey(bySite, rateLimit({ burst: 1, interval: '1m' }))), sink: { write: (line) => expectTypeOf(line).toEqualTypeOf<Line<Payment>>() } });
    expectTypeOf<Parameters<(typeof reporter)['report']>>().toEqualTypeOf<[event: Payment]>();
    // @ts-expect-error An event without cents is no payment.
    never(() => reporter.report({ at: 0, site: 'a' }));
  });

  it('the event is a FailureEvent where none is named, and a preset takes any event', () => {
    expectTypeOf<Parameters<Reporter['report']>>().toEqualTypeOf<[event: FailureEvent]>();
    expectTypeOf<Parameters<Policy['vote']>[0]>().toEqualTypeOf<FailureEvent>();
    expectTypeOf(preset('recommended').policy).toEqualTypeOf<Policy<GateEvent>>();
    never(() => new Reporter<Payment>({ ...preset('recommended'), sink: { write: () => true } }));
    never(() => new Reporter<Payment>({ ...defineWarnings<Payment>({ policies: [rareFirst()] }), sink: { write: () => true } }).use(preset('linux-5.4')));
    never(() => checkLaws<Payment>(rareFirst(), { event: (random, at) => ({ at, site: 'a', cents: random.int(0, 9) }) }));
  });
});
