import { NO_PAGE, STATE } from '@nopage/buddy';
import { AllocFlag, fragmentationIndex, Migratetype } from '@nopage/gfp';
import { putFree } from '../free/put-free.js';
import type { Memory } from '../memory.js';
import { COSTLY_ORDER } from '../pcp/per-cpu-lists.js';
import { markOf } from '../request/freelist-walk.js';
import { VmEvent } from '../zones/vm-counters.js';
import type { Zone } from '../zones/zone.js';
import { zoneOf } from '../zones/zonelist.js';

/** How hard compaction tries. Source: include/linux/compaction.h, enum compact_priority, v6.12. */
export const CompactPriority = { SYNC_FULL: 0, SYNC_LIGHT: 1, ASYNC: 2 } as const;

/** How compaction ended; a larger one counts for more. Source: include/linux/compaction.h, enum compact_result, v6.12. */
export const CompactResult = { SKIPPED: 1, DEFERRED: 2, COMPLETE: 5, SUCCESS: 8 } as const;

/** Log2 of the most attempts that are put off in a row. Source: mm/compaction.c, COMPACT_MAX_DEFER_SHIFT, v6.12. */
const MAX_DEFER_SHIFT = 6;

/** Up to this index, in thousandths, memory is what is lacking. Source: mm/compaction.c, sysctl_extfrag_threshold, v6.12. */
const EXTFRAG_THRESHOLD = 500;

/**
 * Moves the content of a block in use to another place. The frames at `toPfn` are free for it; return true once nothing
 * refers to `fromPfn` any more, anything else to have everything left as it was. It must not call back into the
 * allocator; a block that it frees or splits all the same is left alone. Where it throws, nothing has moved, and so does
 * the request.
 */
export type MovePages = (fromPfn: number, toPfn: number, order: number) => boolean;

/**
 * Compacts the zones of a request until one has a block for it.
 * Source: mm/compaction.c, try_to_compact_pages(), v6.12.
 *
 * @param flags - The request's `AllocFlag`s: compaction is done when they get it a block.
 * @param move - Null: nothing can be moved, and only the verdict is reached.
 * @returns One of {@link CompactResult}.
 */
export function compactZones(memory: Memory, gfp: number, order: number, highest: number, flags: number, priority: number, move: MovePages | null): number {
  if (memory.trace !== null) memory.trace.compact?.(order, gfp, priority);
  let result: number = CompactResult.SKIPPED;
  for (const zone of memory.zonelists[highest]!) {
    if (priority > CompactPriority.SYNC_FULL && isDeferred(zone, order)) {
      result = Math.max(result, CompactResult.DEFERRED);
      continue;
    }
    const status = compactZone(memory, zone, order, highest, flags, move);
    result = Math.max(result, status);
    if (status === CompactResult.SUCCESS) {
      allowUpTo(zone, order);
      break;
    }
    if (priority !== CompactPriority.ASYNC && status === CompactResult.COMPLETE) defer(zone, order);
  }
  return result;
}

/**
 * Counts an attempt that was not skipped. A block that came of it has the attempts in its zone put off no longer.
 * Source: mm/page_alloc.c, __alloc_pages_direct_compact(); mm/compaction.c, compaction_defer_reset(), v6.12.
 *
 * @param pfn - The block's first frame, or `NO_PAGE`.
 */
export function noteAttempt(memory: Memory, order: number, pfn: number): void {
  memory.vm[VmEvent.COMPACTSTALL]!++;
  memory.vm[pfn === NO_PAGE ? VmEvent.COMPACTFAIL : VmEvent.COMPACTSUCCESS]!++;
  const zone = zoneOf(memory, pfn);
  if (zone === null) return;
  zone.compactConsidered = zone.compactDeferShift = 0;
  allowUpTo(zone, order);
}

function compactZone(memory: Memory, zone: Zone, order: number, highest: number, flags: number, move: MovePages | null): number {
  const { check } = memory.rules;
  const mark = markOf(zone, flags & AllocFlag.WMARK_MASK) + zone.boostPages;
  const served = (): boolean => check(zone, order, mark, highest, flags, zone.freePages, null);
  if (served()) return CompactResult.SUCCESS;
  if (!isSuitable(memory, zone, order, highest)) return CompactResult.SKIPPED;
  if (move !== null && movePages(memory, zone, served, move)) return CompactResult.SUCCESS;
  return CompactResult.COMPLETE;
}

/**
 * Is there enough free memory to move pages about in?
 * Source: mm/compaction.c, compaction_suitable(), v6.12.
 */
function isSuitable(memory: Memory, zone: Zone, order: number, highest: number): boolean {
  return hasRoom(memory, zone, order, highest, zone.freePages) && (order <= COSTLY_ORDER || isFragmented(zone, order));
}

