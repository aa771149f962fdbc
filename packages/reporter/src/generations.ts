/**
 * Values by key: those that came since the oldest ones began to be given up, and the rest. Plain data, so that a
 * policy's state may hold it. In two Maps, one of which is new each round: what leaves a Map that others keep coming
 * into can stay alive for as long as V8 takes none of its old tables for garbage, and is copied to and fro until then.
 */
export interface Generations<V> {
  older: Map<string, V>;
  recent: Map<string, V>;
}

/** Something that is given up only when it was not used since it was last passed over. */
export interface Used {
  used: boolean;
}

export const generations = <V>(): Generations<V> => ({ older: new Map(), recent: new Map() });

export const sizeOf = <V>({ older, recent }: Generations<V>): number => older.size + recent.size;

/** All values, those first that are to be given up first. */
export function* valuesOf<V>({ older, recent }: Generations<V>): Generator<V, void> {
  yield* older.values();
  yield* recent.values();
}

export const valueOf = <V>({ older, recent }: Generations<V>, key: string): V | undefined => recent.get(key) ?? older.get(key);

/**
 * Which key to give up: the oldest that was not used since it was last passed over. Takes one out of its generation and
 * returns it; those passed over are as good as new.
 *
 * The walk is kept from call to call, because a new one would start with every key that was ever deleted. It always
 * stands at the oldest key, so a fresh walk over a copy gives up the same keys.
 */
export class SecondChance<V extends Used> {
  readonly #keys: Generations<V>;
  #walk: Iterator<[string, V]>;

  constructor(keys: Generations<V>) {
    this.#keys = keys;
    this.#walk = keys.older.entries();
  }

  /** Null when there is none. */
  giveUp(): V | null {
    const keys = this.#keys;
    while (sizeOf(keys) > 0) {
      const next = this.#walk.next();
      if (next.done === true) {
        keys.older = keys.recent;
        keys.recent = new Map();
        this.#walk = keys.older.entries();
        continue;
      }
      const [key, value] = next.value;
      keys.older.delete(key);
      if (!value.used) return value;
      value.used = false;
      keys.recent.set(key, value);
    }
    return null;
  }
}
