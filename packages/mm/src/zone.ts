import type { Buddy } from '@nopage/buddy';
import { Migratetype, type WatermarkZone } from '@nopage/gfp';
import type { MovablePages } from './movable-pages.js';
import type { PerCpuLists } from './per-cpu-lists.js';

/** Bits of {@link Zone.flags}. Source: include/linux/mmzone.h, enum zone_flags, v6.12. */
export const ZoneFlag = { BOOSTED_WATERMARK: 1, RECLAIM_ACTIVE: 2, BELOW_HIGH: 4 } as const;

/** What a zone is made of, fixed for its life. */
export interface ZoneShape {
  readonly index: number;
  readonly name: string;
  readonly node: number;
  readonly startPfn: number;
  /** One past the last frame; frames between may be holes. */
  readonly endPfn: number;
  readonly presentPages: number;
  readonly managedPages: number;
  readonly countsFreeHighatomic: boolean;
}

/**
 * A range of frames with its own free lists, watermarks and per-CPU lists. Plain fields: the rooms of the allocator read
 * and write them, nobody else does.
 */
export class Zone implements WatermarkZone {
  readonly index: number;
  readonly name: string;
  readonly node: number;
  readonly startPfn: number;
  endPfn: number;
  presentPages: number;
  managedPages: number;

  buddy: Buddy;
  counts: Int32Array;
  readonly maxOrder: number;
  readonly pageblockPages: number;
  pcp: PerCpuLists | null = null;
  movable: MovablePages | null = null;

  flags = 0;
  /** Watermarks without the boost. */
  minPages = 0;
  lowPages = 0;
  highPages = 0;
  promoPages = 0;
  boostPages = 0;
  lowmemReserve: Int32Array = new Int32Array(0);

  /** What fast checks take for the free pages: behind the truth by `freeDiff`, on one processor not at all. */
  freePages = 0;
  freeDiff = 0;
  freeDiffThreshold = 0;
  reservedHighatomicPages = 0;
  freeHighatomicPages = 0;
  readonly freeCmaPages = 0;
  /** Does this era count the free pages inside highatomic blocks? Otherwise `freeHighatomicPages` stays 0. */
  private readonly countsFreeHighatomic: boolean;

  /** How the next page of the refill under way is looked for, as `SearchMode` says. */
  searchMode = 0;

  /** Direct compaction is put off: attempts since, log2 of how many, and the smallest order that failed. */
  compactConsidered = 0;
  compactDeferShift = 0;
  compactOrderFailed = 0;

  constructor(shape: ZoneShape, buddy: Buddy) {
    this.index = shape.index;
    this.name = shape.name;
    this.node = shape.node;
    this.startPfn = shape.startPfn;
    this.endPfn = shape.endPfn;
    this.presentPages = shape.presentPages;
    this.managedPages = shape.managedPages;
    this.countsFreeHighatomic = shape.countsFreeHighatomic;
    this.buddy = buddy;
    this.counts = buddy.counts;
    this.maxOrder = buddy.maxOrder;
    this.pageblockPages = 1 << buddy.pageblockOrder;
  }

  /**
   * Counts pages that became free (or, below zero, were taken). The amounts matter one by one, not only their sum: what
   * is kept back on the CPU is flushed whole when it passes the threshold.
   * Source: mm/page_alloc.c, account_freepages(); mm/vmstat.c, __mod_zone_page_state(), v6.12.
   */
  account(pages: number, migratetype: number): void {
    this.count(pages);
    if (migratetype === Migratetype.HIGHATOMIC && this.countsFreeHighatomic) this.freeHighatomicPages += pages;
  }

  /** As {@link account}, for pages whose type does not matter. */
  count(pages: number): void {
    if (this.freeDiffThreshold === 0) {
      this.freePages += pages;
      return;
    }
    const diff = this.freeDiff + pages;
    if (diff > this.freeDiffThreshold || diff < -this.freeDiffThreshold) {
      this.freePages += diff;
      this.freeDiff = 0;
    } else {
      this.freeDiff = diff;
    }
  }

  /** Counts free pages that changed type. */
  moveHighatomic(from: number, to: number, pages: number): void {
    if (!this.countsFreeHighatomic) return;
    if (from === Migratetype.HIGHATOMIC) this.freeHighatomicPages -= pages;
    if (to === Migratetype.HIGHATOMIC) this.freeHighatomicPages += pages;
  }

  /** Free pages to the last one. */
  exactFreePages(): number {
    return this.freePages + this.freeDiff;
  }

  contains(pfn: number): boolean {
    return pfn >= this.startPfn && pfn < this.endPfn;
  }
}
