import { ZONE_NAMES, type FailureEvent } from '@nopage/gfp';

/**
 * The machine's zones by index, as `lowmem_reserve[]` counts them. Empty zones are not in a report, so what is missing
 * is put where the array's length and the architecture leave room for it.
 * Source: include/linux/mmzone.h, enum zone_type, v6.12.
 */
export function zoneEnumeration(event: Pick<FailureEvent, 'zones' | 'arch'>): readonly string[] {
  const seen = new Set(event.zones.map((zone) => zone.name));
  const length = event.zones.reduce((most, zone) => Math.max(most, zone.lowmemReserve.length), 0);
  const is32bit = event.arch !== null && /^(?:x86|i[3-6]86|arm|mips|ppc|xtensa|csky|parisc)$/.test(event.arch);
  const present = new Set<string>([...seen, 'Normal', 'Movable']);
  if (length === 0) return ZONE_NAMES.filter((name) => present.has(name));
  const unseen = ['DMA', ...(is32bit || seen.has('HighMem') ? ['HighMem', 'DMA32'] : ['DMA32', 'HighMem']), 'Device'];
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
    if (order.indexOf(name) <= limit) index = at;
  });
  return index;
}
