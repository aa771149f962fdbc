import type { FailureEvent } from '@nopage/gfp';
import { asFunction, asText } from './checked.js';
import { asPolicy } from './policy-parts.js';
import type { Reportable } from './reportable.js';
import { text } from './seat.js';
import { ABSTAIN, fixed, OPINIONS, type Verdict, type Vote } from './vote.js';

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
  /** How many the event stands for; `seen` has them all. 1, unless the reporter has a `countOf`. */
  readonly count: number;
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
  /**
   * Decides on one event; may change `state`, and nothing else. It is called in the middle of a report, and has to come
   * back: the reporter can't stop it.
   */
  vote(event: E, view: View, state: S): Vote<C>;
}

/** A policy as it is written down: the state is what `init` gives, and `vote` has no codes but those of the list. */
export interface PolicyDefinition<E extends Reportable, S, C extends string> {
  readonly name: string;
  readonly codes: readonly C[];
  init(): S;
  vote(event: E, view: View, state: NoInfer<S>): Vote<NoInfer<C>>;
}

/** A policy as written, with its codes as literal types. */
export function definePolicy<E extends Reportable = FailureEvent, S = unknown, const C extends string = string>(
  policy: PolicyDefinition<E, S, C>,
): Policy<E, S, C> {
  return asPolicy('policy', policy);
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
  asText('code', code);
  asFunction('decide', decide);
  const votes = new Map<unknown, Vote<C>>(
    OPINIONS.map((verdict) => [verdict, fixed(verdict, code, `${code} says ${verdict}`)]),
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

function nonsense(name: string, answer: unknown): never {
  throw new TypeError(`${name} answered ${text(answer)}, which is no verdict`);
}
