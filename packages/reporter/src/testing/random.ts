/** Seeded numbers: the same seed gives the same sequence everywhere. */
export interface Random {
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** True once in `n`, on average. */
  oneIn(n: number): boolean;
  pick<T>(values: readonly [T, ...T[]]): T;
}

/** A sequence by a 32-bit counter and a mixing function (Weyl sequence, murmur3 finalizer). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    return mix(state) / 2 ** 32;
  };
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  const pick = <T>(values: readonly [T, ...T[]]): T => values[int(0, values.length - 1)] as T;
  return { int, oneIn: (n) => int(1, n) === 1, pick };
}

/** 32 bits, well mixed. */
export function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
