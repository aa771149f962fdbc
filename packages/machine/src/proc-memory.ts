import { LIST_SHIFT, MIGRATETYPE_NAMES } from '@nopage/gfp';
import type { ProcMemory, ProcZone } from '@nopage/metrics/proc-text';
import type { AllocatorState, ZoneRecord } from '@nopage/mm';

/** Mobilities of a kernel without CMA and memory isolation. */
const MIGRATETYPES = 4;

/** What `/proc` shows beside the allocator's own state. */
export interface ProcContext {
  readonly pageblockOrder: number;
  /** Counters of the node (`nr_inactive_file`, ...), in printing order. */
  readonly node: Readonly<Record<string, number>>;
  /** Does this era print the promo watermark (from 6.2 on)? */
  readonly promo: boolean;
}

/** An allocator's state as `/proc/zoneinfo`, `buddyinfo` and `pagetypeinfo` show it: one node, one CPU. */
export function procMemoryOf(state: AllocatorState, context: ProcContext): ProcMemory {
  return {
    zones: state.zones.map((zone) => procZone(zone, context)),
    nodes: [context.node],
    pageblockOrder: context.pageblockOrder,
    migratetypes: MIGRATETYPES,
  };
}

function procZone(zone: ZoneRecord, context: ProcContext): ProcZone {
  const [min = 0, low = 0, high = 0, promo = 0] = zone.watermarks.map((pages) => pages + zone.boostPages);
  const freePages = zone.freePages + zone.freeDiff;
  const kinds = MIGRATETYPE_NAMES.slice(0, MIGRATETYPES);
  return {
    node: 0,
    name: zone.name,
    freePages,
    boostPages: zone.boostPages,
    minPages: min,
    lowPages: low,
    highPages: high,
    promoPages: context.promo ? promo : null,
    spannedPages: zone.spannedPages,
    presentPages: zone.presentPages,
    managedPages: zone.managedPages,
    cmaPages: 0,
    protection: zone.lowmemReserve,
    counters: { nr_free_pages: freePages, ...NO_COUNTERS },
    pagesets: zone.pcp === null ? [] : [{ cpu: 0, count: zone.pcp.count, high: zone.pcp.high, batch: zone.pcp.batch }],
    vmStatsThreshold: null,
    nodeUnreclaimable: false,
    startPfn: zone.startPfn,
    freeBlocks: kinds.map((_, type) => zone.freeBlocks.map((_count, order) => zone.freeLists[(order << LIST_SHIFT) | type]?.length ?? 0)),
    pageblocks: kinds.map((_, type) => zone.pageblockTypes.reduce((sum, each) => sum + (each === type ? 1 : 0), 0)),
  };
}

/** A zone's counters that have no meaning here. Source: mm/vmstat.c, vmstat_text[], v6.12. */
const NO_COUNTERS: Readonly<Record<string, number>> = {
  nr_zone_inactive_anon: 0, nr_zone_active_anon: 0, nr_zone_inactive_file: 0, nr_zone_active_file: 0, nr_zone_unevictable: 0,
  nr_zone_write_pending: 0, nr_mlock: 0, nr_bounce: 0, nr_free_cma: 0,
};

/** The node's counters that a zoneinfo begins with, zero but for those given. Source: mm/vmstat.c, vmstat_text[], v6.12. */
export function nodeCounters(known: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(NODE_COUNTERS.map((name) => [name, known[name] ?? 0]));
}

const NODE_COUNTERS = `nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable nr_slab_reclaimable
  nr_slab_unreclaimable nr_isolated_anon nr_isolated_file workingset_nodes workingset_refault_anon workingset_refault_file
  workingset_activate_anon workingset_activate_file workingset_restore_anon workingset_restore_file workingset_nodereclaim
  nr_anon_pages nr_mapped nr_file_pages nr_dirty nr_writeback nr_writeback_temp nr_shmem nr_shmem_hugepages
  nr_shmem_pmdmapped nr_file_hugepages nr_file_pmdmapped nr_anon_transparent_hugepages nr_vmscan_write
  nr_vmscan_immediate_reclaim nr_dirtied nr_written nr_throttled_written nr_kernel_misc_reclaimable nr_foll_pin_acquired
  nr_foll_pin_released nr_kernel_stack nr_page_table_pages nr_sec_page_table_pages nr_swapcached pgdemote_kswapd
  pgdemote_direct pgdemote_khugepaged`.split(/\s+/);
