import type { Memory } from '../memory.js';
import { TaskFlag } from '../request/task.js';
import { VmEvent } from '../zones/vm-counters.js';
import { ZoneFlag, type Zone } from '../zones/zone.js';
import { unusedPages } from './direct-reclaim.js';
import { SWAP_CLUSTER_MAX } from './shrinkers.js';

/** What one run of kswapd did. */
export interface KswapdRun {
  /** Pages that came back. */
  readonly pages: number;
  /** Is every watermark kept that kswapd was woken for? False: there was nothing left to reclaim. */
  readonly balanced: boolean;
}

/**
 * Reclaims until a zone of the requests that woke kswapd is above its high watermark, with its boost, and works off the
 * boosts. What comes back meanwhile stays on per-CPU lists in small amounts only.
 * Source: mm/vmscan.c, balance_pgdat(), set_reclaim_active() and pgdat_balanced(), v6.12.
 */
export function runKswapd(memory: Memory): KswapdRun {
  const zones = memory.zonelists[memory.kswapdHighest] ?? [];
  for (const zone of zones) zone.flags |= ZoneFlag.RECLAIM_ACTIVE;
  try {
    return balance(memory, zones);
  } finally {
    for (const zone of zones) zone.flags &= ~ZoneFlag.RECLAIM_ACTIVE;
  }
}

function balance(memory: Memory, zones: readonly Zone[]): KswapdRun {
  const { kswapdOrder, kswapdHighest } = memory;
  const boosts = zones.map((zone) => zone.boostPages);
  let owed = boosts.reduce((sum, pages) => sum + pages, 0);
  let pages = 0;
  memory.vm[VmEvent.PAGEOUTRUN]!++;
  for (;;) {
    const balanced = zones.some((zone) => isBalanced(memory, zone, kswapdOrder, kswapdHighest));
    // Being short comes first; the boost is part of the mark then.
    if (!balanced) owed = 0;
    else if (owed <= 0) break;
    const freed = shrinkOnce(memory);
    if (freed === 0) {
      if (balanced) break;
      workOff(zones, boosts);
      return { pages, balanced: false };
    }
    pages += freed;
    owed -= freed;
  }
  workOff(zones, boosts);
  memory.kswapdWanted = false;
  memory.kswapdOrder = memory.kswapdHighest = 0;
  return { pages, balanced: true };
}

function isBalanced(memory: Memory, zone: Zone, order: number, highest: number): boolean {
  return memory.rules.check(zone, order, zone.highPages + zone.boostPages, highest, 0, zone.exactFreePages(), null);
}

function workOff(zones: readonly Zone[], boosts: readonly number[]): void {
  zones.forEach((zone, i) => {
    zone.boostPages -= Math.min(zone.boostPages, boosts[i]!);
    zone.settle();
  });
}

function shrinkOnce(memory: Memory): number {
  if (memory.shrinkers === null) return 0;
  const before = unusedPages(memory);
  memory.vm[VmEvent.PGSCAN_KSWAPD]! += SWAP_CLUSTER_MAX;
  const task = memory.task;
  memory.task = task | TaskFlag.MEMALLOC;
  try {
    memory.shrinkers.scan(SWAP_CLUSTER_MAX);
  } finally {
    memory.task = task;
  }
  const freed = Math.max(0, unusedPages(memory) - before);
  memory.vm[VmEvent.PGSTEAL_KSWAPD]! += freed;
  return freed;
}
