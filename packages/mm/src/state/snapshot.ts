import { MmError } from '../errors.js';
import type { Memory } from '../memory.js';
import { MovablePages } from '../zones/movable-pages.js';
import type { Zone } from '../zones/zone.js';
import { checkMemory } from './check.js';

const ZONE_FIELDS = [
  'endPfn', 'presentPages', 'managedPages', 'flags', 'minPages', 'lowPages', 'highPages', 'promoPages', 'boostPages',
  'freePages', 'freeDiff', 'allocatedPages', 'freeDiffThreshold', 'reservedHighatomicPages', 'freeHighatomicPages',
  'compactConsidered', 'compactDeferShift', 'compactOrderFailed',
] as const;
const PCP_FIELDS = ['count', 'high', 'highMin', 'highMax', 'batch', 'flags', 'allocFactor', 'freeCount', 'freeFactor'] as const;

/** A zone's part of a snapshot. */
export interface ZoneSnapshot {
  readonly name: string;
  readonly arena: ArrayBuffer;
  readonly numbers: Readonly<Record<(typeof ZONE_FIELDS)[number], number>>;
  readonly lowmemReserve: Int32Array;
  readonly movable: Int32Array | null;
  readonly pcp: { readonly numbers: Readonly<Record<(typeof PCP_FIELDS)[number], number>>; readonly lists: readonly { readonly pfns: Int32Array; readonly types: Uint8Array }[] } | null;
}

/** Everything an allocator knows. Plain data. */
export interface MemorySnapshot {
  readonly profile: string;
  readonly zones: readonly ZoneSnapshot[];
  readonly vm: Float64Array;
  readonly kswapd: { readonly wanted: boolean; readonly order: number; readonly highest: number };
}

export function snapshotMemory(memory: Memory): MemorySnapshot {
  return {
    profile: memory.profile.name,
    zones: memory.zones.map(snapshotZone),
    vm: memory.vm.slice(),
    kswapd: { wanted: memory.kswapdWanted, order: memory.kswapdOrder, highest: memory.kswapdHighest },
  };
}

/** @throws {MmError} `BAD_STATE`, and nothing has changed. */
export function restoreMemory(memory: Memory, snapshot: MemorySnapshot): void {
  const before = snapshotMemory(memory);
  try {
    apply(memory, snapshot);
    const [broken] = checkMemory(memory);
    if (broken !== undefined) throw new Error(broken);
  } catch (cause) {
    apply(memory, before);
    throw new MmError('BAD_STATE', `the snapshot is not one of this allocator: ${(cause as Error).message}`, {}, { cause });
  }
}

function apply(memory: Memory, snapshot: MemorySnapshot): void {
  if (snapshot.profile !== memory.profile.name || snapshot.zones.length !== memory.zones.length) throw new Error('other profile or zones');
  memory.zones.forEach((zone, i) => applyZone(zone, snapshot.zones[i]!));
  memory.vm.set(snapshot.vm);
  memory.kswapdWanted = snapshot.kswapd.wanted;
  memory.kswapdOrder = snapshot.kswapd.order;
  memory.kswapdHighest = snapshot.kswapd.highest;
}

function snapshotZone(zone: Zone): ZoneSnapshot {
  const { pcp } = zone;
  return {
    name: zone.name,
    arena: zone.buddy.snapshot(),
    numbers: Object.fromEntries(ZONE_FIELDS.map((field) => [field, zone[field]])) as ZoneSnapshot['numbers'],
    lowmemReserve: zone.lowmemReserve.slice(),
    movable: zone.movable === null ? null : zone.movable.ranges(),
    pcp: pcp === null ? null : {
      numbers: Object.fromEntries(PCP_FIELDS.map((field) => [field, pcp[field]])) as NonNullable<ZoneSnapshot['pcp']>['numbers'],
      lists: pcp.lists.map((list) => ({ pfns: list.toArray(), types: list.bytesToArray() })),
    },
  };
}

/** What {@link checkMemory} does not look at, and what could not be set without harm. */
function assertSane(zone: Zone, { name, numbers, lowmemReserve, movable, pcp }: ZoneSnapshot): void {
  if (zone.name !== name) throw new Error(`zone ${zone.name} is not ${name}`);
  if ((zone.pcp === null) !== (pcp === null)) throw new Error(`zone ${name} has per-CPU lists on one side only`);
  const amounts = [...Object.values(numbers), ...lowmemReserve, ...Object.values(pcp?.numbers ?? {})];
  if (!amounts.every(Number.isSafeInteger)) throw new Error(`zone ${name} has a number that is none`);
  const inside = (pfn: number): boolean => Number.isInteger(pfn) && pfn >= zone.buddy.basePfn && pfn < zone.endPfn;
  if (movable?.every(inside) === false) throw new Error(`zone ${name} has movable frames outside`);
  for (const { pfns, types } of pcp?.lists ?? []) {
    if (pfns.length > zone.managedPages || types.length !== pfns.length || !pfns.every(inside)) throw new Error(`zone ${name} has a per-CPU list of frames outside`);
  }
}

function applyZone(zone: Zone, from: ZoneSnapshot): void {
  assertSane(zone, from);
  zone.buddy.restore(from.arena);
  for (const field of ZONE_FIELDS) zone[field] = from.numbers[field];
  zone.lowmemReserve = from.lowmemReserve.slice();
  zone.settle();
  if (zone.movable !== null && from.movable !== null) {
    zone.movable = new MovablePages(zone.buddy.basePfn, zone.endPfn - zone.buddy.basePfn);
    for (let i = 0; i < from.movable.length; i += 2) zone.movable.set(from.movable[i]!, from.movable[i + 1]! - from.movable[i]! + 1);
  }
  if (zone.pcp === null || from.pcp === null) return;
  for (const field of PCP_FIELDS) zone.pcp[field] = from.pcp.numbers[field];
  const lists = from.pcp.lists;
  zone.pcp.lists.forEach((list, i) => {
    list.clear();
    const saved = lists[i];
    list.reserve(saved?.pfns.length ?? 0);
    saved?.pfns.forEach((pfn, at) => list.pushBack(pfn, saved.types[at]!));
  });
}
