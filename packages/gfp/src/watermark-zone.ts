import { LIST_SHIFT, Migratetype, MIGRATETYPE_LETTERS } from './migratetype.js';
import type { FreeBlocks, ZoneState } from './zone-state.js';

/**
 * What the watermark arithmetic reads of a zone, by index and without a call. `mm`'s zones are such objects; a zone out
 * of a report becomes one with `watermarkZoneOf(state)`.
 */
export interface WatermarkZone {
  /** Pages, by the index of the request's highest zone. */
  readonly lowmemReserve: ArrayLike<number>;
  readonly reservedHighatomicPages: number;
  readonly freeHighatomicPages: number;
  readonly freeCmaPages: number;
  /** Free blocks, indexed `order << LIST_SHIFT | migratetype`. */
  readonly counts: ArrayLike<number>;
  /** Largest order of the zone's buddy, 10 as a rule. */
  readonly maxOrder: number;
}

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
  state.freeBlocks.forEach((blocks, order) => {
    if (order <= maxOrder) spread(blocks, counts, order << LIST_SHIFT);
  });
  return {
    lowmemReserve: state.lowmemReserve,
    reservedHighatomicPages: state.reservedHighatomicPages ?? 0,
    freeHighatomicPages: state.freeHighatomicPages ?? pagesOf(counts, Migratetype.HIGHATOMIC),
    freeCmaPages: state.freeCmaPages ?? pagesOf(counts, Migratetype.CMA),
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
  let rest = blocks.count;
  let heir = -1;
  for (const letter of blocks.types) {
    const type = MIGRATETYPE_LETTERS.indexOf(letter);
    if (type === -1) continue;
    counts[list + type] = 1;
    rest--;
    if (heir === -1 || (heir > Migratetype.RECLAIMABLE && type <= Migratetype.RECLAIMABLE)) heir = type;
  }
  const at = list + (heir === -1 ? Migratetype.UNMOVABLE : heir);
  counts[at] = (counts[at] ?? 0) + Math.max(0, rest);
}

function pagesOf(counts: readonly number[], type: number): number {
  let pages = 0;
  for (let list = type, size = 1; list < counts.length; list += 1 << LIST_SHIFT, size *= 2) pages += (counts[list] ?? 0) * size;
  return pages;
}
