import { COSTLY_ORDER, PcpFlag, type PerCpuLists } from '../pcp/per-cpu-lists.js';
import { ZoneFlag, type Zone } from '../zones/zone.js';
import type { PcpTuning } from './profile.js';

// Copies: V8 folds a module's own constants into compiled code, but loads an imported one at each use.
const { PREV_FREE_HIGH_ORDER, FREE_HIGH_BATCH } = PcpFlag;
const HIGHEST_CACHED = COSTLY_ORDER;

/** Largest left shift of a batch. Source: mm/Kconfig, PCP_BATCH_SCALE_MAX, v6.12. */
const SCALE_MAX = 5;

/**
 * Lists whose size follows demand between two bounds, whose refills double while nothing is freed, and whose returns
 * grow with the pages freed in a row.
 */
export const autoTunedPcp: PcpTuning = {
  keepsType: false,

  // mm/page_alloc.c, rmqueue_pcplist(), v6.12
  taken(pcp) {
    pcp.freeCount >>= 1;
  },

  // mm/page_alloc.c, nr_pcp_alloc(), v6.12
  refill(pcp, zone, order) {
    const base = pcp.batch;
    let high = bounded(pcp);
    if (high < base) return 1;
    let batch = order === 0 ? base << pcp.allocFactor : base;
    if (pcp.highMin !== pcp.highMax && (zone.flags & ZoneFlag.BELOW_HIGH) === 0) {
      high = pcp.high = Math.min(high + batch, pcp.highMax);
    }
    if (order === 0) {
      const most = Math.max(high - pcp.count - base, base);
      if (batch <= most && pcp.allocFactor < SCALE_MAX) pcp.allocFactor++;
      batch = Math.min(batch, most);
    }
    return batch > 1 ? Math.max(batch >> order, 2) : batch;
  },

  // mm/page_alloc.c, free_unref_page_commit(), v6.12
  surplus(pcp, zone, order) {
    pcp.allocFactor >>= 1;
    const batch = pcp.batch;
    const freeHigh = noteHighOrder(pcp, order);
    if (pcp.freeCount < batch << SCALE_MAX) pcp.freeCount += 1 << order;
    // Below a limit that is within its bounds, in a zone that is not short, nothing below would change anything.
    if (!freeHigh && zone.flags === 0 && pcp.count < pcp.high && pcp.high >= pcp.highMin && pcp.high <= pcp.highMax) return -1;
    const high = highNow(pcp, zone, freeHigh);
    if (pcp.count < high) return -1;
    // mm/page_alloc.c, nr_pcp_free(), v6.12
    if (freeHigh) return Math.min(pcp.count, batch << SCALE_MAX);
    return high < batch ? 1 : clamp(pcp.freeCount, batch, high - batch);
  },

  drainPages: (pcp) => pcp.batch << SCALE_MAX,

  tunesHigh: true,
};

/** Should a run of freed blocks of order 1 to 3 go back, rather than fragment what is kept? */
function noteHighOrder(pcp: PerCpuLists, order: number): boolean {
  if (order === 0 || order > HIGHEST_CACHED) {
    pcp.flags &= ~PREV_FREE_HIGH_ORDER;
    return false;
  }
  const freeHigh = pcp.freeCount >= pcp.batch
    && (pcp.flags & PREV_FREE_HIGH_ORDER) !== 0
    && ((pcp.flags & FREE_HIGH_BATCH) === 0 || pcp.count >= pcp.batch);
  pcp.flags |= PREV_FREE_HIGH_ORDER;
  return freeHigh;
}

/** Pages from which a free gives back, after `high` was tuned. Source: mm/page_alloc.c, nr_pcp_high(), v6.12. */
function highNow(pcp: PerCpuLists, zone: Zone, freeHigh: boolean): number {
  const { batch, highMin, highMax, freeCount } = pcp;
  const high = bounded(pcp);
  if (high === 0) return 0;
  if (freeHigh) {
    pcp.high = Math.max(high - (batch << SCALE_MAX), highMin);
    return 0;
  }
  if ((zone.flags & ZoneFlag.RECLAIM_ACTIVE) !== 0) {
    pcp.high = Math.max(high - Math.max(freeCount, batch), highMin);
    return Math.min(batch << 2, pcp.high);
  }
  if (highMin === highMax) return high;
  if ((zone.flags & ZoneFlag.BELOW_HIGH) !== 0) {
    pcp.high = Math.max(high - Math.max(freeCount, batch), highMin);
    return Math.max(pcp.count, highMin);
  }
  if (pcp.count >= high && pcp.high < freeCount + batch) pcp.high = clamp(freeCount + batch, highMin, highMax);
  return high;
}

function bounded(pcp: PerCpuLists): number {
  pcp.high = clamp(pcp.high, pcp.highMin, pcp.highMax);
  return pcp.high;
}

/** The kernel's: where the bounds are crossed, which a large min_free_kbytes can bring about, the upper one wins. */
function clamp(value: number, low: number, high: number): number {
  return value >= high ? high : value <= low ? low : value;
}
