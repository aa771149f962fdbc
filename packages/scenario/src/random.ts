/** A source of numbers that a seed decides entirely. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** An integer from 0 to `below - 1`; 0 when `below` is 0. */
  below(below: number): number;
  /** Milliseconds to the next of events that come at random, `meanMs` apart on average. */
  waitMs(meanMs: number): number;
}

/** Numbers from a seed, of which the low 32 bits count. Marsaglia's xorshift, 32 bits wide. */
export function seededRandom(seed: number): Random {
  // A few rounds of a multiplicative hash, so that neighbouring seeds begin far apart; the state must not be 0.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ (seed >>> 13);
  state = (Math.imul(state ^ (state >>> 16), 0xc2b2ae35) >>> 0) || 0x6d2b79f5;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (below) => Math.floor(next() * below),
    waitMs: (meanMs) => -Math.log(1 - next()) * meanMs,
  };
}
