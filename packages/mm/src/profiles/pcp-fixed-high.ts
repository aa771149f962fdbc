import { COSTLY_ORDER } from '../pcp/per-cpu-lists.js';
import { ZoneFlag } from '../zones/zone.js';
import type { PcpTuning } from './profile.js';

/** Largest left shift of a batch. Source: mm/Kconfig, PCP_BATCH_SCALE_MAX, v6.12; ported back to 6.1. */
const SCALE_MAX = 5;

/** Lists with one fixed limit, whose returns double while nothing is requested. */
export const fixedHighPcp: PcpTuning = {
  keepsType: true,

  // mm/page_alloc.c, rmqueue_pcplist(), v6.1
  taken(pcp) {
    pcp.freeFactor >>= 1;
  },

  // mm/page_alloc.c, __rmqueue_pcplist(), v6.1
  refill: (pcp, _zone, order) => (pcp.batch > 1 ? Math.max(pcp.batch >> order, 2) : pcp.batch),

  // mm/page_alloc.c, free_unref_page_commit(), nr_pcp_high() and nr_pcp_free(), v6.1
  surplus(pcp, zone, order) {
    const freeHigh = pcp.freeFactor !== 0 && order !== 0 && order <= COSTLY_ORDER;
    const high = pcp.high === 0 || freeHigh ? 0
      : (zone.flags & ZoneFlag.RECLAIM_ACTIVE) !== 0 ? Math.min(pcp.batch << 2, pcp.high) : pcp.high;
    if (pcp.count < high) return -1;
    if (freeHigh) return pcp.count;
    const batch = pcp.batch;
    if (high < batch) return 1;
    const most = high - batch;
    const pages = batch << pcp.freeFactor;
    if (pages < most && pcp.freeFactor < SCALE_MAX) pcp.freeFactor++;
    return Math.min(Math.max(pages, batch), most);
  },

  drainPages: (pcp) => pcp.count,

  tunesHigh: false,
};
