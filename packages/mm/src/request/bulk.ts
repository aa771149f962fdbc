import { given, NO_PAGE, STATE } from '@nopage/buddy';
import { AllocFlag } from '@nopage/gfp';
import { MmError } from '../errors.js';
import type { Memory } from '../memory.js';
import { takeFromList } from '../pcp/pcp-lists.js';
import { SearchMode } from '../profiles/profile.js';
import type { Zone } from '../zones/zone.js';
import { zoneOf } from '../zones/zonelist.js';
import { takeAny } from './fallback.js';

const { CACHED, HELD, RESERVED } = STATE;

/**
 * Takes up to `count` single pages of one zone: from a per-CPU list, refilled as it runs dry, or from the free lists.
 * Other than a single request it neither spares pageblocks of another type nor wakes kswapd.
 * Source: mm/page_alloc.c, alloc_pages_bulk_noprof(), v6.12.
 *
 * @returns Frames written to the front of `out`; 0 when no zone has that much to spare.
 */
export function takeBulk(memory: Memory, migratetype: number, highest: number, out: Int32Array, count: number): number {
  const zones = memory.zonelists[highest]!;
  for (const zone of zones) {
    // Another node's pages are asked for one by one.
    if (zone.node !== zones[0]!.node) return 0;
    const mark = zone.lowPages + zone.boostPages + count;
    if (!memory.rules.fast(zone, 0, mark, mark, zones[0]!.rank, AllocFlag.WMARK_LOW, zone.freePages, null)) continue;
    const { pcp } = zone;
    let taken = 0;
    zone.searchMode = SearchMode.NORMAL;
    try {
      while (taken < count) {
        const pfn = pcp === null ? takeAny(memory, zone, 0, migratetype, AllocFlag.WMARK_LOW) : takeFromList(memory, zone, pcp, 0, migratetype, AllocFlag.WMARK_LOW);
        if (pfn === NO_PAGE) break;
        out[taken++] = pfn;
      }
    } catch (error) {
      // No memory for a longer list: pages that are in `out` by now are still the caller's.
      if (taken === 0 || !(error instanceof RangeError)) throw error;
    }
    zone.allocatedPages += taken;
    return taken;
  }
  return 0;
}

/** @throws {MmError} `ARRAY_TYPE`. */
export function lengthOf(frames: Int32Array): number {
  if (Object.prototype.toString.call(frames) !== '[object Int32Array]') throw new MmError('ARRAY_TYPE', 'frames are in an Int32Array');
  return frames.length;
}

/** @throws {MmError} `ARRAY_TYPE`, or `PAGES_RANGE` when `count` is not 0 to the array's length. */
export function assertFrameArray(frames: Int32Array, count: number): void {
  lengthOf(frames);
  if (!Number.isInteger(count) || count < 0 || count > frames.length) {
    throw new MmError('PAGES_RANGE', `count is 0 to ${frames.length}, not ${given(count)}`, { count, length: frames.length });
  }
}

/**
 * Throws unless each of the first `count` frames is a single page that is held, and is there once. Changes nothing.
 *
 * @throws As `free`, at the first that can't be freed.
 */
export function assertFreeable(memory: Memory, pfns: Int32Array, count: number): void {
  const reserved: number[] = [];
  let marked = 0;
  try {
    for (let zone = memory.zones[0]!; marked < count; marked++) {
      const pfn = pfns[marked]!;
      if (!zone.contains(pfn)) zone = assertZone(memory, pfn);
      const { state, basePfn } = zone.buddy;
      // Marked as they are looked at: the second of two equal frames is not held any more.
      if (state[pfn - basePfn] === HELD) {
        state[pfn - basePfn] = CACHED;
      } else {
        if (state[pfn - basePfn] === RESERVED) reserved.push(pfn);
        zone.buddy.cache(pfn, 0);
      }
    }
  } finally {
    for (let i = 0, zone = memory.zones[0]!; i < marked; i++) {
      const pfn = pfns[i]!;
      if (!zone.contains(pfn)) zone = assertZone(memory, pfn);
      zone.buddy.state[pfn - zone.buddy.basePfn] = HELD;
    }
    for (const pfn of reserved) {
      const { state, basePfn } = assertZone(memory, pfn).buddy;
      state[pfn - basePfn] = RESERVED;
    }
  }
}

/** @throws {MmError} `FOREIGN_FRAME`. */
function assertZone(memory: Memory, pfn: number): Zone {
  const zone = zoneOf(memory, pfn);
  if (zone === null) throw new MmError('FOREIGN_FRAME', `frame ${pfn} is in no zone`, { pfn, order: 0 });
  return zone;
}
