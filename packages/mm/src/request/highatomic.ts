import { NO_PAGE } from '@nopage/buddy';
import { highatomicCap, Migratetype } from '@nopage/gfp';
import type { Memory } from '../memory.js';
import type { Zone } from '../zones/zone.js';

const { HIGHATOMIC } = Migratetype;

/**
 * Sets the pageblock aside that a high-order atomic request was just served from, if the zone may have another.
 * Source: mm/page_alloc.c, reserve_highatomic_pageblock(), v6.12.
 */
export function reserveHighatomic(memory: Memory, zone: Zone, pfn: number, order: number): void {
  if (zone.reservedHighatomicPages >= highatomicCap(zone.managedPages, zone.pageblockPages, memory.profile.setup)) return;
  const type = zone.buddy.blockType(pfn);
  if (type >= HIGHATOMIC) return;
  if (isLarge(memory, zone, order)) {
    zone.buddy.setBlockType(pfn, HIGHATOMIC, order);
    zone.reservedHighatomicPages += 1 << order;
  } else if (memory.profile.convertPageblock(zone, pfn, type, HIGHATOMIC) >= 0) {
    zone.reservedHighatomicPages += zone.pageblockPages;
  }
  zone.settle();
}

/**
 * Gives one reserved pageblock with free pages in it to ordinary requests.
 * Source: mm/page_alloc.c, unreserve_highatomic_pageblock(), v6.12.
 *
 * @param force - Even a zone's last one.
 * @returns Did pages change hands?
 */
export function unreserveHighatomic(memory: Memory, zones: readonly Zone[], migratetype: number, force: boolean): boolean {
  for (const zone of zones) {
    if (!force && zone.reservedHighatomicPages <= zone.pageblockPages) continue;
    for (let order = 0; order <= zone.maxOrder; order++) {
      const pfn = zone.buddy.firstFree(order, HIGHATOMIC);
      if (pfn === NO_PAGE) continue;
      // A page can stand on the reserve's lists from a time when its pageblock was part of it.
      if (zone.buddy.blockType(pfn) === HIGHATOMIC) {
        const pages = isLarge(memory, zone, order) ? 1 << order : zone.pageblockPages;
        zone.reservedHighatomicPages -= Math.min(pages, zone.reservedHighatomicPages);
        zone.settle();
      }
      if (unreserveBlock(memory, zone, pfn, order, migratetype) > 0) return true;
    }
  }
  return false;
}

function unreserveBlock(memory: Memory, zone: Zone, pfn: number, order: number, migratetype: number): number {
  if (!isLarge(memory, zone, order)) return memory.profile.convertPageblock(zone, pfn, HIGHATOMIC, migratetype);
  // A block of several pageblocks stays one block: it moves by its head, its pageblocks follow.
  const pages = zone.buddy.moveFreePages(pfn, migratetype);
  zone.count(-pages);
  zone.count(pages);
  zone.moveHighatomic(HIGHATOMIC, migratetype, pages);
  zone.buddy.setBlockType(pfn, migratetype, order);
  return pages;
}

/** Is the block dealt with as a whole, rather than the pageblock that it begins? */
function isLarge({ profile }: Memory, { buddy }: Zone, order: number): boolean {
  return profile.reservesLargeBlocks && order >= buddy.pageblockOrder;
}
