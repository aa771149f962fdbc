import { given, ORDER_LIMIT } from '@nopage/buddy';
import type { FailureEvent } from '@nopage/gfp';
import { MmError } from './errors.js';
import { profileNamed, type ProfileName } from './profiles/named.js';
import type { Profile } from './profiles/profile.js';
import type { AbortSignalLike } from './reclaim/abort-signal.js';
import type { MovePages } from './reclaim/compaction.js';
import type { GrowMemory, OutOfMemory } from './reclaim/direct-reclaim.js';
import type { Shrinker } from './reclaim/shrinkers.js';
import type { FaultPoint } from './request/fault-point.js';
import type { AllocatorTrace } from './trace.js';
import type { Geometry, ZoneOptions } from './zones/build-zones.js';
import { defaultReserveRatio, type Sysctls } from './zones/zone-watermarks.js';

/** Per-CPU lists. */
export interface PcpOptions {
  /** vm.percpu_pagelist_high_fraction: at most one page in so many, 8 or more; 0 for the kernel's own limits. @defaultValue 0 */
  readonly highFraction?: number;
  /** CPUs that share a zone's low watermark between their lists; there is one set of lists in any case. @defaultValue 1 */
  readonly cpus?: number;
  /** The order above 3 that is cached, too; null for none. @defaultValue the pageblock order */
  readonly hugeOrder?: number | null;
}

/** Everything around the zones; every field has a default. */
export interface SeamOptions {
  readonly fault?: FaultPoint | undefined;
  /** Told of each refusal, `__GFP_NOWARN` or not (`permits.warn` says which). Must not throw. */
  readonly onFailure?: ((event: FailureEvent) => void) | undefined;
  readonly shrinkers?: readonly Shrinker[] | undefined;
  /** Moves what a block holds to another place, for compaction; absent, nothing is moved. */
  readonly movePages?: MovePages | undefined;
  /** Adds memory for a request that reclaim has not helped, before it is refused, waits or is the OOM seam's; absent, none comes. */
  readonly growMemory?: GrowMemory | undefined;
  /** The last resort of a request that may not fail easily; absent, it is refused. */
  readonly outOfMemory?: OutOfMemory | undefined;
  /** Called when kswapd is wanted that was not before: schedule `kswapd()`. */
  readonly onKswapdWanted?: (() => void) | undefined;
  /** Milliseconds, for `at` of a failure; absent, it is null. */
  readonly clock?: (() => number) | undefined;
  /** Names the call site of a refused request, cheaply; absent or null, it is read off the stack. */
  readonly siteOf?: (() => string | null) | undefined;
  readonly trace?: AllocatorTrace | undefined;
}

/** What a page allocator is made of. */
export interface PageAllocatorOptions extends SeamOptions {
  readonly zones: readonly ZoneOptions[];
  /** @defaultValue `linux-6.12` */
  readonly profile?: ProfileName | Profile;
  /** Largest block is `2 ** maxOrder` pages; 0 to 15. @defaultValue 10 */
  readonly maxOrder?: number;
  /** Pages are grouped by mobility in blocks of this order; 0 to `maxOrder`. @defaultValue 9, or `maxOrder` if less */
  readonly pageblockOrder?: number;
  /** vm.min_free_kbytes, pages of 4 KiB. @defaultValue what the kernel computes from the size of memory */
  readonly minFreeKbytes?: number;
  /** vm.watermark_scale_factor, 1 to 3000. @defaultValue 10 */
  readonly watermarkScaleFactor?: number;
  /** vm.watermark_boost_factor; 0 for no boost. @defaultValue 15000 */
  readonly watermarkBoostFactor?: number;
  /** vm.lowmem_reserve_ratio, a number for each kind of zone. @defaultValue the kernel's */
  readonly lowmemReserveRatio?: readonly number[];
  /** False: no per-CPU lists. @defaultValue the kernel's own */
  readonly pcp?: false | PcpOptions;
}

/** What an allocator was made with: what a recording of it has to say. */
export interface AllocatorSettings {
  readonly profile: string;
  readonly maxOrder: number;
  readonly pageblockOrder: number;
  /** Are there per-CPU lists? */
  readonly cachesPages: boolean;
  /** The order above 3 that they keep; null or -1 for none. */
  readonly hugeOrder: number | null;
  readonly watermarkBoostFactor: number;
  /** Are pages that can be moved told from others? */
  readonly movesPages: boolean;
}

/** Options of `allocWait`. */
export interface WaitOptions {
  /** Ends the wait: the outcome is then a refusal with the reason `aborted`. */
  readonly signal?: AbortSignalLike | undefined;
}

/** Options with every default in place. */
export interface Resolved {
  readonly profile: Profile;
  readonly geometry: Geometry;
  readonly sysctls: Sysctls;
  readonly boostFactor: number;
}

/** Source: mm/page_alloc.c, MIN_PERCPU_PAGELIST_HIGH_FRACTION, v6.12. */
const MIN_HIGH_FRACTION = 8;

/** @throws {MmError} `BAD_OPTION`, `UNKNOWN_PROFILE`. */
export function resolveOptions(options: Omit<PageAllocatorOptions, 'zones'>, zoneKinds: readonly string[]): Resolved {
  const { maxOrder = 10, pcp = {} } = options;
  const pageblockOrder = options.pageblockOrder ?? Math.min(9, maxOrder);
  const ratio = options.lowmemReserveRatio ?? zoneKinds.map(defaultReserveRatio);
  const hugeOrder = pcp === false ? undefined : pcp.hugeOrder === null || pageblockOrder <= 3 ? -1 : pcp.hugeOrder ?? pageblockOrder;
  const sysctls: Sysctls = {
    minFreeKbytes: options.minFreeKbytes ?? null,
    watermarkScaleFactor: options.watermarkScaleFactor ?? 10,
    lowmemReserveRatio: ratio,
    highFraction: pcp === false ? 0 : pcp.highFraction ?? 0,
    cpus: pcp === false ? 1 : pcp.cpus ?? 1,
  };
  const boostFactor = options.watermarkBoostFactor ?? 15_000;
  assertWhole('maxOrder', maxOrder, 0, ORDER_LIMIT);
  assertWhole('pageblockOrder', pageblockOrder, 0, maxOrder);
  assertWhole('minFreeKbytes', sysctls.minFreeKbytes ?? 0, 0, 2 ** 40);
  assertWhole('watermarkScaleFactor', sysctls.watermarkScaleFactor, 1, 3000);
  assertWhole('watermarkBoostFactor', boostFactor, 0, 2 ** 31 - 1);
  assertWhole('pcp.highFraction', sysctls.highFraction, sysctls.highFraction === 0 ? 0 : MIN_HIGH_FRACTION, 2 ** 31 - 1);
  assertWhole('pcp.cpus', sysctls.cpus, 1, 2 ** 16);
  if (hugeOrder !== undefined) assertWhole('pcp.hugeOrder', hugeOrder, hugeOrder < 0 ? -1 : 4, maxOrder);
  for (const value of ratio) assertWhole('lowmemReserveRatio', value, 0, 2 ** 31 - 1);
  const { profile = 'linux-6.12' } = options;
  return { profile: typeof profile === 'string' ? profileNamed(profile) : profile, geometry: { maxOrder, pageblockOrder, hugeOrder }, sysctls, boostFactor };
}

function assertWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new MmError('BAD_OPTION', `${name} is a whole number from ${least} to ${most}, not ${given(value)}`, { [name]: value });
}
