import { compareReleases, eraOf, parseRelease } from '@nopage/gfp';
import { FaultError } from './errors.js';

/**
 * What differs between kernels in `should_fail()` and the page allocator's pre-checks, as data.
 * Masks are of that kernel's flag word; 0 never matches.
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
  /** A slab request that may only wake kswapd counts as one that may wait (4.4 to 4.20, by mistake). */
  readonly slabSparesKswapd: boolean;
  /** Masks of the flag word: what never fails, high memory, what may wait (`__GFP_WAIT` up to 4.3), waking kswapd, no message. */
  readonly nofail: number;
  readonly highmem: number;
  readonly wait: number;
  readonly kswapd: number;
  readonly nowarn: number;
}

type Behaviour = Omit<FaultRules, 'nofail' | 'highmem' | 'wait' | 'kswapd' | 'nowarn'>;

// lib/fault-inject.c, should_fail_ex(); mm/fail_page_alloc.c; mm/failslab.c: read from v2.6.20 to v6.19. Where a change
// lies between two releases that were read, the later one carries it.
const FIRST: Behaviour = {
  failNth: false,
  zeroProbabilityFirst: false,
  stackFilterFirst: false,
  minOrder: false,
  cacheFilter: false,
  slabSparesKswapd: false,
  nowarnSilences: 'nothing',
  message: 'short',
};

const CHANGES: readonly (readonly [since: string, change: Partial<Behaviour>])[] = [
  ['2.6.24', { minOrder: true }],
  ['2.6.34', { cacheFilter: true }],
  ['3.10', { zeroProbabilityFirst: true }],
  ['3.19', { message: 'swapped' }],
  ['4.4', { message: 'full', slabSparesKswapd: true }],
  ['4.13', { failNth: true }],
  ['5.0', { slabSparesKswapd: false }],
  ['5.19', { nowarnSilences: 'from-then-on' }],
  ['6.1', { nowarnSilences: 'this-call' }],
  ['6.2', { stackFilterFirst: true }],
];

/**
 * The rules of a kernel.
 *
 * @param kernel - A release, as far as it is known: `6.12`, `2.6.32`, `6.8.0-45-generic`.
 * @throws {FaultError} `UNKNOWN_KERNEL` when it holds no version, or one before 2.6.20, which had no fault injection.
 */
export function faultRules(kernel = '6.12'): FaultRules {
  const bits = eraOf(kernel)?.bits;
  if (!bits || isBefore(kernel, '2.6.20')) {
    throw new FaultError('UNKNOWN_KERNEL', { attribute: 'kernel', given: kernel, range: 'a release from 2.6.20 on, such as "6.12"' });
  }
  let behaviour = FIRST;
  for (const [since, change] of CHANGES) if (!isBefore(kernel, since)) behaviour = { ...behaviour, ...change };
  return {
    ...behaviour,
    nofail: bits['__GFP_NOFAIL'] ?? 0,
    highmem: bits['__GFP_HIGHMEM'] ?? 0,
    wait: bits['__GFP_DIRECT_RECLAIM'] ?? bits['__GFP_WAIT'] ?? 0,
    kswapd: bits['__GFP_KSWAPD_RECLAIM'] ?? 0,
    nowarn: bits['__GFP_NOWARN'] ?? 0,
  };
}

function isBefore(kernel: string, since: string): boolean {
  const [a, b] = [parseRelease(kernel), parseRelease(since)];
  return a === null || b === null || compareReleases(a, b) < 0;
}
