import { Buddy, given } from '@nopage/buddy';
import { ZONE_NAMES, type ZoneName } from '@nopage/gfp';
import { MmError } from '../errors.js';
import { Memory } from '../memory.js';
import { PcpFlag, PerCpuLists } from '../pcp/per-cpu-lists.js';
import type { Profile } from '../profiles/profile.js';
import { Zone, type ZoneShape } from './zone.js';
import { buildZonelists } from './zonelist.js';

/** A zone to be made. */
export interface ZoneOptions {
  /** One of the kernel's (`DMA`, `DMA32`, `Normal`, `HighMem`, `Movable`, `Device`), on each node in the kernel's order. */
  readonly name: ZoneName;
  /** First frame. @defaultValue the end of the zone before, or 0 */
  readonly startPfn?: number;
  /** Frames from the first to the last, 0 for a zone that is configured but empty. */
  readonly pages: number;
  /** Frames that the allocator gives out; the others are the zone's first, and stay reserved. @defaultValue all */
  readonly managedPages?: number;
  /** From 0, where every request comes from: other nodes' zones are tried after its own. @defaultValue 0 */
  readonly node?: number;
}

/** The grain of every zone. */
export interface Geometry {
  /** Largest block is `2 ** maxOrder` pages. */
  readonly maxOrder: number;
  /** Pages are grouped by mobility in blocks of this order. */
  readonly pageblockOrder: number;
  /** The order above 3 that per-CPU lists keep, -1 for none; undefined for no per-CPU lists at all. */
  readonly hugeOrder: number | undefined;
}

/**
 * Makes zones and what they share; all managed pages are free, movable, in the largest blocks.
 *
 * @throws {MmError} `BAD_ZONES`; `MisuseError` of `@nopage/buddy` for sizes that no arena can have.
 */
export function buildMemory(profile: Profile, zones: readonly ZoneOptions[], geometry: Geometry, boostFactor: number): Memory {
  if (zones.length === 0) throw new MmError('BAD_ZONES', 'an allocator has at least one zone');
  let end = 0;
  const built = zones.map((options, index) => {
    const startPfn = options.startPfn ?? end;
    const managedPages = options.managedPages ?? options.pages;
    assertZone(options, startPfn, end, managedPages, zones.slice(0, index));
    if (options.pages > 0) end = startPfn + options.pages;
    return buildZone(profile, { index, name: options.name, node: options.node ?? 0, startPfn, endPfn: startPfn + options.pages, presentPages: options.pages, managedPages }, geometry);
  });
  if (built.every((zone) => zone.managedPages === 0)) throw new MmError('BAD_ZONES', 'no zone has a page to give');
  for (const zone of built) releaseManaged(zone);
  const memory = new Memory(profile, built, boostFactor);
  buildZonelists(memory);
  return memory;
}

/** A zone with everything reserved. */
export function buildZone(profile: Profile, shape: Omit<ZoneShape, 'countsFreeHighatomic'>, geometry: Geometry): Zone {
  const { startPfn, endPfn } = shape;
  // A zone without memory still has an arena, of one frame that nobody gets.
  const buddy = buildArena(profile, { startPfn, endPfn: Math.max(endPfn, startPfn + 1) }, geometry);
  const zone = new Zone({ ...shape, countsFreeHighatomic: profile.countsFreeHighatomic }, buddy);
  if (geometry.hugeOrder !== undefined) {
    zone.pcp = new PerCpuLists(geometry.hugeOrder, profile.pcp);
    if (profile.pcp.tunesHigh) zone.pcp.flags = PcpFlag.FREE_HIGH_BATCH;
  }
  return zone;
}

/** An arena of reserved frames that frees and merges as the profile's kernel does. */
export function buildArena(profile: Profile, { startPfn, endPfn }: Pick<ZoneShape, 'startPfn' | 'endPfn'>, { maxOrder, pageblockOrder }: Pick<Geometry, 'maxOrder' | 'pageblockOrder'>): Buddy {
  const { retypeOnMerge, splitLargeFrees } = profile;
  return new Buddy({ startPfn, pages: endPfn - startPfn, maxOrder, pageblockOrder, initially: 'reserved', retypeOnMerge, splitLargeFrees, deferLikelyMerges: true });
}

function assertZone({ name, pages, node = 0 }: ZoneOptions, startPfn: number, end: number, managedPages: number, before: readonly ZoneOptions[]): void {
  const at = { startPfn, pages, managedPages };
  if (!Number.isInteger(pages) || pages < 0) throw new MmError('BAD_ZONES', `zone ${name} has ${given(pages)} pages`, at);
  if (!Number.isInteger(managedPages) || managedPages < 0 || managedPages > pages) throw new MmError('BAD_ZONES', `zone ${name} can't manage ${given(managedPages)} of ${pages} pages`, at);
  if (!Number.isInteger(startPfn) || startPfn < 0) throw new MmError('BAD_ZONES', `zone ${name} begins at frame ${given(startPfn)}`, at);
  if (pages > 0 && startPfn < end) throw new MmError('BAD_ZONES', `zone ${name} begins at frame ${startPfn}, inside the zone before, which ends at ${end}`, at);
  if (!ZONE_NAMES.includes(name)) throw new MmError('BAD_ZONES', `no zone is called ${JSON.stringify(name)}; there are ${ZONE_NAMES.join(', ')}`, at);
  if (!Number.isInteger(node) || node < 0) throw new MmError('BAD_ZONES', `zone ${name} is on node ${given(node)}`, { ...at, node });
  const above = before.find((zone) => (zone.node ?? 0) === node && ZONE_NAMES.indexOf(zone.name) >= ZONE_NAMES.indexOf(name));
  if (above !== undefined) throw new MmError('BAD_ZONES', above.name === name ? `zone ${name} of node ${node} is there twice` : `zone ${name} comes after ${above.name}, which is above it`, at);
}

/**
 * Frees the managed pages of a zone in the largest aligned blocks, lowest first, each to the tail of its list: the order
 * in which memory is handed over at boot.
 */
function releaseManaged(zone: Zone): void {
  releaseRange(zone, zone.endPfn - zone.managedPages, zone.endPfn);
}

/** Frees the reserved frames `[from, to)`. Source: mm/page_alloc.c, __free_pages_core(), v6.12. */
export function releaseRange(zone: Zone, from: number, to: number): void {
  const { buddy } = zone;
  for (let pfn = from; pfn < to;) {
    let order = pfn === 0 ? zone.maxOrder : Math.min(zone.maxOrder, 31 - Math.clz32(pfn & -pfn));
    while (pfn + (1 << order) > to) order--;
    buddy.cache(pfn, order);
    const blockType = buddy.blockType(pfn);
    zone.account(1 << order, blockType);
    buddy.putLast(pfn - buddy.basePfn, order, blockType);
    pfn += 1 << order;
  }
}
