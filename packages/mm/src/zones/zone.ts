import type { Buddy } from '@nopage/buddy';
import { Migratetype, type WatermarkZone } from '@nopage/gfp';
import type { PerCpuLists } from '../pcp/per-cpu-lists.js';
import type { MovablePages } from './movable-pages.js';

/** Bits of {@link Zone.flags}. Source: include/linux/mmzone.h, enum zone_flags, v6.12. */
export const ZoneFlag = { BOOSTED_WATERMARK: 1, RECLAIM_ACTIVE: 2, BELOW_HIGH: 4 } as const;

/** More pages than any zone has. */
const NEVER: number = 2 ** 30;

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
  /** Place of its kind among the machine's, DMA first: what requests and reserves go by. On one node, the index. */
  rank = 0;
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
  /** Pages handed out since the beginning, per-CPU lists or not: pgalloc. */
  allocatedPages = 0;
  reservedHighatomicPages = 0;
  freeHighatomicPages = 0;
  readonly freeCmaPages = 0;
  /** Does this era count the free pages inside highatomic blocks? Otherwise `freeHighatomicPages` stays 0. */
  private readonly countsFreeHighatomic: boolean;

  /** Rank of the highest requests that try this zone before any other; -1 when none does. */
  preferredBy = -1;
  /**
   * With this many pages free after it, an ordinary request that prefers the zone passes every rule of every era: the
   * high mark with its boost, the reserve against such requests, and twice over what is set aside for atomic ones.
   * Out of reach while kswapd is to be woken by the next request, or free pages are not counted at once.
   */
  plentyPages: number = NEVER;

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

  /** The per-CPU lists, if they keep blocks of this order. */
  pcpFor(order: number): PerCpuLists | null {
    return this.pcp?.keeps(order) === true ? this.pcp : null;
  }

  /** To be called when anything changed that {@link plentyPages} is made of. */
  settle(): void {
    this.plentyPages = this.plentyNow();
  }

  /** The next request that may wake kswapd is to do it. */
  askForKswapd(): void {
    this.flags |= ZoneFlag.BOOSTED_WATERMARK;
    this.settle();
  }

  plentyNow(): number {
    if ((this.flags & ZoneFlag.BOOSTED_WATERMARK) !== 0 || this.freeDiffThreshold > 0) return NEVER;
    const reserve = this.lowmemReserve[this.preferredBy] ?? 0;
    return this.highPages + this.boostPages + reserve + this.reservedHighatomicPages + this.freeHighatomicPages;
  }

  /**
   * Counts pages that became free (or, below zero, were taken). The amounts matter one by one, not only their sum: what
   * is kept back on the CPU is flushed whole when it passes the threshold.
   * Source: mm/page_alloc.c, account_freepages(); mm/vmstat.c, __mod_zone_page_state(), v6.12.
   */
  account(pages: number, migratetype: number): void {
    this.count(pages);
    if (migratetype === Migratetype.HIGHATOMIC) this.moveHighatomic(-1, migratetype, pages);
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

  /** Counts free pages that changed type; -1 for no type. */
  moveHighatomic(from: number, to: number, pages: number): void {
    if (!this.countsFreeHighatomic) return;
    if (from === Migratetype.HIGHATOMIC) this.freeHighatomicPages -= pages;
    if (to === Migratetype.HIGHATOMIC) this.freeHighatomicPages += pages;
    this.settle();
  }

  /** Free pages to the last one. */
  exactFreePages(): number {
    return this.freePages + this.freeDiff;
  }

  contains(pfn: number): boolean {
    return pfn >= this.startPfn && pfn < this.endPfn;
  }
}
