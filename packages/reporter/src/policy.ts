import type { FailureEvent } from '@nopage/gfp';
import type { Reportable } from './reportable.js';
import { ABSTAIN, rankOf, type Verdict, type Vote } from './vote.js';

/** What the ledger knows of one key, or of everything; read it, never keep it: the ledger changes it in place. */
export interface Counts {
  /** Events so far, the one being voted on included; `seen = told + held + pending`. */
  readonly seen: number;
  /** Events that a line taken by the sink has accounted for. */
  readonly told: number;
  /** Events that wait to be told. */
  readonly held: number;
  /** Events in lines that an asynchronous sink has not settled yet. */
  readonly pending: number;
  /** Lines that the sink took for this key. */
  readonly lines: number;
  /** Milliseconds; -Infinity when it never happened. The event being voted on is not the last one yet. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly lastToldAt: number;
}

/** How short of memory the machine is, as whoever drives the reporter says. */
export type Pressure = 'none' | 'warning' | 'critical';

/** What a policy may look at beside the event. Valid during the vote only. */
export interface View {
  /** Milliseconds. Never goes back, whatever the producer's clock does. */
  readonly now: number;
  /** The event's key in the ledger. */
  readonly key: Counts;
  /** The whole ledger. */
  readonly total: Counts;
  /** Bytes that the sink has said it wrote. */
  readonly bytes: number;
  readonly pressure: Pressure;
  /**
   * True when somebody will read reasons, evidence and the tree of votes. When false, a policy should return a vote it
   * has built before: the path of a held event is then free of allocation.
   */
  readonly detailed: boolean;
}

/**
 * A named, pure decision with a reason. It has no clock, no I/O and no randomness, and never holds a count: what it
 * remembers is in its state, and what it holds back is the ledger's to account for.
 */
export interface Policy<E extends Reportable = FailureEvent, S = unknown, C extends string = string> {
  readonly name: string;
  /** Every code that `vote` can return, those of its children included. */
  readonly codes: readonly C[];
  /** A fresh state: plain data (objects, arrays, Maps, Sets, numbers, strings, booleans, null) that can be saved. */
  init(): S;
  /** Decides on one event; may change `state`, and nothing else. */
  vote(event: E, view: View, state: S): Vote<C>;
}

/** A policy as written, with its codes as literal types. */
export function definePolicy<E extends Reportable = FailureEvent, S = unknown, const C extends string = string>(
  policy: Policy<E, S, C>,
): Policy<E, S, C> {
  return policy;
}

/**
 * A policy from a question: true emits, false suppresses, a verdict is taken as it is, undefined abstains.
 *
 * @param code - The code of every vote but the abstentions.
 */
export function fromPredicate<E extends Reportable = FailureEvent, const C extends string = string>(
  code: C,
  decide: (event: E, view: View) => boolean | Verdict | undefined,
): Policy<E, null, C | 'none'> {
  const votes = new Map<unknown, Vote<C>>(
    (['suppress', 'aggregate', 'emit', 'escalate'] as const).map((verdict) => [verdict, { verdict, code, why: `${code} says ${verdict}` }]),
  );
  return {
    name: code,
    codes: [code, 'none'],
    init: () => null,
    vote(event, view) {
      const answer = decide(event, view);
      if (answer === undefined || answer === 'abstain') return ABSTAIN;
      const vote = votes.get(answer === true ? 'emit' : answer === false ? 'suppress' : answer);
      return vote ?? nonsense(code, answer);
    },
  };
}

const text = (thrown: unknown): string => {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return 'something that cannot be shown';
  }
};

/** The code of a policy that threw, and of one whose vote is no vote: such a policy fails open. */
export type BrokenCode = 'policy/threw' | 'policy/nonsense';

function nonsense(name: string, answer: unknown): never {
  throw new TypeError(`${name} answered ${text(answer)}, which is no verdict`);
}

/**
 * One vote of one policy, whatever it does: a throw becomes `emit` with `policy/threw`, an answer that is no vote
 * `emit` with `policy/nonsense`, so that a broken policy can never silence an event or its neighbours.
 */
export function castVote<E extends Reportable>(policy: Policy<E>, event: E, view: View, state: unknown): Vote {
  try {
    const vote: unknown = policy.vote(event, view, state);
    // Most votes are this one: it needs no look.
    if (vote === ABSTAIN || isVote(vote)) return vote as Vote;
    return { verdict: 'emit', code: 'policy/nonsense', why: `${policy.name} returned ${describe(vote)}, which is no vote` };
  } catch (thrown) {
    return { verdict: 'emit', code: 'policy/threw', why: `${policy.name} threw ${text(thrown)}` };
  }
}

function isVote(value: unknown): value is Vote {
  if (typeof value !== 'object' || value === null) return false;
  const { verdict, code, why } = value as Partial<Record<keyof Vote, unknown>>;
  return rankOf(verdict) >= 0 && typeof code === 'string' && code !== '' && typeof why === 'string';
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return text(value);
  const { verdict, code } = value as Partial<Record<keyof Vote, unknown>>;
  return `{ verdict: ${text(verdict)}, code: ${text(code)} }`;
}
