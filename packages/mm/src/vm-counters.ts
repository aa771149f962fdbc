import type { Zone } from './zone.js';

/** Events that are counted once for all zones, in the order of their slots. Source: include/linux/vm_event_item.h, v6.12. */
const EVENTS = [
  'pgfree',
  'pgsteal_kswapd', 'pgsteal_direct', 'pgscan_kswapd', 'pgscan_direct',
  'compact_stall', 'compact_fail', 'compact_success', 'pgmigrate_success', 'pgmigrate_fail',
  'pageoutrun', 'kswapd_low_wmark_hit_quickly', 'kswapd_high_wmark_hit_quickly', 'oom_kill',
] as const;

/** Events that are counted by zone; the zone's word follows the name. */
const ZONE_EVENTS = ['pgalloc', 'allocstall'] as const;

/** Slots of the counters: what hot paths index by. A zone's events stand at `PGALLOC + zone`, `ALLOCSTALL + zone`. */
export const VmEvent = {
  PGFREE: 0,
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
  PGALLOC: 16,
  ALLOCSTALL: 32,
} as const;

const SLOTS = 48;
const ZONE_SLOTS = [VmEvent.PGALLOC, VmEvent.ALLOCSTALL] as const;

/** Room for every counter, all zero. Doubles: they count past 2^32. */
export function vmCounters(): Float64Array {
  return new Float64Array(SLOTS);
}

/** The counters by the names of /proc/vmstat, zones in order; `allocstall_normal`, `pgalloc_dma32`. */
export function namedVmCounters(vm: Float64Array, zones: readonly Pick<Zone, 'index' | 'name'>[]): Record<string, number> {
  const named: Record<string, number> = {};
  ZONE_EVENTS.forEach((event, i) => {
    for (const zone of zones) {
      const name = `${event}_${vmZoneWord(zone.name)}`;
      named[name] = (named[name] ?? 0) + vm[ZONE_SLOTS[i]! + zone.index]!;
    }
  });
  EVENTS.forEach((event, i) => { named[event] = vm[i]!; });
  return named;
}

/** Sets the counters from their names; names that are not counted here are left alone. */
export function loadVmCounters(vm: Float64Array, zones: readonly Pick<Zone, 'index' | 'name'>[], named: Readonly<Record<string, number>>): void {
  vm.fill(0);
  ZONE_EVENTS.forEach((event, i) => {
    for (const zone of zones) vm[ZONE_SLOTS[i]! + zone.index] = named[`${event}_${vmZoneWord(zone.name)}`] ?? 0;
  });
  EVENTS.forEach((event, i) => { vm[i] = named[event] ?? 0; });
}

/** The word for a zone in the names of counters. */
function vmZoneWord(name: string): string {
  return name === 'HighMem' ? 'high' : name.toLowerCase();
}
