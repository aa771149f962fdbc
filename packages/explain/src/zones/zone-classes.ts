import { ZONE_NAMES, type FailureEvent, type Permits } from '@nopage/gfp';
import { mayBe32Bit } from '../kernel/word-bits.js';

/** A low zone keeps so small a part of each zone above it, unless vm.lowmem_reserve_ratio was changed. */
// mm/page_alloc.c, sysctl_lowmem_reserve_ratio[], v2.6.16 to v6.12
const RATIO = 256;

/**
 * What the lowest zone keeps grows with each zone above it that has pages, and only there: `0 0 880 2960` is a machine
 * whose second zone is empty. Null where the numbers do not settle it.
 */
// mm/page_alloc.c, setup_per_zone_lowmem_reserve(), v6.12
function byReserve({ zones }: Pick<FailureEvent, 'zones'>): readonly string[] | null {
  const order = ZONE_NAMES as readonly string[];
  const { node } = zones[0] ?? { node: null };
  const own = zones.filter((zone) => zone.node === node && (zone.managedPages ?? zone.presentPages) !== 0).sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const [lowest, ...above] = own;
  const reserve = lowest?.lowmemReserve ?? [];
  if (lowest === undefined || above.length === 0 || reserve[0] !== 0) return null;
  const grows = reserve.flatMap((pages, at) => (at > 0 && pages > (reserve[at - 1] ?? 0) ? [at] : []));
  const first = grows[0];
  // More steps than zones: those above the request's are left out of the report (since 6.1), and the sizes have to tell.
  const places = grows.length === above.length ? grows : bySize(above, reserve, grows);
  if (first === undefined || places === null) return null;
  const names = reserve.map(() => '');
  names[lowest.name === 'DMA' ? 0 : first - 1] = lowest.name;
  above.forEach(({ name }, at) => {
    names[places[at] ?? 0] = name;
  });
  return withLeftOut(names, grows, node !== null);
}

/** The steps that are as large as these zones; null where one has none, as after a change of vm.lowmem_reserve_ratio. */
function bySize(zones: FailureEvent['zones'], reserve: readonly number[], grows: readonly number[]): readonly number[] | null {
  const places: number[] = [];
  for (const { managedPages, presentPages } of zones) {
    const expected = (managedPages ?? presentPages ?? 0) / RATIO;
    const place = grows.find((at) => at > (places.at(-1) ?? 0) && Math.abs((reserve[at] ?? 0) - (reserve[at - 1] ?? 0) - expected) <= 1 + expected / 50);
    if (place === undefined) return null;
    places.push(place);
  }
  return places;
}

/** Names the zones that only a step tells of; null where it could be one or another. No kernel of today has both nodes and high memory. */
function withLeftOut(names: string[], grows: readonly number[], hasNodes: boolean): readonly string[] | null {
  for (const at of grows) {
    if (names[at] !== '') continue;
    const below = names.findLastIndex((name, index) => index < at && name !== '');
    const upwards = hasNodes || names.includes('DMA32') ? ['DMA32', 'Normal', 'Movable'] : ['Normal', 'HighMem', 'Movable'];
    const start = upwards.indexOf(names[below] ?? '');
    const name = start < 0 ? undefined : upwards[start + at - below];
    if (name === undefined) return null;
    names[at] = name;
  }
  return names;
}

/** Pages of high memory that the report leaves out, and only what is kept from requests which could use it tells of; 0 where there are none. */
export function unlistedHighmem(event: Pick<FailureEvent, 'zones'>): number {
  const at = event.zones.some(({ name }) => name === 'HighMem') ? -1 : (byReserve(event)?.indexOf('HighMem') ?? -1);
  const reserve = event.zones.find(({ name }) => name === 'DMA')?.lowmemReserve ?? [];
  return at < 1 ? 0 : ((reserve[at] ?? 0) - (reserve[at - 1] ?? 0)) * RATIO;
}

/** What the request may have on this kernel: where there is no zone of what 32 bits reach, a request for it goes to Normal. */
// include/linux/gfp.h, OPT_ZONE_DMA32, v6.12
export function withinReach(permits: Permits, event: Pick<FailureEvent, 'zones' | 'arch'>): Permits {
  if (permits.highestZone !== 'DMA32' || event.zones.every(({ lowmemReserve }) => lowmemReserve.length === 0)) return permits;
  const [lowest, next] = zoneEnumeration(event);
  return lowest === 'DMA' && next === 'Normal' ? { ...permits, highestZone: 'Normal' } : permits;
}

/**
 * The machine's zones by index, as `lowmem_reserve[]` counts them. Empty zones are not in a report, so what is missing
 * is put where the array's length and the architecture leave room for it.
 * Source: include/linux/mmzone.h, enum zone_type, v6.12.
 */
export function zoneEnumeration(event: Pick<FailureEvent, 'zones' | 'arch'>): readonly string[] {
  return byReserve(event) ?? byLayout(event);
}

function byLayout(event: Pick<FailureEvent, 'zones' | 'arch'>): readonly string[] {
  const seen = new Set(event.zones.map((zone) => zone.name));
  const length = event.zones.reduce((most, zone) => Math.max(most, zone.lowmemReserve.length), 0);
  const is32bit = event.arch !== null && mayBe32Bit(event.arch);
  const present = new Set<string>([...seen, 'Normal', 'Movable']);
  if (length === 0) return ZONE_NAMES.filter((name) => present.has(name));
  // No kernel of today has both nodes and high memory.
  const numa = event.zones.some(({ node }) => node !== null) && !seen.has('HighMem');
  const high = numa ? [] : ['HighMem'];
  const unseen = ['DMA', ...(is32bit || seen.has('HighMem') ? [...high, 'DMA32'] : ['DMA32', ...high]), 'Device'];
  for (const name of unseen) {
    if (present.size >= length) break;
    if (name === 'DMA' && !seen.has('DMA32')) continue;
    if ((name === 'HighMem' && present.has('DMA32')) || (name === 'DMA32' && !seen.has('DMA'))) continue;
    present.add(name);
  }
  const list = ZONE_NAMES.filter((name) => present.has(name));
  return list.length <= length ? list : list.filter((name) => seen.has(name) || name === 'Normal' || name !== 'Movable').slice(0, Math.max(length, 1));
}

/** The index of the highest zone that the request may use: which entry of `lowmem_reserve[]` holds against it. */
export function classIndexOf(zones: readonly string[], highestZone: string): number {
  const order = ZONE_NAMES as readonly string[];
  const limit = order.indexOf(highestZone);
  let index = 0;
  zones.forEach((name, at) => {
    if (name !== '' && order.indexOf(name) <= limit) index = at;
  });
  return index;
}
