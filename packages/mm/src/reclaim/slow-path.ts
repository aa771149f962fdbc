import { NO_PAGE } from '@nopage/buddy';
import { __GFP_DIRECT_RECLAIM, __GFP_IO, __GFP_KSWAPD_RECLAIM, __GFP_NOFAIL, __GFP_NOMEMALLOC, __GFP_NORETRY, __GFP_RETRY_MAYFAIL, __GFP_THISNODE, AllocFlag, Migratetype } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import { drainZone } from '../pcp/pcp-lists.js';
import { COSTLY_ORDER } from '../pcp/per-cpu-lists.js';
import { walkFreelists } from '../request/freelist-walk.js';
import { unreserveHighatomic } from '../request/highatomic.js';
import { TaskFlag } from '../request/task.js';
import { CompactPriority, CompactResult, mightCompact, noteAttempt } from './compaction.js';

/** Rounds without progress before a request gives up. Source: mm/internal.h, MAX_RECLAIM_RETRIES, v6.12. */
const MAX_RECLAIM_RETRIES = 16;
/** Rounds of compaction that made room before it is tried harder. Source: mm/page_alloc.c, MAX_COMPACT_RETRIES, v6.12. */
const MAX_COMPACT_RETRIES = 16;

/**
 * What a request that failed the low watermark tries without waiting: the reserves that it may use.
 * Source: mm/page_alloc.c, __alloc_pages_slowpath(), v6.12: what of it is left without __GFP_DIRECT_RECLAIM.
 *
 * @param task - Bits of `TaskFlag`.
 * @returns The first frame, or `NO_PAGE`.
 */
export function slowPathAtomic(memory: Memory, gfp: number, order: number, migratetype: number, highest: number, task: number): number {
  const flags = slowFlags(memory, gfp, order, task);
  wakeKswapds(memory, gfp, order, highest);
  const pfn = walkFreelists(memory, gfp, order, migratetype, highest, flags);
  if (pfn !== NO_PAGE) return pfn;
  return walkTraced(memory, gfp, order, migratetype, highest, reserveFlags(memory, gfp, task, flags) || flags);
}

function walkTraced(memory: Memory, gfp: number, order: number, migratetype: number, highest: number, flags: number): number {
  const pfn = walkFreelists(memory, gfp, order, migratetype, highest, flags);
  if (memory.trace !== null && pfn !== NO_PAGE && (flags & AllocFlag.NO_WATERMARKS) !== 0) memory.trace.servedBeyondMarks?.(pfn);
  return pfn;
}

function slowFlags(memory: Memory, gfp: number, order: number, task: number): number {
  return memory.rules.allocFlags(gfp, order, (task & TaskFlag.REALTIME) !== 0);
}

function reserveFlags(memory: Memory, gfp: number, task: number, flags: number): number {
  return memory.rules.reserveFlags(gfp, (task & TaskFlag.MEMALLOC) !== 0, (task & TaskFlag.OOM_VICTIM) !== 0, flags);
}

function wakeKswapds(memory: Memory, gfp: number, order: number, highest: number): void {
  const preferred = memory.zonelists[highest]![0];
  if (preferred !== undefined && (gfp & __GFP_KSWAPD_RECLAIM) !== 0) memory.wakeKswapd(preferred, order, highest, gfp);
}

/** What a {@link SlowPath} asks of whoever drives it. */
export const SlowPathStep = {
  /** Compact at `compactPriority`, then `compacted(result)`. */
  COMPACT: 0,
  /** Reclaim, then `reclaimed(pages)`. */
  RECLAIM: 1,
  /** Make memory by force, then `forced(progress)`. */
  OOM: 2,
  /** `pfn` is the block. */
  SERVED: 3,
  /** Nothing more can be tried. */
  REFUSED: 4,
} as const;
export type SlowPathStep = (typeof SlowPathStep)[keyof typeof SlowPathStep];

/**
 * The way of a request that may wait, from the failed fast path to its end, as a machine that stops wherever time may
 * pass: the driver may run shrinkers at once, or await them.
 *
 * Source: mm/page_alloc.c, __alloc_pages_slowpath(), v6.12.
 */
