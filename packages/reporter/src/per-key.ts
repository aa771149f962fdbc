import type { FailureEvent } from '@nopage/gfp';
import { wholeInRange } from './errors.js';
import type { Policy } from './policy.js';
import { bySite, type Reportable } from './reportable.js';
import { SecondChance } from './second-chance.js';

/** One key's state, and whether it was used since the last look for one to give up. */
export interface KeyedState<S> {
  used: boolean;
  readonly state: S;
}

export interface PerKeyOptions {
  /** Most keys remembered at once, 1 to 2^20; beyond, the one that was not used for longest is forgotten. @defaultValue 1024 */
  readonly maxKeys?: number;
}

/**
 * One state of the policy for each key, so that a noisy key can't use up what a rare one needs.
 *
 * A forgotten key starts afresh when it returns: a limit may then let a line through early, and never loses a count,
 * because counts are the ledger's.
 */
export function perKey<E extends Reportable = FailureEvent, S = unknown, C extends string = string>(
  keyOf: (event: E) => string,
  policy: Policy<E, S, C>,
  options: PerKeyOptions = {},
): Policy<E, Map<string, KeyedState<S>>, C> {
  const maxKeys = wholeInRange('maxKeys', options.maxKeys ?? 1024, 1, 2 ** 20);
  // The usual key, known by name, needs no call through a variable.
  const isBySite = keyOf === bySite;
  const walks = new WeakMap<Map<string, KeyedState<S>>, SecondChance<KeyedState<S>>>();
  const makeRoom = (states: Map<string, KeyedState<S>>): void => {
    const walk = walks.get(states) ?? new SecondChance(states);
    walks.set(states, walk);
    walk.giveUp();
  };
  return {
    name: `perKey(${policy.name})`,
    codes: policy.codes,
    init: () => new Map(),
    vote(event, view, states) {
      const key = isBySite ? bySite(event) : keyOf(event);
      let entry = states.get(key);
      if (entry === undefined) {
        if (states.size >= maxKeys) makeRoom(states);
        entry = { used: false, state: policy.init() };
        states.set(key, entry);
      } else entry.used = true;
      return policy.vote(event, view, entry.state);
    },
  };
}
