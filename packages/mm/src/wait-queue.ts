import { NO_PAGE } from '@nopage/buddy';
import { __GFP_KSWAPD_RECLAIM, __GFP_NOFAIL, __GFP_NORETRY, __GFP_RETRY_MAYFAIL, __GFP_THISNODE } from '@nopage/gfp';
import type { AbortSignalLike } from './abort-signal.js';
import { awaitSlowPath } from './direct-reclaim.js';
import { refusalOf, type Outcome } from './failure.js';
import { walkFreelists } from './freelist-walk.js';
import type { Memory } from './memory.js';
import type { FaultPoint } from './options.js';
import { drainZone } from './pcp-lists.js';
import { COSTLY_ORDER } from './per-cpu-lists.js';
import { highestZone } from './request.js';
import { SlowPath } from './slow-path.js';

interface Waiter {
  readonly gfp: number;
  readonly order: number;
  readonly highest: number;
  readonly flags: number;
  readonly resolve: (outcome: Outcome) => void;
}

/** Requests that wait for memory to be freed, first come first served; a request never overtakes one before it. */
export class WaitQueue {
  private readonly memory: Memory;
  private readonly waiters: Waiter[] = [];
  private serving = false;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  get length(): number {
    return this.waiters.length;
  }

  /** Serves a request now, after reclaim, or in its turn. */
  async alloc(gfp: number, order: number, signal: AbortSignalLike | undefined, fault: FaultPoint | null): Promise<Outcome> {
    const { memory } = this;
    const highest = highestZone(memory, gfp);
    if (order > memory.maxOrder) return refusalOf(memory, gfp, order, highest, 'order-too-large');
    if (isAborted(signal)) return refusalOf(memory, gfp, order, highest, 'aborted');
    if (fault?.shouldFail(gfp, order) === true) return refusalOf(memory, gfp, order, highest, 'injected');
    const migratetype = gfp >> 3 & 3;
    if (this.waiters.length === 0) {
      const pfn = walkFreelists(memory, gfp, order, migratetype, highest, memory.fastFlags[highest]! | (gfp & __GFP_KSWAPD_RECLAIM));
      if (pfn !== NO_PAGE) return { ok: true, pfn };
    }
    const path = new SlowPath(memory, gfp, order, migratetype, highest, memory.task);
    if (this.waiters.length === 0 && (await awaitSlowPath(memory, path, signal))) return { ok: true, pfn: path.pfn };
    if (isAborted(signal)) return refusalOf(memory, gfp, order, highest, 'aborted');
    if (!this.mayWait(gfp, order, highest)) return refusalOf(memory, gfp, order, highest, null);
    return this.wait(gfp, order, highest, signal);
  }

  /** Serves those whose turn it is; called whenever memory came back. */
  serve(): void {
    if (this.serving) return;
    this.serving = true;
    const { memory } = this;
    for (const zone of memory.zones) drainZone(memory, zone);
    while (this.waiters.length > 0) {
      const { gfp, order, highest, flags, resolve } = this.waiters[0]!;
      const pfn = walkFreelists(memory, gfp, order, gfp >> 3 & 3, highest, flags);
      if (pfn === NO_PAGE) break;
      this.waiters.shift();
      resolve({ ok: true, pfn });
    }
    this.serving = false;
  }

  /** Small requests are not refused for want of memory unless they say so; no request waits for what no zone can hold. */
  private mayWait(gfp: number, order: number, highest: number): boolean {
    if (!this.memory.zonelists[highest]!.some((zone) => zone.managedPages >= 2 ** order)) return false;
    if ((gfp & __GFP_NOFAIL) !== 0) return true;
    return order <= COSTLY_ORDER && (gfp & (__GFP_NORETRY | __GFP_RETRY_MAYFAIL | __GFP_THISNODE)) === 0;
  }

  private wait(gfp: number, order: number, highest: number, signal: AbortSignalLike | undefined): Promise<Outcome> {
    const { memory } = this;
    return new Promise((resolve) => {
      const abort = (): void => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        resolve(refusalOf(memory, gfp, order, highest, 'aborted'));
        this.serve();
      };
      const waiter: Waiter = {
        gfp, order, highest,
        flags: memory.rules.allocFlags(gfp, order, false),
        resolve: (outcome) => {
          signal?.removeEventListener('abort', abort);
          resolve(outcome);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.waiters.push(waiter);
    });
  }
}

function isAborted(signal: AbortSignalLike | undefined): boolean {
  return signal?.aborted === true;
}