export class SlowPath {
  pfn: number = NO_PAGE;
  /** Lighter is higher; see `CompactPriority`. */
  compactPriority: number = CompactPriority.SYNC_LIGHT;
  /** `AllocFlag`s: what the request may do by now. */
  flags: number;
  readonly memory: Memory;
  readonly gfp: number;
  readonly order: number;
  readonly migratetype: number;
  readonly highest: number;
  private readonly task: number;
  private readonly costly: boolean;
  /** The kernel would go on for ever: such a request gets at the reserves first. */
  private readonly mustNotFail: boolean;
  private readonly mayCompact: boolean;
  private first = true;
  private compactResult: number = CompactResult.SKIPPED;
  private compactRetries = 0;
  private idleRounds = 0;
  private progress = false;

  constructor(memory: Memory, gfp: number, order: number, migratetype: number, highest: number, task: number) {
    this.memory = memory;
    this.gfp = gfp;
    this.order = order;
    this.migratetype = migratetype;
    this.highest = highest;
    this.task = task;
    this.costly = order > COSTLY_ORDER;
    this.mustNotFail = (gfp & __GFP_NOFAIL) !== 0;
    this.mayCompact = (gfp & __GFP_IO) !== 0;
    this.flags = slowFlags(memory, gfp, order, task);
  }

  /** Begins; every method returns what is to be done next. */
  start(): SlowPathStep {
    const { memory, gfp, order, highest } = this;
    wakeKswapds(memory, gfp, order, highest);
    if (memory.zonelists[highest]!.length === 0) return SlowPathStep.REFUSED;
    if (this.walk(this.flags)) return SlowPathStep.SERVED;
    const worthIt = this.costly || (order > 0 && this.migratetype !== Migratetype.MOVABLE);
    if (this.mayCompact && worthIt && reserveFlags(memory, gfp, this.task, this.flags) === 0) {
      this.compactPriority = CompactPriority.ASYNC;
      return SlowPathStep.COMPACT;
    }
    this.first = false;
    return this.retry();
  }

  /** The result of a {@link SlowPathStep.COMPACT}, one of `CompactResult`. */
  compacted(result: number): SlowPathStep {
    this.compactResult = result;
    if (result !== CompactResult.SKIPPED) {
      const served = this.walk(this.flags);
      noteAttempt(this.memory, this.order, this.pfn);
      if (served) return SlowPathStep.SERVED;
    }
    if (!this.first) return this.afterCompaction();
    this.first = false;
    if (!this.costly || (this.gfp & __GFP_NORETRY) === 0) {
      this.compactPriority = CompactPriority.SYNC_LIGHT;
      return this.retry();
    }
    if (result === CompactResult.SKIPPED || result === CompactResult.DEFERRED || (this.gfp & __GFP_THISNODE) !== 0) return this.refused();
    return this.retry();
  }

  /** How many pages a {@link SlowPathStep.RECLAIM} made free. */
  reclaimed(pages: number): SlowPathStep {
    this.progress = pages > 0;
    if (this.progress && this.walkAfterReclaim()) return SlowPathStep.SERVED;
    if (this.order > 0 && this.mayCompact) return SlowPathStep.COMPACT;
    return this.afterCompaction();
  }

  /** Did an {@link SlowPathStep.OOM} change anything? */
  forced(progress: boolean): SlowPathStep {
    if (this.mustNotFail && this.walk(AllocFlag.NO_WATERMARKS | AllocFlag.CPUSET)) return SlowPathStep.SERVED;
    return this.afterLastResort(progress);
  }

  private afterLastResort(progress: boolean): SlowPathStep {
    const victim = (this.task & TaskFlag.OOM_VICTIM) !== 0;
    if (victim && ((this.flags & AllocFlag.OOM) !== 0 || (this.gfp & __GFP_NOMEMALLOC) !== 0)) return this.refused();
    if (!progress) return this.refused();
    this.idleRounds = 0;
    return this.retry();
  }

  /** Memory was added. */
  grown(): SlowPathStep {
    this.idleRounds = 0;
    return this.retry();
  }

