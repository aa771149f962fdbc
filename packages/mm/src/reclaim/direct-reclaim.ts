import { __GFP_NORETRY } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import { drainZone } from '../pcp/pcp-lists.js';
import { TaskFlag } from '../request/task.js';
import { VmEvent } from '../zones/vm-counters.js';
import type { AbortSignalLike } from './abort-signal.js';
import { compactZones } from './compaction.js';
import { SWAP_CLUSTER_MAX } from './shrinkers.js';
import { SlowPathStep, type SlowPath } from './slow-path.js';

/**
 * Frees memory by force for a request that nothing else helped; says whether it did. What came back is counted: an
 * empty promise is a no.
 */
export type OutOfMemory = (gfp: number, order: number) => boolean;

/**
 * Adds memory, by `addMemory`, for a request that may wait and did not forbid to try hard; says whether any came. Asked
 * again when that did not do, so a no must come in the end.
 */
export type GrowMemory = (gfp: number, order: number) => boolean;

/** Drives a request's slow path to its end without waiting; shrinkers that answer later are passed over. */
export function runSlowPath(memory: Memory, path: SlowPath): boolean {
  let step = path.start();
  for (;;) {
    switch (step) {
      case SlowPathStep.SERVED: return true;
      case SlowPathStep.REFUSED:
        if (!grow(memory, path)) return false;
        step = path.grown();
        break;
      case SlowPathStep.COMPACT: step = path.compacted(compact(memory, path)); break;
      case SlowPathStep.OOM: step = grow(memory, path) ? path.grown() : path.forced(outOfMemory(memory, path)); break;
      case SlowPathStep.RECLAIM: {
        const before = beginReclaim(memory, path);
        const task = memory.task;
        memory.task = task | TaskFlag.MEMALLOC;
        try {
          memory.shrinkers?.scan(SWAP_CLUSTER_MAX);
        } finally {
          memory.task = task;
        }
        step = path.reclaimed(endReclaim(memory, path, before));
      }
    }
  }
}

/** As {@link runSlowPath}, waiting for every shrinker. */
export async function awaitSlowPath(memory: Memory, path: SlowPath, signal: AbortSignalLike | undefined): Promise<boolean> {
  let step = path.start();
  for (;;) {
    switch (step) {
      case SlowPathStep.SERVED: return true;
      case SlowPathStep.REFUSED:
        if (signal?.aborted === true || !grow(memory, path)) return false;
        step = path.grown();
        break;
      case SlowPathStep.COMPACT: step = path.compacted(compact(memory, path)); break;
      case SlowPathStep.OOM: step = grow(memory, path) ? path.grown() : path.forced(outOfMemory(memory, path)); break;
      case SlowPathStep.RECLAIM: {
        if (signal?.aborted === true) return false;
        const before = beginReclaim(memory, path);
        await memory.shrinkers?.scanAll(SWAP_CLUSTER_MAX);
        step = path.reclaimed(endReclaim(memory, path, before));
      }
    }
  }
}

function compact(memory: Memory, path: SlowPath): number {
  return compactZones(memory, path.gfp, path.order, path.highest, path.flags, path.compactPriority, memory.movePages);
}

function grow({ growMemory }: Memory, { gfp, order }: SlowPath): boolean {
  return growMemory !== null && (gfp & __GFP_NORETRY) === 0 && growMemory(gfp, order);
}

function outOfMemory(memory: Memory, path: SlowPath): boolean {
  if (memory.outOfMemory === null) return false;
  memory.vm[VmEvent.OOM_KILL]!++;
  const before = unusedPages(memory);
  const progress = memory.outOfMemory(path.gfp, path.order);
  for (const zone of memory.zones) drainZone(memory, zone);
  return progress && unusedPages(memory) > before;
}

function beginReclaim(memory: Memory, path: SlowPath): number {
  if (memory.trace !== null) memory.trace.reclaimBegin?.(path.order, path.gfp);
  memory.vm[VmEvent.ALLOCSTALL + path.highest]!++;
  if (memory.shrinkers !== null) memory.vm[VmEvent.PGSCAN_DIRECT]! += SWAP_CLUSTER_MAX;
  return unusedPages(memory);
}

/**
 * Pages that came back since: what was freed counts, not what a shrinker says.
 * Source: mm/vmscan.c, do_try_to_free_pages(), v6.12: a pass over some groups that freed nothing is made again over all.
 */
function endReclaim(memory: Memory, path: SlowPath, before: number): number {
  const pages = Math.max(0, unusedPages(memory) - before);
  if (pages === 0 && memory.profile.countsFruitlessReclaimTwice) memory.vm[VmEvent.ALLOCSTALL + path.highest]!++;
  memory.vm[VmEvent.PGSTEAL_DIRECT]! += pages;
  if (memory.trace !== null) memory.trace.reclaimEnd?.(pages);
  return pages;
}

/** Pages that nobody holds: free, or on a per-CPU list. */
export function unusedPages(memory: Memory): number {
  let pages = 0;
  for (const zone of memory.zones) pages += zone.exactFreePages() + (zone.pcp?.count ?? 0);
  return pages;
}

