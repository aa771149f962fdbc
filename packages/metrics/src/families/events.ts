import type { Family } from '../family.js';
import { labelText } from '../label-text.js';
import type { Reading } from '../reading.js';

/** Counters of reclaim, compaction and the lists, by the kernel's words. Source: mm/vmstat.c, vmstat_text[], v6.12. */
const events: readonly [name: string, help: string][] = [
  ['pgfree', 'Pages freed.'],
  ['pgactivate', 'Pages moved to an active list.'],
  ['pgdeactivate', 'Pages moved to an inactive list.'],
  ['pgscan_direct', 'Pages looked at by requests that had to reclaim for themselves.'],
  ['pgscan_kswapd', 'Pages looked at by kswapd.'],
  ['pgsteal_direct', 'Pages reclaimed by requests for themselves.'],
  ['pgsteal_kswapd', 'Pages reclaimed by kswapd.'],
  ['slabs_scanned', 'Objects that shrinkers were asked to look at.'],
  ['pageoutrun', 'Rounds of kswapd.'],
  ['kswapd_low_wmark_hit_quickly', 'Times that kswapd reached the low watermark and was needed again at once.'],
  ['kswapd_high_wmark_hit_quickly', 'Times that kswapd reached the high watermark and was needed again at once.'],
  ['drop_pagecache', 'Times that the page cache was dropped by hand.'],
  ['drop_slab', 'Times that slabs were dropped by hand.'],
  ['oom_kill', 'Tasks killed for memory.'],
  ['pgmigrate_success', 'Pages moved to another place.'],
  ['pgmigrate_fail', 'Pages that could not be moved.'],
  ['compact_migrate_scanned', 'Pages that compaction looked at for something to move.'],
  ['compact_free_scanned', 'Pages that compaction looked at for a place to move to.'],
  ['compact_isolated', 'Pages that compaction took aside.'],
  ['compact_stall', 'Requests that had to compact for themselves.'],
  ['compact_fail', 'Requests that compacted in vain.'],
  ['compact_success', 'Requests that compacted and were served.'],
  ['compact_daemon_wake', 'Times that kcompactd was woken.'],
  ['compact_daemon_migrate_scanned', 'Pages that kcompactd looked at for something to move.'],
  ['compact_daemon_free_scanned', 'Pages that kcompactd looked at for a place to move to.'],
];

/** Counters that the kernel keeps apart by zone, as a suffix: one family, the zone as a label. */
const eventsByZone: readonly [name: string, help: string][] = [
  ['pgalloc', 'Pages allocated.'],
  ['allocstall', 'Requests that had to reclaim for themselves.'],
  ['pgskip', 'Pages passed over because they are in a zone that the request can not use.'],
];

/** Zones by the words that the kernel's counters have for them; an allocator's own zones go by their own. */
const zonesByWord: ReadonlyMap<string, string> = new Map([
  ['dma', 'DMA'],
  ['dma32', 'DMA32'],
  ['normal', 'Normal'],
  ['high', 'HighMem'],
  ['movable', 'Movable'],
  ['device', 'Device'],
]);

/** A counter of the machine; kernels before 4.8 counted some of them by zone. */
function countOf(vmstat: Reading['vmstat'], name: string): number | undefined {
  const whole = vmstat[name];
  if (whole !== undefined) return whole;
  const parts = Array.from(zonesByWord.keys(), (word) => vmstat[`${name}_${word}`]).filter((count) => count !== undefined);
  return parts.length === 0 ? undefined : parts.reduce((sum, count) => sum + count, 0);
}

/** What the allocator has done, in the kernel's words; those that the source does not count have no sample. */
export const eventFamilies: readonly Family[] = [
  ...eventsByZone.map(([name, help]): Family => ({
    name: `nopage_vmstat_${name}_total`,
    help,
    type: 'counter',
    unit: null,
    labels: ['zone'],
    read: ({ vmstat }, emit) => {
      const prefix = `${name}_`;
      for (const counter in vmstat) {
        // Kernels before 4.10 counted stalls for the machine.
        if (counter === name) emit(vmstat[counter]!, ['any']);
        else if (counter.startsWith(prefix)) emit(vmstat[counter]!, [labelText(zonesByWord.get(counter.slice(prefix.length)) ?? counter.slice(prefix.length))]);
      }
    },
  })),
  ...events.map(([name, help]): Family => ({
    name: `nopage_vmstat_${name}_total`,
    help,
    type: 'counter',
    unit: null,
    labels: [],
    read: ({ vmstat }, emit) => {
      const count = countOf(vmstat, name);
      if (count !== undefined) emit(count, []);
    },
  })),
];
