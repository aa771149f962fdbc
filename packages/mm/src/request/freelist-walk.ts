import { NO_PAGE } from '@nopage/buddy';
import { AllocFlag } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import { ZoneFlag, type Zone } from '../zones/zone.js';
import { reserveHighatomic } from './highatomic.js';
import { rmqueue } from './rmqueue.js';

const { HIGHATOMIC, NO_WATERMARKS, NOFRAGMENT, WMARK_LOW, WMARK_HIGH, WMARK_MASK } = AllocFlag;
const { BELOW_HIGH } = ZoneFlag;

/**
 * Tries the zones of a request in order: the first that keeps its watermark and has a block serves it.
 * Source: mm/page_alloc.c, get_page_from_freelist(), v6.12.
 *
 * @param highest - Rank of the request's highest zone.
 * @returns The block's first frame, or `NO_PAGE`.
 */
export function walkFreelists(memory: Memory, gfp: number, order: number, migratetype: number, highest: number, allocFlags: number): number {
  const zones = memory.zonelists[highest]!;
  const ignoresBoost = order === 0 && memory.rules.ignoresBoost(gfp, allocFlags);
  for (const zone of zones) {
    // Better to mix types than to go to another node.
    if ((allocFlags & NOFRAGMENT) !== 0 && zone.node !== zones[0]!.node) break;
    if (!mayUse(memory, zone, order, highest, allocFlags, ignoresBoost)) continue;
    const pfn = rmqueue(memory, zone, order, migratetype, allocFlags);
    if (pfn === NO_PAGE) continue;
    if ((allocFlags & HIGHATOMIC) !== 0) reserveHighatomic(memory, zone, pfn, order);
    return pfn;
  }
  // A request that would rather not mix types in a pageblock has now tried every zone of its node that way.
  if ((allocFlags & NOFRAGMENT) === 0) return NO_PAGE;
  return walkFreelists(memory, gfp, order, migratetype, highest, allocFlags & ~NOFRAGMENT);
}

/** Does the zone keep its mark, or is the request excused from it? Notes a zone that is below its high mark. */
function mayUse(memory: Memory, zone: Zone, order: number, highest: number, allocFlags: number, ignoresBoost: boolean): boolean {
  const { rules, profile } = memory;
  const boost = zone.boostPages;
  const retryMark = ignoresBoost && boost > 0;
  if (profile.probesHighMark && (zone.flags & BELOW_HIGH) === 0) {
    const mark = zone.highPages + boost;
    if (rules.fast(zone, order, mark, retryMark ? zone.minPages : mark, highest, allocFlags, zone.freePages, null)) return true;
    zone.flags |= BELOW_HIGH;
  }
  const mark = markOf(zone, allocFlags & WMARK_MASK) + boost;
  if (rules.fast(zone, order, mark, retryMark ? zone.minPages : mark, highest, allocFlags, zone.freePages, null)) return true;
  return (allocFlags & NO_WATERMARKS) !== 0;
}

/** The watermark that flags name, without the boost. */
export function markOf(zone: Zone, mark: number): number {
  return mark === WMARK_LOW ? zone.lowPages : mark === WMARK_HIGH ? zone.highPages : zone.minPages;
}
