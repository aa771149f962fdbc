import type { FailureEvent } from '@nopage/gfp';
import { asFunction, asOneOf } from './checked.js';
import type { Policy, View } from './policy.js';
import { asPolicy } from './policy-parts.js';
import type { Reportable } from './reportable.js';
import { Seat } from './seat.js';
import { ABSTAIN, isHeld, OPINIONS, rankOf, type Verdict, type Vote } from './vote.js';

/** How a vote's rank is weighed against the one that stands: the louder wins, the quieter, or neither. */
type Preference = 1 | -1 | 0;
const LOUDER = 1;
const QUIETER = -1;
const EARLIER = 0;

/**
 * Every child sees every event, so that no child's state depends on its neighbours; a throw stays in its child. The
 * tree of votes is built for events that are told and for readers who ask (`View.detailed`), not for the held ones.
 */
function combine<E extends Reportable>(name: string, policies: readonly Policy<E>[], preference: Preference): Policy<E, unknown[]> {
  const seats = policies.map((policy, i) => new Seat(asPolicy(`${name}() policy ${i + 1}`, policy)));
  return {
    name: `${name}(${policies.map((policy) => policy.name).join(', ')})`,
    codes: [...new Set(['none', ...policies.flatMap((policy) => policy.codes)])],
    init: () => policies.map((policy) => policy.init()),
    vote(event, view, state) {
      let standing: Vote = ABSTAIN;
      let standingRank = 0;
      let i = 0;
      for (const seat of seats) {
        seat.ask(event, view, state[i++]);
        const { rank } = seat;
        if (rank === 0 || (standingRank !== 0 && (rank - standingRank) * preference <= 0)) continue;
        standing = seat.vote;
        standingRank = rank;
      }
      if (!view.detailed && isHeld(standingRank)) return standing;
      return withChildren(standing, policies, seats.map(({ vote }) => vote));
    },
  };
}

/** The vote that stands, with those it stands among. A notice is owed whoever wins: the era that a child speaks for has printed it. */
export function withChildren(standing: Vote, policies: readonly { readonly name: string }[], votes: readonly Vote[]): Vote {
  const notice = standing.notice ?? votes.find((vote) => vote.notice !== undefined)?.notice;
  const children = votes.map((vote, i) => ({ ...vote, policy: policies[i]?.name ?? '' }));
  return { ...standing, ...(notice !== undefined && { notice }), children };
}

/** The loudest opinion wins; commutative, associative and idempotent on verdicts, with `abstain` as its identity. */
export function any<E extends Reportable = FailureEvent>(...policies: readonly Policy<E>[]): Policy<E, unknown[]> {
  return combine('any', policies, LOUDER);
}

/** The quietest opinion wins; the same laws as {@link any}. */
export function all<E extends Reportable = FailureEvent>(...policies: readonly Policy<E>[]): Policy<E, unknown[]> {
  return combine('all', policies, QUIETER);
}

/** The first opinion wins. */
export function first<E extends Reportable = FailureEvent>(...policies: readonly Policy<E>[]): Policy<E, unknown[]> {
  return combine('first', policies, EARLIER);
}

/**
 * The policy, for events that pass the test; no opinion on others, which it doesn't see. A test that throws counts as
 * the policy's own throw.
 */
export function when<E extends Reportable = FailureEvent, S = unknown, C extends string = string>(
  test: (event: E, view: View) => boolean,
  policy: Policy<E, S, C>,
): Policy<E, S, C | 'none'> {
  asFunction('when() test', test);
  asPolicy('when() policy', policy);
  return {
    name: `when(${policy.name})`,
    codes: [...new Set<C | 'none'>(['none', ...policy.codes])],
    init: () => policy.init(),
    vote: (event, view, state) => (test(event, view) ? policy.vote(event, view, state) : ABSTAIN),
  };
}

/**
 * A floor: an opinion of the policy that is quieter than `floor` is raised to it, with its code and reason. `abstain`
 * stays: `any(loud, atLeast('emit', when(isNofail, quiet)))` lifts only what `when` lets through.
 */
export function atLeast<E extends Reportable = FailureEvent, S = unknown, C extends string = string>(
  floor: Exclude<Verdict, 'abstain'>,
  policy: Policy<E, S, C>,
): Policy<E, S, C> {
  asOneOf('atLeast() floor', floor, OPINIONS);
  asPolicy('atLeast() policy', policy);
  // The same few votes come again and again, and are raised once.
  const raised = new WeakMap<Vote<C>, Vote<C>>();
  return {
    name: `atLeast(${floor}, ${policy.name})`,
    codes: policy.codes,
    init: () => policy.init(),
    vote(event, view, state) {
      const vote = policy.vote(event, view, state);
      if (vote.verdict === 'abstain' || rankOf(vote.verdict) >= rankOf(floor)) return vote;
      let copy = raised.get(vote);
      if (copy === undefined) raised.set(vote, (copy = { ...vote, verdict: floor }));
      return copy;
    },
  };
}
