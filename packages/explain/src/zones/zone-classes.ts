import { ZONE_NAMES, type FailureEvent } from '@nopage/gfp';
import { mayBe32Bit } from '../kernel/word-bits.js';

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
  // Fewer zones than steps: zones above the request's are left out (since 6.1), and the layout has to tell.
  if (first === undefined || grows.length !== above.length) return null;
  const names = reserve.map(() => '');
  names[lowest.name === 'DMA' ? 0 : first - 1] = lowest.name;
  above.forEach(({ name }, at) => {
    names[grows[at] ?? 0] = name;
  });
  return names;
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
