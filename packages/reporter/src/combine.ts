import type { FailureEvent } from '@nopage/gfp';
import { castVote, type Policy, type View } from './policy.js';
import type { Reportable } from './reportable.js';
import { ABSTAIN, rankOf, tells, type Verdict, type Vote } from './vote.js';

/** Which of two votes stands; both have an opinion, `standing` was cast first. */
type Choice = (standing: Vote, next: Vote) => Vote;

const louder: Choice = (standing, next) => (rankOf(next.verdict) > rankOf(standing.verdict) ? next : standing);
const quieter: Choice = (standing, next) => (rankOf(next.verdict) < rankOf(standing.verdict) ? next : standing);
const earlier: Choice = (standing) => standing;

/**
 * Every child sees every event, so that no child's state depends on its neighbours; a throw stays in its child. The
 * tree of votes is built for events that are told and for readers who ask (`View.detailed`), not for the held ones.
 */
function combine<E extends Reportable>(name: string, policies: readonly Policy<E>[], choose: Choice): Policy<E, unknown[]> {
  const cast: Vote[] = [];
  return {
    name: `${name}(${policies.map((policy) => policy.name).join(', ')})`,
    codes: [...new Set(['none', ...policies.flatMap((policy) => policy.codes)])],
    init: () => policies.map((policy) => policy.init()),
    vote(event, view, state) {
      let standing: Vote = ABSTAIN;
      for (let i = 0; i < policies.length; i++) {
        const policy = policies[i];
        if (policy === undefined) continue;
        const vote = castVote(policy, event, view, state[i]);
        cast[i] = vote;
        if (vote.verdict === 'abstain') continue;
        standing = standing.verdict === 'abstain' ? vote : choose(standing, vote);
      }
      if (!view.detailed && !tells(standing.verdict)) return standing;
      return withChildren(standing, policies.map((policy, i) => ({ ...(cast[i] ?? ABSTAIN), policy: policy.name })));
    },
  };
}

/** A notice is owed whoever wins: the era that a child speaks for has printed it. */
function withChildren(standing: Vote, children: readonly Vote[]): Vote {
  const notice = standing.notice ?? children.find((child) => child.notice !== undefined)?.notice;
  return { ...standing, ...(notice !== undefined && { notice }), children };
}

/** The loudest opinion wins; commutative, associative and idempotent on verdicts, with `abstain` as its identity. */
export function any<E extends Reportable = FailureEvent>(...policies: readonly Policy<E>[]): Policy<E, unknown[]> {
  return combine('any', policies, louder);
}

/** The quietest opinion wins; the same laws as {@link any}. */
export function all<E extends Reportable = FailureEvent>(...policies: readonly Policy<E>[]): Policy<E, unknown[]> {
  return combine('all', policies, quieter);
}

/** The first opinion wins. */
export function first<E extends Reportable = FailureEvent>(...policies: readonly Policy<E>[]): Policy<E, unknown[]> {
  return combine('first', policies, earlier);
}

/**
 * The policy, for events that pass the test; no opinion on others, which it doesn't see. A test that throws counts as
 * the policy's own throw.
 */
export function when<E extends Reportable = FailureEvent, S = unknown, C extends string = string>(
  test: (event: E, view: View) => boolean,
  policy: Policy<E, S, C>,
): Policy<E, S, C | 'none'> {
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
  return {
    name: `atLeast(${floor}, ${policy.name})`,
    codes: policy.codes,
    init: () => policy.init(),
    vote(event, view, state) {
      const vote = policy.vote(event, view, state);
      if (vote.verdict === 'abstain' || rankOf(vote.verdict) >= rankOf(floor)) return vote;
      return { ...vote, verdict: floor };
    },
  };
}
