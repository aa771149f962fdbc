/** A number from 0 to 99, each as likely as the other: all the randomness that a decision takes. */
export type Percentile = () => number;

/**
 * Draws from a seed. The state is the seed of what follows, so a run is continued by saving one number.
 * Algorithm: a Weyl sequence through a 32-bit finalizer (the design known as mulberry32).
 */
export class SeededPercentile {
  #state: number;

  /** @param seed - Any number; its low 32 bits count. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** The seed that continues from here. */
  get seed(): number {
    return this.#state >>> 0;
  }

  /** 0 to 99. */
  draw(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * 100);
  }
}
