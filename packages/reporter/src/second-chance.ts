/**
 * Which key to give up: the oldest that was not used since it was last passed over. Takes one out of the map and
 * returns it; those passed over go to the end.
 *
 * The walk is kept from call to call, because a new one would start with every key that was ever deleted. It always
 * stands at the oldest key, so a fresh walk over a copy of the map gives up the same keys.
 */
export class SecondChance<V extends { used: boolean }> {
  readonly #map: Map<string, V>;
  #walk: Iterator<[string, V]>;

  constructor(map: Map<string, V>) {
    this.#map = map;
    this.#walk = map.entries();
  }

  /** Null when the map is empty. */
  giveUp(): V | null {
    while (this.#map.size > 0) {
      const next = this.#walk.next();
      if (next.done === true) {
        this.#walk = this.#map.entries();
        continue;
      }
      const [key, value] = next.value;
      this.#map.delete(key);
      if (!value.used) return value;
      value.used = false;
      this.#map.set(key, value);
    }
    return null;
  }
}
