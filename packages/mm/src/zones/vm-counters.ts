import type { Zone } from './zone.js';

/** Events that are counted once for all zones, in the order of their slots. Source: include/linux/vm_event_item.h, v6.12. */
const EVENTS = [
  'pgfree',
  'pgsteal_kswapd', 'pgsteal_direct', 'pgscan_kswapd', 'pgscan_direct',
  'compact_stall', 'compact_fail', 'compact_success', 'pgmigrate_success', 'pgmigrate_fail',
  'pageoutrun', 'kswapd_low_wmark_hit_quickly', 'kswapd_high_wmark_hit_quickly', 'oom_kill',
] as const;

/** Slots of the counters. A zone's stalls stand at `ALLOCSTALL + zone`; pgalloc is the zone's own `allocatedPages`. */
export const VmEvent = {
  /** Not pgfree, but what is left of it without pgalloc and the pages in use: what a free need not count. */
  PGFREE_REST: 0,
  PGSTEAL_KSWAPD: 1,
  PGSTEAL_DIRECT: 2,
  PGSCAN_KSWAPD: 3,
  PGSCAN_DIRECT: 4,
  COMPACTSTALL: 5,
  COMPACTFAIL: 6,
  COMPACTSUCCESS: 7,
  PGMIGRATE_SUCCESS: 8,
  PGMIGRATE_FAIL: 9,
  PAGEOUTRUN: 10,
  KSWAPD_LOW_WMARK_HIT_QUICKLY: 11,
  KSWAPD_HIGH_WMARK_HIT_QUICKLY: 12,
  OOM_KILL: 13,
  ALLOCSTALL: 16,
} as const;

const SLOTS = 32;

/** Room for every counter, all zero. Doubles: they count past 2^32. */
export function vmCounters(): Float64Array {
  return new Float64Array(SLOTS);
}

/** The counters by the names of /proc/vmstat, zones in order; `pgalloc_dma32`, `allocstall_normal`. */
export function namedVmCounters(vm: Float64Array, zones: readonly Zone[]): Record<string, number> {
  const named: Record<string, number> = {};
  const add = (event: string, zone: Zone, count: number): void => {
    const name = `${event}_${vmZoneWord(zone.name)}`;
    named[name] = (named[name] ?? 0) + count;
  };
  for (const zone of zones) add('pgalloc', zone, zone.allocatedPages);
  for (const zone of zones) named[`allocstall_${vmZoneWord(zone.name)}`] = vm[VmEvent.ALLOCSTALL + zone.rank]!;
  EVENTS.forEach((event, i) => { named[event] = vm[i]!; });
  named['pgfree'] = vm[VmEvent.PGFREE_REST]! + allocatedMinusUsed(zones);
  return named;
}

/** Sets the counters from their names; names that are not counted here are left alone. */
export function loadVmCounters(vm: Float64Array, zones: readonly Zone[], named: Readonly<Record<string, number>>): void {
  vm.fill(0);
  for (const zone of zones) {
    // The zones of one name share a counter: the first has all of it.
    const isFirst = zones.find(({ name }) => name === zone.name) === zone;
    const count = (event: string): number => (isFirst ? named[`${event}_${vmZoneWord(zone.name)}`] ?? 0 : 0);
    zone.allocatedPages = count('pgalloc');
    if (isFirst) vm[VmEvent.ALLOCSTALL + zone.rank] = count('allocstall');
  }
  EVENTS.forEach((event, i) => { vm[i] = named[event] ?? 0; });
  vm[VmEvent.PGFREE_REST]! -= allocatedMinusUsed(zones);
}

/** Every page that was allocated and is not in use has been freed. */
function allocatedMinusUsed(zones: readonly Zone[]): number {
  let pages = 0;
  for (const { managedPages, allocatedPages, pcp, freePages, freeDiff } of zones) pages += allocatedPages - (managedPages - freePages - freeDiff - (pcp?.count ?? 0));
  return pages;
}

/** The word for a zone in the names of counters. */
function vmZoneWord(name: string): string {
  return name === 'HighMem' ? 'high' : name.toLowerCase();
}
