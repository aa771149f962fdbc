import { MisuseError } from '@nopage/buddy';
import { LIST_SHIFT, Migratetype } from '@nopage/gfp';
import { MmError } from '../errors.js';
import { Memory } from '../memory.js';
import type { PerCpuLists } from '../pcp/per-cpu-lists.js';
import type { Profile } from '../profiles/profile.js';
import { buildZone, type Geometry } from '../zones/build-zones.js';
import { MovablePages } from '../zones/movable-pages.js';
import { loadVmCounters } from '../zones/vm-counters.js';
import type { Zone } from '../zones/zone.js';
import { buildZonelists } from '../zones/zonelist.js';
import { checkMemory } from './check.js';
import { NO_PAGEBLOCK, type AllocatorState, type PcpState, type ZoneRecord } from './state.js';

/** Pageblocks and reserves of one zone must not cost more memory than any real machine has frames. */
const MAX_SPANNED = 2 ** 28;

/**
 * Makes the zones that a state describes, list by list. Frames that are on no list are taken to be in use; they can be
 * freed with whatever order they have.
 *
 * @throws {MmError} `BAD_STATE` when the state contradicts itself, with what and where.
 */
export function loadState(profile: Profile, state: AllocatorState, geometry: Geometry, boostFactor: number): Memory {
  try {
    return build(profile, state, geometry, boostFactor);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new MmError('BAD_STATE', `a state has something else where a part of it should be: ${cause.message}`, {}, { cause });
  }
}

/** @throws {MmError} `BAD_STATE` for what has no list of zones. */
export function assertZones(state: unknown): void {
  const zones = (state as Partial<AllocatorState> | null | undefined)?.zones;
  if (Array.isArray(zones) && zones.every((zone) => typeof zone === 'object' && zone !== null)) return;
  throw new MmError('BAD_STATE', 'a state is an object with a list of zones');
}

function build(profile: Profile, state: AllocatorState, geometry: Geometry, boostFactor: number): Memory {
  const zones = state.zones.map((record) => loadZone(profile, record, geometry));
  if (zones.every((zone) => zone.managedPages === 0)) throw new MmError('BAD_STATE', 'no zone has a page');
  assertApart(zones);
  const memory = new Memory(profile, zones, boostFactor);
  buildZonelists(memory);
  loadVmCounters(memory.vm, zones, state.vmstat);
  const [broken] = checkMemory(memory);
  if (broken !== undefined) throw new MmError('BAD_STATE', broken);
  return memory;
}

function assertApart(zones: readonly Zone[]): void {
  const ranges = zones.filter((zone) => zone.managedPages > 0).sort((a, b) => a.startPfn - b.startPfn);
  for (const [i, zone] of ranges.entries()) {
    const next = ranges[i + 1];
    if (next === undefined || next.startPfn >= zone.endPfn) continue;
    throw new MmError('BAD_STATE', `zone ${next.name} begins at frame ${next.startPfn}, inside zone ${zone.name}, which ends at ${zone.endPfn}`, { zone: next.index });
  }
}

function loadZone(profile: Profile, record: ZoneRecord, geometry: Geometry): Zone {
  const { index, name, node = 0, startPfn, spannedPages, presentPages, managedPages } = record;
  const bad = (what: string, cause?: unknown): MmError => new MmError('BAD_STATE', `zone ${name}: ${what}`, { zone: index }, { cause });
  const amounts = [node, startPfn, spannedPages, presentPages, managedPages, record.boostPages, record.reservedHighatomicPages, record.freeHighatomicPages, record.flags, ...record.watermarks, ...record.lowmemReserve];
  if (typeof name !== 'string') throw new MmError('BAD_STATE', 'a zone has no name', { zone: index });
  if (!amounts.every((n) => Number.isInteger(n) && n >= 0 && n < 2 ** 31)) throw bad('a number is out of range');
  if (spannedPages > MAX_SPANNED || managedPages > presentPages || presentPages > spannedPages) {
    throw bad(`${managedPages} managed of ${presentPages} present of ${spannedPages} spanned pages can't be`);
  }
  try {
    if (managedPages > 0 && record.freeBlocks.length !== geometry.maxOrder + 1) throw bad(`${record.freeBlocks.length} orders of free blocks where there are ${geometry.maxOrder + 1}`);
    if (managedPages > 0) assertPageblocks(record, 1 << geometry.pageblockOrder, bad);
    const zone = buildZone(profile, { index, name, node, startPfn, endPfn: startPfn + spannedPages, presentPages, managedPages }, geometry);
    if (managedPages > 0) fillZone(profile, zone, record);
    loadNumbers(zone, record);
    assertSums(zone, record, bad);
    return zone;
  } catch (cause) {
    if (cause instanceof MisuseError) throw bad(cause.message, cause);
    throw cause;
  }
}

/** Has each pageblock of the zone a type, from the one around its first frame to the one around its last? */
function assertPageblocks({ startPfn, spannedPages, pageblockStartPfn, pageblockTypes }: ZoneRecord, pageblockPages: number, bad: (what: string) => MmError): void {
  const first = startPfn - (startPfn % pageblockPages);
  const blocks = Math.ceil((startPfn + spannedPages - first) / pageblockPages);
  if (pageblockStartPfn !== first) throw bad(`the first pageblock begins at frame ${first}, not ${pageblockStartPfn}`);
  if (pageblockTypes.length !== blocks) throw bad(`${pageblockTypes.length} pageblocks have a type where there are ${blocks}`);
}

