import type { ZoneSetupRules } from './setup-rules.js';

/** Limits of one CPU's lists of a zone, in pages. */
export interface PerCpuLimits {
  readonly batch: number;
  /** The limit of the list; where it tunes itself (6.7 and later), its bounds. Equal else. */
  readonly highMin: number;
  readonly highMax: number;
}

/** What the limits of a zone's lists follow from. */
export interface PerCpuInput {
  readonly managedPages: number;
  /** The low mark without boost. */
  readonly lowPages: number;
  /** CPUs of the zone's node; all of them for a node that has none. */
  readonly cpus: number;
  /** percpu_pagelist_high_fraction; 0 leaves the limits to the kernel. @defaultValue 0 */
  readonly highFraction?: number;
  /** @defaultValue 4096 */
  readonly pageBytes?: number;
}

/** The kernel's batch before its lower limit of 1; 0 for small zones. */
// mm/page_alloc.c, zone_batchsize(), v6.12
export function zoneBatchsize(managedPages: number, rules: ZoneSetupRules, pageBytes = 4096): number {
  const limited = Math.min(Math.floor(managedPages / 2 ** rules.batchShift), Math.floor(rules.batchLimitBytes / pageBytes));
  const share = Math.max(Math.floor(limited / rules.batchDivisor), 1);
  return 2 ** Math.floor(Math.log2(share + Math.floor(share / 2))) - 1;
}

/** How many pages a refill fetches at least, and between what bounds one CPU's lists of a zone stay. */
// mm/page_alloc.c, zone_highsize(), v6.12
export function perCpuLimits({ managedPages, lowPages, cpus, highFraction = 0, pageBytes = 4096 }: PerCpuInput, rules: ZoneSetupRules): PerCpuLimits {
  const batch = Math.max(1, zoneBatchsize(managedPages, rules, pageBytes));
  if (rules.pcpHigh === 'six-batches') return { batch, highMin: 6 * batch, highMax: 6 * batch };
  const limit = (pages: number): number => Math.max(Math.floor(pages / cpus), 4 * batch);
  const highMin = limit(highFraction > 0 ? Math.floor(managedPages / highFraction) : lowPages);
  return { batch, highMin, highMax: rules.pcpHigh === 'tuned' && highFraction === 0 ? limit(Math.floor(managedPages / 8)) : highMin };
}