/** Source: mm/compaction.c, __compaction_suitable(), v6.12. */
function hasRoom(memory: Memory, zone: Zone, order: number, highest: number, freePages: number): boolean {
  const mark = (order > COSTLY_ORDER ? zone.lowPages : zone.minPages) + zone.boostPages + (2 << order);
  return memory.rules.check(zone, 0, mark, highest, AllocFlag.CMA, freePages, null);
}

/**
 * Could compaction be tried in some zone of a request, if a part of what reclaim might free came back?
 * Source: mm/compaction.c, compaction_zonelist_suitable(), v6.12.
 */
export function mightCompact(memory: Memory, order: number, highest: number): boolean {
  return memory.zonelists[highest]!.some((zone) => {
    const free = zone.exactFreePages();
    return hasRoom(memory, zone, order, highest, free + Math.floor(memory.reclaimablePages(zone, free) / order));
  });
}

/** Would a request of this order fail for want of a block, rather than of memory? */
function isFragmented({ buddy, maxOrder }: Zone, order: number): boolean {
  const index = fragmentationIndex(Array.from({ length: maxOrder + 1 }, (_, at) => buddy.freeCount(at)), order);
  return index < 0 || index > EXTFRAG_THRESHOLD;
}

/** Source: mm/compaction.c, compaction_deferred(), v6.12. */
function isDeferred(zone: Zone, order: number): boolean {
  if (order < zone.compactOrderFailed) return false;
  zone.compactConsidered++;
  if (zone.compactConsidered < 1 << zone.compactDeferShift) return true;
  zone.compactConsidered = 1 << zone.compactDeferShift;
  return false;
}

function allowUpTo(zone: Zone, order: number): void {
  if (order >= zone.compactOrderFailed) zone.compactOrderFailed = order + 1;
}

/** Source: mm/compaction.c, defer_compaction(), v6.12. */
function defer(zone: Zone, order: number): void {
  zone.compactConsidered = 0;
  zone.compactDeferShift = Math.min(zone.compactDeferShift + 1, MAX_DEFER_SHIFT);
  zone.compactOrderFailed = Math.min(zone.compactOrderFailed, order);
}

/**
 * Moves movable blocks from the zone's low end to free pages at its high end, until `served` or the two meet.
 */
function movePages(memory: Memory, zone: Zone, served: () => boolean, move: MovePages): boolean {
  const { buddy, movable } = zone;
  if (movable === null) return false;
  let free = zone.endPfn;
  for (let pfn = zone.startPfn; pfn < free;) {
    const state = buddy.state[pfn - buddy.basePfn]!;
    const order = state >= STATE.HELD && state < STATE.CACHED ? state & 15 : -1;
    if (order < 0 || !movable.has(pfn)) {
      pfn += order > 0 ? 1 << order : 1;
      continue;
    }
    free = findFree(zone, free, pfn + (1 << order), order);
    if (free < 0) return false;
    if (!moveBlock(memory, zone, pfn, free, order, move)) {
      pfn += 1 << order;
      continue;
    }
    if (served()) return true;
    pfn += 1 << order;
  }
  return false;
}

/** The highest place below `end` and not below `least` where a block of this order is free; -1 when there is none. */
function findFree(zone: Zone, end: number, least: number, order: number): number {
  const size = 1 << order;
  for (let pfn = (end & -size) - size; pfn >= least; pfn -= size) {
    const head = zone.buddy.freeHead(pfn);
    if (head === NO_PAGE) continue;
    if (zone.buddy.blockType(pfn) >= Migratetype.HIGHATOMIC) continue;
    if (head + (1 << zone.buddy.freeOrderAt(head)) >= pfn + size) return pfn;
  }
  return -1;
}

function moveBlock(memory: Memory, zone: Zone, from: number, to: number, order: number, move: MovePages): boolean {
  const { buddy } = zone;
  const size = 1 << order;
  if (buddy.allocAt(to, order) === NO_PAGE) return false;
  zone.account(-size, buddy.blockType(to));
  let moved = false;
  try {
    moved = (move(from, to, order) as unknown) === true && isHeld(zone, from, order) && isHeld(zone, to, order);
  } finally {
    memory.vm[moved ? VmEvent.PGMIGRATE_SUCCESS : VmEvent.PGMIGRATE_FAIL]! += size;
    const left = moved ? from : to;
    if (moved) {
      zone.movable!.clear(from, size);
      zone.movable!.set(to, size);
    }
    if (isHeld(zone, left, order)) putFree(zone, left, order, buddy.blockType(left));
  }
  return moved;
}

function isHeld({ buddy }: Zone, pfn: number, order: number): boolean {
  return buddy.state[pfn - buddy.basePfn] === (STATE.HELD | order);
}
