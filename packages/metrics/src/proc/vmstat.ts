/** The lines of /proc/vmstat on a kernel for one CPU, without NUMA, CMA and hugetlb, in order. Source: mm/vmstat.c, vmstat_text[], v6.12. */
export const VMSTAT_NAMES: readonly string[] = words(`
nr_free_pages nr_zone_inactive_anon nr_zone_active_anon nr_zone_inactive_file nr_zone_active_file nr_zone_unevictable
nr_zone_write_pending nr_mlock nr_bounce nr_free_cma nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file
nr_unevictable nr_slab_reclaimable nr_slab_unreclaimable nr_isolated_anon nr_isolated_file workingset_nodes
workingset_refault_anon workingset_refault_file workingset_activate_anon workingset_activate_file
workingset_restore_anon workingset_restore_file workingset_nodereclaim nr_anon_pages nr_mapped nr_file_pages nr_dirty
nr_writeback nr_writeback_temp nr_shmem nr_shmem_hugepages nr_shmem_pmdmapped nr_file_hugepages nr_file_pmdmapped
nr_anon_transparent_hugepages nr_vmscan_write nr_vmscan_immediate_reclaim nr_dirtied nr_written nr_throttled_written
nr_kernel_misc_reclaimable nr_foll_pin_acquired nr_foll_pin_released nr_kernel_stack nr_page_table_pages
nr_sec_page_table_pages nr_swapcached pgdemote_kswapd pgdemote_direct pgdemote_khugepaged nr_dirty_threshold
nr_dirty_background_threshold nr_memmap_pages nr_memmap_boot_pages pgpgin pgpgout pswpin pswpout pgalloc_dma
pgalloc_dma32 pgalloc_normal pgalloc_movable allocstall_dma allocstall_dma32 allocstall_normal allocstall_movable
pgskip_dma pgskip_dma32 pgskip_normal pgskip_movable pgfree pgactivate pgdeactivate pglazyfree pgfault pgmajfault
pglazyfreed pgrefill pgreuse pgsteal_kswapd pgsteal_direct pgsteal_khugepaged pgscan_kswapd pgscan_direct
pgscan_khugepaged pgscan_direct_throttle pgscan_anon pgscan_file pgsteal_anon pgsteal_file pginodesteal slabs_scanned
kswapd_inodesteal kswapd_low_wmark_hit_quickly kswapd_high_wmark_hit_quickly pageoutrun pgrotated drop_pagecache
drop_slab oom_kill pgmigrate_success pgmigrate_fail thp_migration_success thp_migration_fail thp_migration_split
compact_migrate_scanned compact_free_scanned compact_isolated compact_stall compact_fail compact_success
compact_daemon_wake compact_daemon_migrate_scanned compact_daemon_free_scanned unevictable_pgs_culled
unevictable_pgs_scanned unevictable_pgs_rescued unevictable_pgs_mlocked unevictable_pgs_munlocked
unevictable_pgs_cleared unevictable_pgs_stranded thp_fault_alloc thp_fault_fallback thp_fault_fallback_charge
thp_collapse_alloc thp_collapse_alloc_failed thp_file_alloc thp_file_fallback thp_file_fallback_charge thp_file_mapped
thp_split_page thp_split_page_failed thp_deferred_split_page thp_underused_split_page thp_split_pmd
thp_scan_exceed_none_pte thp_scan_exceed_swap_pte thp_scan_exceed_share_pte thp_split_pud thp_zero_page_alloc
thp_zero_page_alloc_failed thp_swpout thp_swpout_fallback swap_ra swap_ra_hit swpin_zero swpout_zero
direct_map_level2_splits direct_map_level3_splits nr_unstable
`);

/** What NUMA, CMA and hugetlb add, each after the line it follows. */
const additions: readonly [after: string, names: string][] = [
  ['nr_free_cma', 'numa_hit numa_miss numa_foreign numa_interleave numa_local numa_other'],
  ['pgsteal_file', 'zone_reclaim_success zone_reclaim_failed'],
  ['compact_daemon_free_scanned', 'htlb_buddy_alloc_success htlb_buddy_alloc_fail cma_alloc_success cma_alloc_fail'],
];

/** The same on a kernel as distributions build it. */
export const VMSTAT_NAMES_NUMA: readonly string[] = VMSTAT_NAMES.flatMap((name) => [name, ...words(additions.find(([after]) => after === name)?.[1] ?? '')]);

/**
 * `/proc/vmstat`: every line that such a kernel has, in its order. A counter that is not given reads 0, as it does on a
 * machine where nothing of the kind has happened; a counter that the kernel has not is not printed.
 */
// mm/vmstat.c, vmstat_show(), v6.12
export function vmstatText(counters: Readonly<Record<string, number>>, names: readonly string[] = VMSTAT_NAMES): string {
  return names.map((name) => `${name} ${counters[name] ?? 0}\n`).join('');
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
