import { LIST_SHIFT, MIGRATETYPE_NAMES } from '@nopage/gfp';
import type { ProcMemory, ProcZone } from './zone.js';

/** What the printers need of an allocator's zone: a `ZoneRecord` of `PageAllocator.state()` has it. */
export interface ListedZone {
  readonly name: string;
  /** @defaultValue 0 */
  readonly node?: number;
  readonly startPfn: number;
  readonly spannedPages: number;
  readonly presentPages: number;
  readonly managedPages: number;
  /** min, low, high, promo, without the boost. */
  readonly watermarks: readonly number[];
  readonly boostPages: number;
  /** The zone's counter. What a CPU has not added to it yet is not in these files either. */
  readonly freePages: number;
  readonly lowmemReserve: readonly number[];
  readonly pcp: { readonly count: number; readonly high: number; readonly batch: number } | null;
  /** By order. */
  readonly freeBlocks: readonly number[];
  /** By `order << LIST_SHIFT | migratetype`. */
  readonly freeLists: readonly (ArrayLike<number> | undefined)[];
  /** A migratetype each; anything else is a hole. */
  readonly pageblockTypes: Iterable<number>;
}

/** What `/proc` shows beside the lists. */
export interface ProcContext {
  /** @defaultValue 9 */
  readonly pageblockOrder?: number;
  /** 4; 6 for a kernel with CMA and memory isolation. @defaultValue 4 */
  readonly migratetypes?: number;
  /** Does this kernel print the promo watermark (from 6.2 on)? @defaultValue true */
  readonly promo?: boolean;
  /** Counters of the first node; those of a kernel for one CPU that are not given read 0, and so do those of other nodes. */
  readonly node?: Readonly<Record<string, number>>;
  /** Counters of a zone after `nr_free_pages`, in printing order. @defaultValue those of a kernel for one CPU, all 0 */
  readonly countersOf?: (zone: string) => Readonly<Record<string, number>>;
  readonly vmStatsThresholdOf?: (zone: string) => number | null;
  readonly nodeUnreclaimable?: boolean;
}

/** The state of an allocator as `/proc` would show it, node by node, on one CPU. */
export function procMemoryOf(state: { readonly zones: readonly ListedZone[] }, context: ProcContext = {}): ProcMemory {
  const zones = state.zones.map((zone) => procZone(zone, context)).sort((a, b) => a.node - b.node);
  const nodes: Record<string, number>[] = [];
  for (const { node } of zones) nodes[node] ??= { ...zeros(NODE_COUNTERS), ...(node === 0 ? context.node : {}) };
  return {
    zones,
    nodes,
    pageblockOrder: context.pageblockOrder ?? 9,
    migratetypes: context.migratetypes ?? 4,
  };
}

function procZone(zone: ListedZone, context: ProcContext): ProcZone {
  const [min = 0, low = 0, high = 0, promo = 0] = zone.watermarks.map((pages) => pages + zone.boostPages);
  return {
    node: zone.node ?? 0,
    name: zone.name,
    freePages: zone.freePages,
    boostPages: zone.boostPages,
    minPages: min,
    lowPages: low,
    highPages: high,
    promoPages: context.promo === false ? null : promo,
    spannedPages: zone.spannedPages,
    presentPages: zone.presentPages,
    managedPages: zone.managedPages,
    cmaPages: 0,
    protection: zone.lowmemReserve,
    counters: { nr_free_pages: zone.freePages, ...(context.countersOf?.(zone.name) ?? zeros(ZONE_COUNTERS)) },
    pagesets: zone.pcp === null ? [] : [{ cpu: 0, count: zone.pcp.count, high: zone.pcp.high, batch: zone.pcp.batch }],
    vmStatsThreshold: context.vmStatsThresholdOf?.(zone.name) ?? null,
    nodeUnreclaimable: context.nodeUnreclaimable ?? false,
    startPfn: zone.startPfn,
    freeBlocks: MIGRATETYPE_NAMES.map((_, type) => zone.freeBlocks.map((_count, order) => zone.freeLists[(order << LIST_SHIFT) | type]?.length ?? 0)),
    pageblocks: MIGRATETYPE_NAMES.map((_, type) => countOf(zone.pageblockTypes, type)),
  };
}

const countOf = (values: Iterable<number>, wanted: number): number => {
  let count = 0;
  for (const value of values) if (value === wanted) count++;
  return count;
};

const zeros = (names: readonly string[]): Record<string, number> => Object.fromEntries(names.map((name) => [name, 0]));

// A node's and a zone's counters on a kernel for one CPU, in printing order. Source: mm/vmstat.c, vmstat_text[], v6.12.
const NODE_COUNTERS = `nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable nr_slab_reclaimable
  nr_slab_unreclaimable nr_isolated_anon nr_isolated_file workingset_nodes workingset_refault_anon workingset_refault_file
  workingset_activate_anon workingset_activate_file workingset_restore_anon workingset_restore_file workingset_nodereclaim
  nr_anon_pages nr_mapped nr_file_pages nr_dirty nr_writeback nr_writeback_temp nr_shmem nr_shmem_hugepages
  nr_shmem_pmdmapped nr_file_hugepages nr_file_pmdmapped nr_anon_transparent_hugepages nr_vmscan_write
  nr_vmscan_immediate_reclaim nr_dirtied nr_written nr_throttled_written nr_kernel_misc_reclaimable nr_foll_pin_acquired
  nr_foll_pin_released nr_kernel_stack nr_page_table_pages nr_sec_page_table_pages nr_swapcached pgdemote_kswapd
  pgdemote_direct pgdemote_khugepaged`.split(/\s+/);
const ZONE_COUNTERS = `nr_zone_inactive_anon nr_zone_active_anon nr_zone_inactive_file nr_zone_active_file nr_zone_unevictable
  nr_zone_write_pending nr_mlock nr_bounce nr_free_cma`.split(/\s+/);
