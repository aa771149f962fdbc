import type { Era, WatermarkRules, ZoneSetupRules } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import type { PerCpuLists } from '../pcp/per-cpu-lists.js';
import type { Zone } from '../zones/zone.js';

/** How a request's zone looks for pages when the lists of its own type have none, remembered within one refill. */
export const SearchMode = {
  /** Own lists, then claim a pageblock, then take a single block of another type. */
  NORMAL: 0,
  /** Own lists and claims have failed in this refill: only single blocks of another type are left. */
  STEAL: 1,
} as const;

/**
 * Finds a block for a request that its own type's lists have not served.
 *
 * @returns The first frame of `2 ** order` pages, taken, or `NO_PAGE`. `zone.searchMode` tells how the next page of the
 *   same refill is to be looked for.
 */
export type Fallback = (memory: Memory, zone: Zone, order: number, migratetype: number, allocFlags: number) => number;

/** How per-CPU lists size their refills and returns. */
export interface PcpTuning {
  /** Does a cached page keep the type it was freed with? Otherwise its pageblock is asked when it goes back. */
  readonly keepsType: boolean;
  /** Notes a request. */
  taken(pcp: PerCpuLists): void;
  /** Blocks to fetch for a list that ran dry, 1 or more. */
  refill(pcp: PerCpuLists, zone: Zone, order: number): number;
  /** Pages to give back after a block of `order` was put on a list and counted; -1 for none. */
  surplus(pcp: PerCpuLists, zone: Zone, order: number): number;
  /** Pages that a drain gives back in one go; the round robin starts anew with each. */
  drainPages(pcp: PerCpuLists): number;
  /** Does `high` follow demand between its bounds? Otherwise it is the lower one. */
  readonly tunesHigh: boolean;
}

/**
 * An era of the allocator: what differs between kernels, as data and small strategies that are chosen once. No room of
 * the allocator asks for a version.
 */
export interface Profile {
  /** `linux-6.12`: what a failure event names as its kernel. */
  readonly name: string;
  /** The flags that requests become and the checks that zones are held to. */
  readonly rules: WatermarkRules;
  /** Blocks that merge across types take the freed one's type. */
  readonly retypeOnMerge: boolean;
  /** Blocks above a pageblock are freed a pageblock at a time. */
  readonly splitLargeFrees: boolean;
  readonly fallback: Fallback;
  readonly pcp: PcpTuning;
  /** Gives a pageblock and its free pages to another type; returns pages moved, -1 when the block can't be converted. */
  readonly convertPageblock: (zone: Zone, pfn: number, from: number, to: number) => number;
  /** Is a highatomic block of several pageblocks set aside, counted and given back as a whole? Otherwise its first pageblock is. */
  readonly reservesLargeBlocks: boolean;
  /** Are free pages inside highatomic blocks counted? */
  readonly countsFreeHighatomic: boolean;
  /** Does each walk try the high watermark first, to learn when a zone is short? */
  readonly probesHighMark: boolean;
  /** A request with any of these `AllocFlag`s takes the boost mark off its zone. */
  readonly boostClearingFlags: number;
  /** A request with any of these `AllocFlag`s ends in the highatomic reserve when nothing else is left. */
  readonly lastResortFlags: number;
  /** Does a zone with nothing to reclaim count its free pages as reclaimable? */
  readonly freeCountsAsReclaimable: boolean;
  /** Does a round of direct reclaim that frees nothing go over memory a second time, and count as two stalls? */
  readonly countsFruitlessReclaimTwice: boolean;
  /** The formulas of watermarks, reserves and per-CPU limits. */
  readonly setup: ZoneSetupRules;
  /** The numbering of the words that requests come with. */
  readonly era: Era;
}