  private retry(): SlowPathStep {
    const { memory, gfp } = this;
    wakeKswapds(memory, gfp, this.order, this.highest);
    const reserves = reserveFlags(memory, gfp, this.task, this.flags);
    if (reserves !== 0) this.flags = reserves;
    if (this.walk(this.flags)) return SlowPathStep.SERVED;
    // The task that frees memory must not wait for memory to be freed.
    if ((gfp & __GFP_DIRECT_RECLAIM) === 0 || (this.task & TaskFlag.MEMALLOC) !== 0) return this.refused();
    return SlowPathStep.RECLAIM;
  }

  /** Source: mm/page_alloc.c, __alloc_pages_direct_reclaim(), v6.12. */
  private walkAfterReclaim(): boolean {
    if (this.walk(this.flags)) return true;
    const { memory } = this;
    unreserveHighatomic(memory, memory.zonelists[this.highest]!, this.migratetype, false);
    for (const zone of memory.zones) drainZone(memory, zone);
    return this.walk(this.flags);
  }

  private afterCompaction(): SlowPathStep {
    const { gfp } = this;
    if ((gfp & __GFP_NORETRY) !== 0) return this.refused();
    if (this.costly && (!this.mayCompact || (gfp & __GFP_RETRY_MAYFAIL) === 0)) return this.refused();
    if (this.shouldRetryReclaim()) return this.retry();
    if (this.progress && this.mayCompact && this.shouldRetryCompaction()) return this.retry();
    return this.lastResort();
  }

  /** Source: mm/page_alloc.c, should_reclaim_retry(), v6.12. */
  private shouldRetryReclaim(): boolean {
    const { memory, order, highest, flags } = this;
    if (this.progress && !this.costly) this.idleRounds = 0;
    else this.idleRounds++;
    const zones = memory.zonelists[highest]!;
    if (this.idleRounds <= MAX_RECLAIM_RETRIES) {
      for (const zone of zones) {
        const free = zone.exactFreePages();
        const available = free + memory.reclaimablePages(zone, free);
        if (memory.rules.check(zone, order, zone.minPages + zone.boostPages, highest, flags, available, null)) return true;
      }
    }
    return unreserveHighatomic(memory, zones, this.migratetype, true);
  }

  /** Source: mm/page_alloc.c, should_compact_retry(), v6.12. */
  private shouldRetryCompaction(): boolean {
    if (this.order === 0) return false;
    if (this.compactResult === CompactResult.SKIPPED) return mightCompact(this.memory, this.order, this.highest);
    if (this.compactResult === CompactResult.SUCCESS) {
      this.compactRetries++;
      if (this.compactRetries <= (this.costly ? MAX_COMPACT_RETRIES / 4 : MAX_COMPACT_RETRIES)) return true;
    }
    const heaviest = this.costly ? CompactPriority.SYNC_LIGHT : CompactPriority.SYNC_FULL;
    if (this.compactPriority <= heaviest) return false;
    this.compactPriority--;
    this.compactRetries = 0;
    return true;
  }

  /** Source: mm/page_alloc.c, __alloc_pages_may_oom(), v6.12. */
  private lastResort(): SlowPathStep {
    const { memory, gfp } = this;
    if (this.walk(AllocFlag.WMARK_HIGH | AllocFlag.CPUSET)) return SlowPathStep.SERVED;
    const mayKill = (this.task & TaskFlag.DUMPCORE) === 0 && !this.costly
      && (gfp & (__GFP_RETRY_MAYFAIL | __GFP_THISNODE)) === 0 && this.highest >= memory.normalRank;
    return mayKill ? SlowPathStep.OOM : this.afterLastResort(false);
  }

  /** Source: mm/page_alloc.c, __alloc_pages_slowpath(), `nopage`, and __alloc_pages_cpuset_fallback(), v6.12. */
  private refused(): SlowPathStep {
    return this.mustNotFail && this.walk(AllocFlag.MIN_RESERVE | AllocFlag.CPUSET) ? SlowPathStep.SERVED : SlowPathStep.REFUSED;
  }

  private walk(flags: number): boolean {
    this.pfn = walkTraced(this.memory, this.gfp, this.order, this.migratetype, this.highest, flags);
    return this.pfn !== NO_PAGE;
  }
}