function fillZone(profile: Profile, zone: Zone, record: ZoneRecord): void {
  const { buddy } = zone;
  record.pageblockTypes.forEach((type, i) => {
    const pfn = record.pageblockStartPfn + i * zone.pageblockPages;
    if (type === NO_PAGEBLOCK) {
      const first = Math.max(pfn, zone.startPfn);
      buddy.removeFrames(first, Math.min(pfn + zone.pageblockPages, zone.endPfn) - first);
    } else {
      buddy.setBlockType(pfn, type);
    }
  });
  buddy.rebuild(record.freeLists.flatMap((pfns, list) => (pfns === undefined ? [] : [{ order: list >> LIST_SHIFT, migratetype: list & ((1 << LIST_SHIFT) - 1), pfns }])));
  if (record.movable.length > 0) {
    zone.movable = new MovablePages(buddy.basePfn, zone.endPfn - buddy.basePfn);
    for (let i = 0; i < record.movable.length; i += 2) {
      const first = Math.max(record.movable[i]!, zone.startPfn);
      const last = Math.min(record.movable[i + 1]!, zone.endPfn - 1);
      if (last >= first) zone.movable.set(first, last - first + 1);
    }
  }
  if (record.pcp !== null && zone.pcp !== null) loadPcp(profile, zone, zone.pcp, record.pcp);
}

function loadPcp(profile: Profile, zone: Zone, pcp: PerCpuLists, record: PcpState): void {
  const { count, high, highMin, highMax, batch, flags, allocFactor, freeCount, freeFactor } = record;
  if (batch < 1 || allocFactor > 30 || freeFactor > 30) throw new MmError('BAD_STATE', `zone ${zone.name}: batch ${batch}, factors ${allocFactor} and ${freeFactor} can't be`, { zone: zone.index });
  if (record.lists.length > pcp.lists.length) throw new MmError('BAD_STATE', `zone ${zone.name}: ${record.lists.length} per-CPU lists where there are ${pcp.lists.length}`, { zone: zone.index });
  Object.assign(pcp, { count, high, highMin, highMax, batch, flags, allocFactor, freeCount, freeFactor });
  record.lists.forEach((pfns, number) => {
    const order = pcp.orders[number]!;
    const list = pcp.lists[number]!;
    list.reserve(pfns.length);
    const types = profile.pcp.keepsType ? record.keptTypes?.[number] : undefined;
    const fit = types === undefined || (types.length === pfns.length && types.every((type) => type < 1 << LIST_SHIFT));
    if (!fit) throw new MmError('BAD_STATE', `zone ${zone.name}: the types of per-CPU list ${number} can't be`, { zone: zone.index });
    pfns.forEach((pfn, i) => {
      zone.buddy.cache(pfn, order);
      list.pushBack(pfn, types?.[i] ?? keptType(profile, zone, pcp, number, pfn));
    });
  });
}

/** The type that a listed page was freed with, where the state does not say: its list's. Only movable pages share a list with those of a reserve. */
function keptType(profile: Profile, zone: Zone, pcp: PerCpuLists, number: number, pfn: number): number {
  const blockType = zone.buddy.blockType(pfn);
  if (!profile.pcp.keepsType) return blockType;
  const listType = pcp.typeOf(number);
  if (listType === Migratetype.MOVABLE) return blockType < Migratetype.HIGHATOMIC ? listType : blockType;
  return listType ?? (blockType === Migratetype.RECLAIMABLE ? blockType : Migratetype.UNMOVABLE);
}

function loadNumbers(zone: Zone, record: ZoneRecord): void {
  const [minPages = 0, lowPages = 0, highPages = 0, promoPages = 0] = record.watermarks;
  const { boostPages, reservedHighatomicPages, freeHighatomicPages, flags, freePages, freeDiff, freeDiffThreshold } = record;
  Object.assign(zone, { minPages, lowPages, highPages, promoPages, boostPages, reservedHighatomicPages, freeHighatomicPages, flags, freePages, freeDiff, freeDiffThreshold });
  zone.lowmemReserve = Int32Array.from(record.lowmemReserve);
}

function assertSums(zone: Zone, record: ZoneRecord, bad: (what: string) => MmError): void {
  const listed = zone.buddy.freePages;
  if (zone.managedPages > 0 && zone.exactFreePages() !== listed) throw bad(`${zone.exactFreePages()} pages are free, but the lists hold ${listed}`);
  record.freeBlocks.forEach((count, order) => {
    const blocks = zone.managedPages > 0 ? zone.buddy.freeCount(order) : 0;
    if (blocks !== count) throw bad(`${count} blocks of order ${order} are free, but the lists hold ${blocks}`);
  });
  const cached = record.pcp?.lists.reduce((sum, pfns, number) => sum + pfns.length * 2 ** (zone.pcp?.orders[number] ?? 0), 0) ?? 0;
  if (record.pcp !== null && zone.pcp !== null && record.pcp.count !== cached) throw bad(`the per-CPU lists count ${record.pcp.count} pages and hold ${cached}`);
}
