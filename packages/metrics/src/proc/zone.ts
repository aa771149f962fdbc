/** A zone as `/proc/zoneinfo`, `/proc/buddyinfo` and `/proc/pagetypeinfo` show it; everything is in pages. */
export interface ProcZone {
  readonly node: number;
  readonly name: string;
  readonly freePages: number;
  readonly boostPages: number;
  /** Boost included, as the kernel prints them. */
  readonly minPages: number;
  readonly lowPages: number;
  readonly highPages: number;
  /** Null on kernels without it (before 6.2). */
  readonly promoPages: number | null;
  readonly spannedPages: number;
  /** A zone without present pages is empty: `zoneinfo` cuts it short, the other files leave it out. */
  readonly presentPages: number;
  readonly managedPages: number;
  readonly cmaPages: number;
  /** `lowmem_reserve`, by the index of the request's highest zone. */
  readonly protection: readonly number[];
  /** `nr_free_pages` and the zone's other counters, in printing order. */
  readonly counters: Readonly<Record<string, number>>;
  readonly pagesets: readonly { readonly cpu: number; readonly count: number; readonly high: number; readonly batch: number }[];
  /** Null on a kernel for one CPU. */
  readonly vmStatsThreshold: number | null;
  readonly nodeUnreclaimable: boolean;
  readonly startPfn: number;
  /** Free blocks by migratetype, then by order. */
  readonly freeBlocks: readonly (readonly number[])[];
  /** Page blocks by migratetype. */
  readonly pageblocks: readonly number[];
}

/** A machine for the printers of this folder. */
export interface ProcMemory {
  readonly zones: readonly ProcZone[];
  /** A node's counters (`nr_inactive_anon`, ...) in printing order, by node. */
  readonly nodes: readonly Readonly<Record<string, number>>[];
  /** Order of a page block: 9 with huge pages of 2 MB. */
  readonly pageblockOrder: number;
  /** How many migratetypes this kernel has: 4, 5 with CMA, 6 with memory isolation too. */
  readonly migratetypes: number;
}

/** Whether a zone has memory; the kernel's word is "populated". */
export const isPopulated = (zone: ProcZone): boolean => zone.presentPages > 0;

/** Blocks of one order over all mobilities. */
export const blocksOfOrder = (zone: ProcZone, order: number): number => zone.freeBlocks.reduce((sum, byOrder) => sum + (byOrder[order] ?? 0), 0);

/** Number of orders that a zone's lists have. */
export const ordersOf = (zone: ProcZone): number => zone.freeBlocks[0]?.length ?? 0;
