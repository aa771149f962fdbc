import type { Zone } from '../zones/zone.js';

/**
 * Puts a block that is on no list back among the free pages of its zone, and merges it.
 * Source: mm/page_alloc.c, __free_one_page(), v6.12.
 */
export function putFree(zone: Zone, pfn: number, order: number, migratetype: number): void {
  zone.account(1 << order, migratetype);
  zone.buddy.put(pfn - zone.buddy.basePfn, order, migratetype);
}
