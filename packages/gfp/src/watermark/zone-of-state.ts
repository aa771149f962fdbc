import { LIST_SHIFT, Migratetype, MIGRATETYPE_LETTERS } from '../migratetype.js';
import type { WatermarkZone } from '../watermark-zone.js';
import type { FreeBlocks, ZoneState } from '../zone-state.js';

/**
 * A zone out of a report as the arithmetic reads it.
 *
 * A report gives the number of free blocks of an order and the letters of the lists that hold at least one. So each
 * letter gets one block and the rest go to the first list that everyone may take from (or to the only letters there
 * are); where a layout has no letters, all blocks count as unmovable. Decisions need no more than that: every rule asks
 * either for the total or whether a list is empty. Two counters that older layouts lack are taken from the letters as
 * what is proven: the fewest pages that the H and C lists can hold.
 *
 * @param maxOrder - Largest order of the machine; by default that of the longest list printed, 10 when none is.
 */
export function watermarkZoneOf(state: ZoneState, maxOrder: number = state.freeBlocks.length > 0 ? state.freeBlocks.length - 1 : 10): WatermarkZone {
  const counts: number[] = new Array<number>((maxOrder + 1) << LIST_SHIFT).fill(0);
  state.freeBlocks.slice(0, maxOrder + 1).forEach((blocks, order) => spread(blocks, counts, order << LIST_SHIFT));
  return {
    lowmemReserve: state.lowmemReserve,
    reservedHighatomicPages: state.reservedHighatomicPages ?? 0,
    freeHighatomicPages: state.freeHighatomicPages ?? pagesOf(counts, Migratetype.HIGHATOMIC, maxOrder),
    freeCmaPages: state.freeCmaPages ?? pagesOf(counts, Migratetype.CMA, maxOrder),
    counts,
    maxOrder,
  };
}

function spread(blocks: FreeBlocks, counts: number[], list: number): void {
  if (blocks.byMigratetype !== undefined) {
    blocks.byMigratetype.forEach((count, type) => (counts[list + type] = count));
    return;
  }
  if (blocks.count <= 0) return;
  const types = Array.from(blocks.types, (letter) => MIGRATETYPE_LETTERS.indexOf(letter)).filter((type) => type !== -1);
  for (const type of types) counts[list + type] = 1;
  const rest = list + (types.find((type) => type <= Migratetype.RECLAIMABLE) ?? types[0] ?? Migratetype.UNMOVABLE);
  counts[rest] = (counts[rest] ?? 0) + Math.max(0, blocks.count - types.length);
}

function pagesOf(counts: readonly number[], type: number, maxOrder: number): number {
  let pages = 0;
  for (let order = 0; order <= maxOrder; order++) pages += (counts[(order << LIST_SHIFT) + type] ?? 0) * 2 ** order;
  return pages;
}
