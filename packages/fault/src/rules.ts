import { FaultError } from './errors.js';

/**
 * What differs between kernels in `should_fail()` and the page allocator's pre-checks, as data.
 * Masks are values of the flag word of that kernel; a mask of 0 never matches.
 */
export interface FaultRules {
  /** `fail-nth` exists (4.13). */
  readonly failNth: boolean;
  /** A probability of zero says no before space and count are touched (3.10). */
  readonly zeroProbabilityFirst: boolean;
  /** The stack filter stands before space and applies to fail-nth too (6.2); else it is the last test and spares fail-nth. */
  readonly stackFilterFirst: boolean;
  /** `min-order` exists (2.6.24). */
  readonly minOrder: boolean;
  /** `cache-filter` exists (2.6.34). */
  readonly cacheFilter: boolean;
  /** What `__GFP_NOWARN` does to the message: nothing, silences this and all later ones, silences this one. */
  readonly nowarnSilences: 'nothing' | 'from-then-on' | 'this-call';
  /** `short`: one line; `swapped`: two lines, interval and probability under each other's name; `full`: two lines. */
  readonly message: 'short' | 'swapped' | 'full';
  readonly nofail: number;
  readonly highmem: number;
  /** What `ignoreGfpWait` looks at: `__GFP_WAIT`, later `__GFP_DIRECT_RECLAIM`. */
  readonly wait: number;
  /** The same for slab requests; between 4.4 and 5.0 it was any kind of reclaim, so that atomic requests never failed. */
  readonly slabWait: number;
  readonly nowarn: number;
}

// lib/fault-inject.c, should_fail_ex(); mm/fail_page_alloc.c; mm/failslab.c: read from v2.6.20 to v6.19. Where a change
// lies between two releases that were read, the later one carries it.
const FIRST: FaultRules = {
  failNth: false,
  zeroProbabilityFirst: false,
  stackFilterFirst: false,
  minOrder: false,
  cacheFilter: false,
  nowarnSilences: 'nothing',
  message: 'short',
  nofail: 0x800,
  highmem: 0x2,
  wait: 0x10,
  slabWait: 0x10,
  nowarn: 0x200,
};

const CHANGES: readonly (readonly [since: readonly [number, number, number], change: Partial<FaultRules>])[] = [
  [[2, 6, 24], { minOrder: true }],
  [[2, 6, 34], { cacheFilter: true }],
  [[3, 10, 0], { zeroProbabilityFirst: true }],
  [[3, 19, 0], { message: 'swapped' }],
  [[4, 4, 0], { message: 'full', wait: 0x40_0000, slabWait: 0x240_0000 }],
  [[4, 10, 0], { slabWait: 0x140_0000 }],
  [[4, 13, 0], { failNth: true }],
  [[4, 18, 0], { wait: 0x20_0000, slabWait: 0x60_0000 }],
  [[5, 2, 0], { nofail: 0x8000, wait: 0x400, slabWait: 0x400, nowarn: 0x2000 }],
  [[5, 19, 0], { nowarnSilences: 'from-then-on' }],
  [[6, 1, 0], { nowarnSilences: 'this-call' }],
  [[6, 2, 0], { stackFilterFirst: true }],
];

/**
 * The rules of a kernel.
 *
 * @param kernel - A release, as far as it is known: `6.12`, `2.6.32`, `6.8.0-45-generic`.
 * @throws {FaultError} `UNKNOWN_KERNEL` when it starts with no version, or is older than 2.6.20, which had no fault injection.
 */
export function faultRules(kernel = '6.12'): FaultRules {
  const read = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,4}))?/.exec(kernel);
  const version = [Number(read?.[1]), Number(read?.[2]), Number(read?.[3] ?? 0)] as const;
  if (!read || isBefore(version, [2, 6, 20])) {
    throw new FaultError('UNKNOWN_KERNEL', { attribute: 'kernel', given: kernel, range: 'a release from 2.6.20 on, such as "6.12"' });
  }
  let rules = FIRST;
  for (const [since, change] of CHANGES) if (!isBefore(version, since)) rules = { ...rules, ...change };
  return rules;
}

type Version = readonly [number, number, number];

function isBefore(a: Version, b: Version): boolean {
  return a[0] !== b[0] ? a[0] < b[0] : a[1] !== b[1] ? a[1] < b[1] : a[2] < b[2];
}
