import type { Memory } from '../memory.js';
import { freeToCache } from '../pcp/pcp-lists.js';
import type { Zone } from '../zones/zone.js';
import { putFree } from './put-free.js';

/**
 * Gives a block back: to a per-CPU list that keeps its order, else to the free lists.
 * Source: mm/page_alloc.c, __free_pages(), free_one_page() and split_large_buddy(), v6.12.
 *
 * @throws {MisuseError} As `Buddy.free`; nothing has changed then.
 */
export function freeBlock(memory: Memory, zone: Zone, pfn: number, order: number): void {
  const pcp = zone.pcpFor(order);
  if (pcp === null) freeToLists(memory, zone, pfn, order);
  else freeToCache(memory, zone, pcp, pfn, order);
}

/** Gives a block back to the free lists, whatever per-CPU lists keep. @throws {MisuseError} As {@link freeBlock}. */
export function freeToLists(memory: Memory, zone: Zone, pfn: number, order: number): void {
  const { buddy } = zone;
  buddy.cache(pfn, order);
  const piece = memory.profile.splitLargeFrees && order > buddy.pageblockOrder ? buddy.pageblockOrder : order;
  for (let at = pfn; at < pfn + (1 << order); at += 1 << piece) putFree(zone, at, piece, buddy.blockType(at));
}
