import { NO_PAGE } from '@nopage/buddy';
import { __GFP_KSWAPD_RECLAIM, __GFP_NOFAIL, __GFP_NORETRY, __GFP_RETRY_MAYFAIL, __GFP_THISNODE, AllocFlag } from '@nopage/gfp';
import { refusalOf, type Outcome } from '../failure/failure.js';
import { freeBlock } from '../free/free-block.js';
import type { Memory } from '../memory.js';
import { drainZone } from '../pcp/pcp-lists.js';
import { COSTLY_ORDER } from '../pcp/per-cpu-lists.js';
import { highestZone } from '../request/assert-request.js';
import { injects, type FaultPoint } from '../request/fault-point.js';
import { walkFreelists } from '../request/freelist-walk.js';
import { zoneOf } from '../zones/zonelist.js';
import type { AbortSignalLike } from './abort-signal.js';
import { awaitSlowPath } from './direct-reclaim.js';
import { SlowPath } from './slow-path.js';

interface Waiter {
  readonly gfp: number;
  readonly order: number;
  readonly highest: number;
  readonly signal: AbortSignalLike | undefined;
  /** Has it been through its slow path? From then on only freed memory can help. */
  tried: boolean;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Requests that wait for memory, first come first served: only the first reclaims, and is served before any other.
 * Requests that may be refused don't queue: they try, and go.
 */
export class WaitQueue {
  private readonly memory: Memory;
  private readonly waiters: Waiter[] = [];
  private advancing = false;
  private serving = false;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** Serves a request now, after reclaim, or in its turn. */
  async alloc(gfp: number, order: number, signal: AbortSignalLike | undefined, fault: FaultPoint | null): Promise<Outcome> {
    const { memory } = this;
    const highest = highestZone(memory, gfp);
    if (order > memory.maxOrder) return refusalOf(memory, gfp, order, highest, 'order-too-large');
    if (signal?.aborted === true) return refusalOf(memory, gfp, order, highest, 'aborted');
    if (injects(fault, gfp, order)) return refusalOf(memory, gfp, order, highest, 'injected');
    const queues = this.mayWait(gfp, order, highest);
    if (!queues || this.waiters.length === 0) {
      const pfn = walkFreelists(memory, gfp, order, gfp >> 3 & 3, highest, memory.fastFlags[highest]! | (gfp & __GFP_KSWAPD_RECLAIM));
      if (pfn !== NO_PAGE) return { ok: true, pfn };
    }
    if (queues) return this.wait(gfp, order, highest, signal);
    const path = new SlowPath(memory, gfp, order, gfp >> 3 & 3, highest, memory.task);
    if (await awaitSlowPath(memory, path, signal)) return { ok: true, pfn: path.pfn };
    return refusalOf(memory, gfp, order, highest, isAborted(signal) ? 'aborted' : null);
  }

  /** Serves those whose turn it is; called whenever memory came back. */
  serve(): void {
    if (this.serving) return;
    this.serving = true;
    const { memory } = this;
    for (const zone of memory.zones) drainZone(memory, zone);
    for (let head = this.waiters[0]; head?.tried === true; head = this.waiters[0]) if (!this.serveOne(head)) break;
    this.serving = false;
    if (this.waiters[0]?.tried === false) void this.advance();
  }

  /** Is the first served, or out of the way? What goes wrong is for whoever waits, not for whoever gave memory back. */
  private serveOne(head: Waiter): boolean {
    const { memory } = this;
    const { gfp, order, highest } = head;
    const reserve = (gfp & __GFP_NOFAIL) !== 0 ? AllocFlag.MIN_RESERVE : 0;
    try {
      const pfn = walkFreelists(memory, gfp, order, gfp >> 3 & 3, highest, memory.rules.allocFlags(gfp, order, false) | reserve);
      if (pfn === NO_PAGE) return false;
      this.settle(head, { ok: true, pfn });
    } catch (error) {
      this.remove(head);
      head.reject(error);
    }
    return true;
  }

  /** Small requests are not refused for want of memory unless they say so; no request waits for what no zone can hold. */
  private mayWait(gfp: number, order: number, highest: number): boolean {
    if (!this.memory.zonelists[highest]!.some((zone) => zone.managedPages >= 2 ** order)) return false;
    if ((gfp & __GFP_NOFAIL) !== 0) return true;
    return order <= COSTLY_ORDER && (gfp & (__GFP_NORETRY | __GFP_RETRY_MAYFAIL | __GFP_THISNODE)) === 0;
  }

  private wait(gfp: number, order: number, highest: number, signal: AbortSignalLike | undefined): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.settle(waiter, refusalOf(this.memory, gfp, order, highest, 'aborted'));
        this.serve();
      };
      const waiter: Waiter = {
        gfp, order, highest, signal, tried: false, reject,
        resolve: (outcome) => {
          signal?.removeEventListener('abort', abort);
          resolve(outcome);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.waiters.push(waiter);
      this.noteLength();
      void this.advance();
    });
  }

  /** Takes the first through its slow path, if it has not been, and then the next. */
  private async advance(): Promise<void> {
    if (this.advancing) return;
    this.advancing = true;
    for (let head = this.waiters[0]; head?.tried === false; head = this.waiters[0]) await this.tryOne(head);
    this.advancing = false;
    // What was freed while the first was on its way might do.
    if (this.waiters.length > 0) this.serve();
  }

  private async tryOne(head: Waiter): Promise<void> {
    const { memory } = this;
    const { gfp, order, highest, signal } = head;
    const path = new SlowPath(memory, gfp, order, gfp >> 3 & 3, highest, memory.task);
    try {
      const served = await awaitSlowPath(memory, path, signal);
      head.tried = true;
      if (!served) return;
      if (this.waiters[0] === head) this.settle(head, { ok: true, pfn: path.pfn });
      else freeBlock(memory, zoneOf(memory, path.pfn)!, path.pfn, order);
    } catch (error) {
      // A shrinker threw: that is for whoever asked.
      head.tried = true;
      this.remove(head);
      head.reject(error);
    }
  }

  private settle(waiter: Waiter, outcome: Outcome): void {
    this.remove(waiter);
    waiter.resolve(outcome);
  }

  private remove(waiter: Waiter): void {
    const at = this.waiters.indexOf(waiter);
    if (at >= 0) this.waiters.splice(at, 1);
    this.noteLength();
  }

  private noteLength(): void {
    this.memory.waiting = this.waiters.length;
    this.memory.layLanes();
  }
}

function isAborted(signal: AbortSignalLike | undefined): boolean {
  return signal?.aborted === true;
}
