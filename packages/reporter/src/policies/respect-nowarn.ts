import type { Policy } from '../policy.js';
import type { Reportable } from '../reportable.js';
import { ABSTAIN, fixed, type Vote } from '../vote.js';

/** An event that may say whether its request wanted no warning. `FailureEvent` is one. */
export interface Warnable extends Reportable {
  readonly permits?: { readonly warn: boolean } | null;
  readonly mode?: { readonly names: readonly string[] | null } | null;
}

/** Did the caller ask for no warning (`__GFP_NOWARN`)? False when the event doesn't say. */
export const isNowarn = (event: Warnable): boolean =>
  event.permits?.warn === false || (event.permits == null && event.mode?.names?.includes('__GFP_NOWARN') === true);

const OPTED_OUT: Vote<'nowarn/opt-out'> = fixed('suppress', 'nowarn/opt-out', 'the caller handles this failure and asked for no warning');

/** Holds back the line of a caller that asked for none; its count is kept and disclosed like any other. */
export function respectNowarn(): Policy<Warnable, null, 'nowarn/opt-out' | 'none'> {
  return {
    name: 'respectNowarn',
    codes: ['nowarn/opt-out', 'none'],
    init: () => null,
    vote: (event) => (isNowarn(event) ? OPTED_OUT : ABSTAIN),
  };
}
