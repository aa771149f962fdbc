import type { FailureEvent } from '@nopage/gfp';
import { asFunction, asOptions, wholeInRange } from './checked.js';
import { generations, SecondChance, sizeOf, valueOf, type Generations, type Used } from './generations.js';
import { DEFAULT_MAX_KEYS, MOST_KEYS } from './limits.js';
import type { Policy } from './policy.js';
import { asPolicy } from './policy-parts.js';
import { bySite, type Reportable } from './reportable.js';

/** One key's state, and whether it was used since the last look for one to give up. */
export interface KeyedState<S> extends Used {
  readonly state: S;
}

/** The states of all keys. Plain data. */
export type KeyedStates<S> = Generations<KeyedState<S>>;

export interface PerKeyOptions {
  /** Most keys remembered at once, 1 to 2^20; beyond, the one that was not used for longest is forgotten. @defaultValue 1024 */
  readonly maxKeys?: number;
}

/** Has a state for each key, made when the key is first asked for, and forgotten for another when there are too many. */
export function stateOfKey<S>(init: () => S, options: PerKeyOptions = {}): (states: KeyedStates<S>, key: string) => S {
  const { maxKeys = DEFAULT_MAX_KEYS } = asOptions(options);
  wholeInRange('maxKeys', maxKeys, 1, MOST_KEYS);
  const walks = new WeakMap<KeyedStates<S>, SecondChance<KeyedState<S>>>();
  const makeRoom = (states: KeyedStates<S>): void => {
    let walk = walks.get(states);
    if (walk === undefined) walks.set(states, (walk = new SecondChance(states)));
    walk.giveUp();
  };
  const begin = (states: KeyedStates<S>, key: string): S => {
    if (sizeOf(states) >= maxKeys) makeRoom(states);
    const state = init();
    states.recent.set(key, { used: false, state });
    return state;
  };
  return (states, key) => {
    const known = valueOf(states, key);
    if (known === undefined) return begin(states, key);
    known.used = true;
    return known.state;
  };
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
): Policy<E, KeyedStates<S>, C> {
  asFunction('keyOf', keyOf);
  asPolicy('perKey() policy', policy);
  const stateOf = stateOfKey(() => policy.init(), options);
  // The usual key, known by name, needs no call through a variable.
  const isBySite = keyOf === bySite;
  return {
    name: `perKey(${policy.name})`,
    codes: policy.codes,
    init: generations,
    vote: (event, view, states) => policy.vote(event, view, stateOf(states, isBySite ? bySite(event) : keyOf(event))),
  };
}
