import { NO_PAGE, STATE } from '@nopage/buddy';
import { __GFP_KSWAPD_RECLAIM, __GFP_NOFAIL, mayWait, Migratetype, type FailureEvent, type GfpWord, type RefusalReason } from '@nopage/gfp';
import { MmError } from './errors.js';
import { eventOf, refusalOf, type Outcome, type Refusal } from './failure/failure.js';
import { captureOrigin } from './failure/origin.js';
import { freeBlock } from './free/free-block.js';
import type { Memory } from './memory.js';
import type { SeamOptions } from './options.js';
import { keepBlock, takeKeptBlock } from './pcp/pcp-lists.js';
import { runSlowPath } from './reclaim/direct-reclaim.js';
import { SlowPath, slowPathAtomic } from './reclaim/slow-path.js';
import { WaitQueue } from './reclaim/wait-queue.js';
import { assertRequest, highestZone } from './request/assert-request.js';
import { injects, type FaultPoint } from './request/fault-point.js';
import { walkFreelists } from './request/freelist-walk.js';
import type { Zone } from './zones/zone.js';
import { zoneOf } from './zones/zonelist.js';

// Copies: V8 folds a module's own constants into compiled code, but loads an imported one at each use.
const { HELD } = STATE;
const { HIGHATOMIC } = Migratetype;
const keep = keepBlock;
const takeKept = takeKeptBlock;

/** A request that may fail: everything that `alloc` can honour. */
export type MayFail = GfpWord<{ readonly wait: boolean; readonly nofail: false }>;

/** Single blocks: asked for, refused, given back. `PageAllocator` is what it is part of. */
export class BlockRequests {
  protected readonly memory: Memory;
  protected readonly fault: FaultPoint | null;
  protected readonly onFailure: ((event: FailureEvent) => void) | null;
  protected readonly clock: (() => number) | null;
  protected readonly siteOf: (() => string | null) | null;
  protected readonly queue: WaitQueue;
  /** The last word that could take the short way, its zone and its migratetype: most requests are like the one before. */
  private word = 0;
  private zone: Zone | null = null;
  private migratetype = 0;
  /** The zone of the last frame that came back, if its free pages are counted at once. */
  private near: Zone | null = null;
  /** Why the request that is being refused is; null: its zones tell. */
  private reason: RefusalReason | null = null;

  protected constructor(memory: Memory, { fault, onFailure, clock, siteOf }: SeamOptions) {
    this.memory = memory;
    this.fault = fault ?? null;
    this.onFailure = onFailure ?? null;
    this.clock = clock ?? null;
    this.siteOf = siteOf ?? null;
    this.queue = new WaitQueue(memory);
    memory.onLanesLaid = () => {
      this.zone = null;
      this.near = null;
    };
  }

  /**
   * Takes a block of `2 ** order` pages. Never waits: a word with leave to sleep has shrinkers asked and movable pages
   * moved, but only those that answer at once.
   *
   * @param gfp - Flag word in the numbering of the profile's era.
   * @param order - From 0; one above the largest is refused, as the kernel does.
   * @returns The block's first frame, aligned to its size, or {@link NO_PAGE}; `onFailure` has been told then.
   * @throws {MmError} `BAD_GFP`, `ORDER_RANGE`.
   */
  alloc(gfp: MayFail, order = 0): number {
    const pfn = this.request(gfp, order);
    return pfn < 0 ? this.failed(gfp, order) : pfn;
  }

  /**
   * As {@link alloc}, with the reason in the result.
   *
   * @throws {MmError} `BAD_GFP`, `ORDER_RANGE`.
   */
  tryAlloc(gfp: MayFail, order = 0): Outcome {
    const pfn = this.request(gfp, order);
    if (pfn !== NO_PAGE) return { ok: true, pfn };
    const refusal = this.refusal(gfp, order);
    this.report(refusal, 'tryAlloc');
    return refusal;
  }

  /**
   * Takes a block on behalf of a task: what a recording needs beyond {@link alloc}. `gfp` is any word of the era.
   *
   * @param task - Bits of `TaskFlag`.
   */
  allocAs(gfp: number, order: number, task: number): number {
    const { memory } = this;
    const { task: own } = memory;
    memory.task = task;
    try {
      const pfn = (gfp & __GFP_NOFAIL) === 0 ? this.request(gfp, order) : this.requestWithCare(gfp, order, 'replayed');
      return pfn < 0 ? this.failed(gfp, order, 'allocAs') : pfn;
    } finally {
      memory.task = own;
    }
  }

  /**
   * Gives a block back.
   *
   * @param pfn - A frame that was returned for this order and is still held.
   * @throws {MmError} `FOREIGN_FRAME` when it is in no zone; `MisuseError` of `@nopage/buddy` (`DOUBLE_FREE`,
   *   `WRONG_ORDER`, `INSIDE_BLOCK`, ...) otherwise. Nothing has changed then.
   */
  free(pfn: number, order = 0): void {
    const zone = this.near;
    if (zone !== null) {
      const { buddy, pcp } = zone;
      const frame = pfn - buddy.basePfn;
      if ((frame >>> 0) < buddy.span && (order >>> 0) < buddy.pageblockOrder && buddy.state[frame]! - HELD === order) {
        const blockType = buddy.blockTypes[frame >> buddy.pageblockOrder]!;
        if (blockType < HIGHATOMIC) {
          if (pcp === null) {
            buddy.put(frame, order, blockType);
            zone.freePages += 1 << order;
            return;
          }
          if (keep(this.memory, zone, pcp, pfn, order, blockType)) return;
        }
      }
    }
    this.freeSlowly(pfn, order);
  }

