import type { Policy, View } from './policy.js';
import type { Reportable } from './reportable.js';
import { ABSTAIN, rankOf, type Verdict, type Vote } from './vote.js';

/** The code of a policy that threw, and of one whose vote is no vote: such a policy fails open. */
export type BrokenCode = 'policy/threw' | 'policy/nonsense';

/**
 * A policy's place among those that are asked, and its latest vote. Whatever the policy does, there is a vote: a throw
 * becomes `emit` with `policy/threw`, an answer that is no vote `emit` with `policy/nonsense`, so that a broken policy
 * can never silence an event or its neighbours.
 */
export class Seat<E extends Reportable> {
  readonly policy: Policy<E>;
  vote: Vote = ABSTAIN;
  /** The place of the vote's verdict among all verdicts. */
  rank = 0;
  /** The vote, when it can't have changed since it was looked at; null when it may. */
  #frozen: Vote | null = ABSTAIN;
  /** The vote's verdict when it was looked at. */
  #verdict: Verdict = ABSTAIN.verdict;

  constructor(policy: Policy<E>) {
    this.policy = policy;
  }

  /** Has the policy vote; {@link vote} and {@link rank} are its answer. */
  ask(event: E, view: View, state: unknown): void {
    try {
      const vote: unknown = this.policy.vote(event, view, state);
      // Held events get the same few votes over and over: one that comes again needs no second look.
      if (vote !== this.#frozen) this.#take(vote);
    } catch (thrown) {
      this.#takeThrown(thrown);
    }
  }

  #takeThrown(thrown: unknown): void {
    this.#take({ verdict: 'emit', code: 'policy/threw', why: `${nameOf(this.policy)} threw ${text(thrown)}` });
  }

  #take(vote: unknown): void {
    if (vote === this.vote && this.vote.verdict === this.#verdict) return;
    const valid: Vote = isVote(vote) ? vote : { verdict: 'emit', code: 'policy/nonsense', why: `${nameOf(this.policy)} returned ${describe(vote)}, which is no vote` };
    this.vote = valid;
    this.#frozen = Object.isFrozen(valid) ? valid : null;
    this.#verdict = valid.verdict;
    this.rank = rankOf(valid.verdict);
  }
}

export function isVote(value: unknown): value is Vote {
  if (typeof value !== 'object' || value === null) return false;
  const { verdict, code, why } = value as Partial<Record<keyof Vote, unknown>>;
  return rankOf(verdict) >= 0 && typeof code === 'string' && code !== '' && typeof why === 'string';
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return text(value);
  const { verdict, code } = value as Partial<Record<keyof Vote, unknown>>;
  return `{ verdict: ${text(verdict)}, code: ${text(code)} }`;
}

/** A thrown or returned thing in words, also when it can't be shown. */
export function text(thing: unknown): string {
  try {
    return thing instanceof Error ? `${thing.name}: ${thing.message}` : String(thing);
  } catch {
    return 'something that cannot be shown';
  }
}

function nameOf<E extends Reportable>(policy: Policy<E>): string {
  try {
    return text(policy.name);
  } catch {
    return 'a policy without a name';
  }
}
