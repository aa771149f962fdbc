import { AllocFlag, decode, failureEvent, LIST_SHIFT, Migratetype, MIGRATETYPE_LETTERS, permits, watermark, type FailureEvent, type FreeBlocks, type RefusalReason, type ZoneState } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import { markOf } from '../request/freelist-walk.js';
import { TaskFlag } from '../request/task.js';
import type { Zone } from '../zones/zone.js';

const PAGE_BYTES = 4096;
/** Migratetypes of this many are reported; the rest does not exist. */
const TYPES = 6;

/** Why a request got nothing, with the numbers that say so. */
export interface Refusal {
  readonly ok: false;
  readonly reason: RefusalReason;
  readonly gfp: number;
  readonly order: number;
  /** Largest order that the same request would have been served just then; -1 when not even one page. */
  readonly largestOrder: number;
  /** The zones that the request could use, as they stood. */
  readonly zones: readonly ZoneState[];
}

/** A request that was served. */
export interface Grant {
  readonly ok: true;
  /** First frame of the block. */
  readonly pfn: number;
}

export type Outcome = Grant | Refusal;

/** Where a request came from, as a failure names it. */
export interface Origin {
  readonly site: string | null;
  readonly stack: readonly string[];
}

/** Builds a refusal from the zones as they stand. `reason` null: read it off the zones. */
export function refusalOf(memory: Memory, gfp: number, order: number, highest: number, reason: RefusalReason | null): Refusal {
  const zones = memory.zones.filter((zone) => zone.managedPages > 0 && zone.rank <= highest);
  return {
    ok: false,
    reason: reason ?? reasonOf(memory, gfp, order, highest),
    gfp, order,
    largestOrder: largestOrder(memory, gfp, highest),
    zones: zones.map(zoneState),
  };
}

/** The event of a refusal: what reporters, metrics and explanations take. */
export function eventOf(memory: Memory, refusal: Refusal, at: number | null, origin: Origin): FailureEvent {
  const { gfp, order, reason } = refusal;
  const { era, name } = memory.profile;
  return failureEvent({
    kind: reason === 'injected' ? 'fault-injection' : reason === 'order-too-large' ? 'order-too-large' : 'page-allocation-failure',
    at, kernel: name, order, bytes: 2 ** order * PAGE_BYTES, pageBytes: PAGE_BYTES,
    mode: { mask: gfp, names: decode(gfp, era), from: 'decoded', consistent: true, candidates: [] },
    permits: permits(gfp, era),
    site: origin.site, stack: origin.stack,
    reason, largestOrder: refusal.largestOrder, zones: refusal.zones,
  });
}

/** Enough memory in some zone, but no block in it: fragmented. Otherwise short of memory. */
function reasonOf(memory: Memory, gfp: number, order: number, highest: number): RefusalReason {
  const zones = memory.zonelists[highest]!;
  if (zones.length === 0) return 'no-eligible-zone';
  const allocFlags = flagsOf(memory, gfp, order);
  const short = zones.every((zone) => watermark(memory.rules.check, zone, requestOf(zone, order, highest, allocFlags)).reason === 'below-watermark');
  return short ? 'below-watermark' : 'no-suitable-block';
}

function largestOrder(memory: Memory, gfp: number, highest: number): number {
  const zones = memory.zonelists[highest]!;
  const maxOrder = Math.max(-1, ...zones.map((zone) => zone.maxOrder));
  for (let order = maxOrder; order >= 0; order--) {
    const own = ownFlagsOf(memory, gfp, order);
    const most = flagsOf(memory, gfp, order);
    if (zones.some((zone) => serves(memory, zone, gfp, order, highest, own) || serves(memory, zone, gfp, order, highest, most))) return order;
  }
  return -1;
}

/** Would the zone give such a request a block: does it keep its mark, and is there one in a list that serves it? */
function serves(memory: Memory, zone: Zone, gfp: number, order: number, highest: number, allocFlags: number): boolean {
  const mark = markOf(zone, allocFlags & AllocFlag.WMARK_MASK) + zone.boostPages;
  const unboosted = order === 0 && memory.rules.ignoresBoost(gfp, allocFlags) ? zone.minPages : mark;
  const passes = (allocFlags & AllocFlag.NO_WATERMARKS) !== 0 || memory.rules.fast(zone, order, mark, unboosted, highest, allocFlags, zone.freePages, null);
  return passes && hasBlock(memory, zone, order, gfp >> 3 & 3, allocFlags);
}

function hasBlock(memory: Memory, { pcp, counts, maxOrder }: Zone, order: number, migratetype: number, allocFlags: number): boolean {
  if (pcp?.keeps(order) === true && pcp.lists[pcp.listOf(order, migratetype)]!.length > 0) return true;
  const last = (allocFlags & (AllocFlag.HIGHATOMIC | memory.lastResortFlags)) !== 0 ? Migratetype.HIGHATOMIC : Migratetype.RECLAIMABLE;
  for (let current = order; current <= maxOrder; current++) {
    for (let type = 0; type <= last; type++) if (counts[(current << LIST_SHIFT) | type] !== 0) return true;
  }
  return false;
}

/** The flags of a request's slow path. */
function ownFlagsOf({ rules, task }: Memory, gfp: number, order: number): number {
  return rules.allocFlags(gfp, order, (task & TaskFlag.REALTIME) !== 0);
}

/** The most that a request may do: its slow path's flags, or the reserves it has a right to. */
function flagsOf(memory: Memory, gfp: number, order: number): number {
  const flags = ownFlagsOf(memory, gfp, order);
  return memory.rules.reserveFlags(gfp, (memory.task & TaskFlag.MEMALLOC) !== 0, (memory.task & TaskFlag.OOM_VICTIM) !== 0, flags) || flags;
}

function requestOf(zone: Zone, order: number, highestZoneIndex: number, allocFlags: number): Parameters<typeof watermark>[2] {
  return { order, markPages: markOf(zone, allocFlags & AllocFlag.WMARK_MASK) + zone.boostPages, highestZoneIndex, allocFlags, freePages: zone.freePages };
}

/** A zone as it stands, in the words of the family. */
export function zoneState(zone: Zone): ZoneState {
  const { boostPages } = zone;
  return {
    node: zone.node, name: zone.name, freePages: zone.exactFreePages(), boostPages,
    minPages: zone.minPages + boostPages, lowPages: zone.lowPages + boostPages, highPages: zone.highPages + boostPages,
    reservedHighatomicPages: zone.reservedHighatomicPages, freeHighatomicPages: zone.freeHighatomicPages, freeCmaPages: 0,
    presentPages: zone.presentPages, managedPages: zone.managedPages, freePcpPages: zone.pcp?.count ?? 0,
    lowmemReserve: Array.from(zone.lowmemReserve), freeBlocks: freeBlocksOf(zone), counters: {},
  };
}

/** Plain loops: a refusal that is told pays for this. */
function freeBlocksOf({ maxOrder, counts }: Zone): FreeBlocks[] {
  const freeBlocks: FreeBlocks[] = [];
  for (let order = 0; order <= maxOrder; order++) {
    const byMigratetype: number[] = [];
    let count = 0;
    let types = '';
    for (let type = 0; type < TYPES; type++) {
      const blocks = counts[(order << LIST_SHIFT) | type]!;
      byMigratetype.push(blocks);
      count += blocks;
      if (blocks > 0) types += MIGRATETYPE_LETTERS[type]!;
    }
    freeBlocks.push({ count, types, byMigratetype });
  }
  return freeBlocks;
}