  /** Why {@link alloc} just gave nothing: for the same request, before any other call. @throws {MmError} `BAD_GFP`. */
  refusal(gfp: number, order: number): Refusal {
    return refusalOf(this.memory, gfp, order, highestZone(this.memory, gfp), this.reason);
  }

  /**
   * A request's way to its frame. What has to be decided takes the long way, and so does whoever is attended.
   *
   * Written out, and short: below 460 bytes of bytecode V8 puts it into the loop that calls it.
   */
  protected request(gfp: number, order: number): number {
    const { zone, fault, migratetype } = this;
    if (zone === null || gfp !== this.word || (order >>> 0) > zone.maxOrder || order !== (order | 0)) return this.requestAnew(gfp, order);
    // `injects`, written out.
    if (fault !== null && fault.armed !== false && fault.shouldFail(gfp, order)) return this.refuse('injected');
    // The short way. With plenty free the request would pass each rule of each era, and be given this very block.
    const size = 1 << order;
    if (zone.freePages - size >= zone.plentyPages) {
      const { pcp } = zone;
      const pfn = pcp === null ? zone.buddy.takeSmallest(order, migratetype) : takeKept(zone, pcp, order, migratetype);
      if (pfn >= 0) {
        if (pcp === null) zone.freePages -= size;
        zone.allocatedPages += size;
        return pfn;
      }
    }
    return this.requestSlowly(gfp, order);
  }

  private requestAnew(gfp: number, order: number): number {
    const { memory } = this;
    const zone = memory.lanes[gfp & 31] as Zone | null;
    if (zone === null || (gfp & memory.suspectBits) !== 0 || gfp !== (gfp | 0) || (order >>> 0) > zone.maxOrder || order !== (order | 0)) {
      return this.requestWithCare(gfp, order, 'at-once');
    }
    this.word = gfp;
    this.zone = zone;
    this.migratetype = gfp >> 3 & 3;
    return this.request(gfp, order);
  }

  private requestWithCare(gfp: number, order: number, how: 'at-once' | 'replayed'): number {
    assertRequest(this.memory, gfp, order, how);
    if (order <= this.memory.maxOrder && injects(this.fault, gfp, order)) return this.refuse('injected');
    return this.requestSlowly(gfp, order);
  }

  private requestSlowly(gfp: number, order: number): number {
    const { memory } = this;
    if (order > memory.maxOrder) return this.refuse('order-too-large');
    const highest = memory.zoneOfBits[gfp & 15]!;
    const migratetype = gfp >> 3 & 3;
    let pfn = walkFreelists(memory, gfp, order, migratetype, highest, memory.fastFlags[highest]! | (gfp & __GFP_KSWAPD_RECLAIM));
    if (pfn === NO_PAGE) pfn = this.requestFromReserves(gfp, order, migratetype, highest);
    if (pfn !== NO_PAGE && memory.movePages !== null) this.noteMovable(pfn, gfp, order);
    return pfn;
  }

  private requestFromReserves(gfp: number, order: number, migratetype: number, highest: number): number {
    const { memory } = this;
    const { task } = memory;
    let pfn: number;
    if (mayWait(gfp)) {
      const path = new SlowPath(memory, gfp, order, migratetype, highest, task);
      pfn = runSlowPath(memory, path) ? path.pfn : NO_PAGE;
    } else {
      pfn = slowPathAtomic(memory, gfp, order, migratetype, highest, task);
    }
    return pfn === NO_PAGE ? this.refuse(null) : pfn;
  }

  protected refuse(reason: RefusalReason | null): number {
    this.reason = reason;
    return NO_PAGE;
  }

  protected failed(gfp: number, order: number, above: 'alloc' | 'allocAs' | 'allocBulk' = 'alloc'): number {
    if (this.onFailure !== null) this.report(this.refusal(gfp, order), above);
    return NO_PAGE;
  }

  private report(refusal: Refusal, above: 'alloc' | 'tryAlloc' | 'allocAs' | 'allocBulk'): void {
    if (this.onFailure === null) return;
    const origin = captureOrigin(this, above, this.siteOf?.() ?? null);
    this.onFailure(eventOf(this.memory, refusal, this.clock?.() ?? null, origin));
  }

  private freeSlowly(pfn: number, order: number): void {
    const { memory } = this;
    const zone = this.findZone(pfn, order);
    freeBlock(memory, zone, pfn, order);
    if (memory.movePages !== null) zone.movable?.clear(pfn, 1 << order);
    if (memory.waiting > 0) this.queue.serve();
  }

  /** The zone of a frame; the next call looks there first. @throws {MmError} `FOREIGN_FRAME`. */
  protected findZone(pfn: number, order: number): Zone {
    const zone = zoneOf(this.memory, pfn);
    if (zone === null) throw new MmError('FOREIGN_FRAME', `frame ${pfn} is in no zone`, { pfn, order });
    if (!this.memory.attended && zone.freeDiffThreshold === 0) this.near = zone;
    return zone;
  }

  protected noteMovable(pfn: number, gfp: number, order: number): void {
    if (this.memory.movePages !== null && (gfp >> 3 & 3) === Migratetype.MOVABLE) zoneOf(this.memory, pfn)?.movable?.set(pfn, 1 << order);
  }
}
