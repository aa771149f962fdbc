/** Free memory of a zone as seen by a request for 2^order pages. */
interface FreeMemory {
  readonly pages: number;
  readonly blocks: number;
  /** Requests of that size that the blocks large enough could serve. */
  readonly suitable: number;
}

/**
 * Would a request fail for want of memory (near 0) or because what is free lies in small pieces (near 1000)?
 *
 * @param freeBlocks - Free blocks by order, all mobilities together.
 * @returns Thousandths. -1000: it would not fail. 0 when nothing is free. Of a single free block that is too small the
 *   formula makes other negative numbers.
 */
// mm/vmstat.c, __fragmentation_index(), v6.12
export function fragmentationIndex(freeBlocks: ArrayLike<number>, order: number): number {
  const free = freeMemory(freeBlocks, order);
  if (free.blocks === 0) return 0;
  if (free.suitable > 0) return -1000;
  return 1000 - Math.floor((1000 + Math.floor((free.pages * 1000) / 2 ** order)) / free.blocks);
}

/**
 * The share of free memory that a request for 2^order pages can't use, whatever its mobility.
 *
 * @returns Thousandths, 0 to 1000; 1000 when nothing is free.
 */
// mm/vmstat.c, unusable_free_index(), v6.12
export function unusableIndex(freeBlocks: ArrayLike<number>, order: number): number {
  const free = freeMemory(freeBlocks, order);
  if (free.pages === 0) return 1000;
  return Math.floor(((free.pages - free.suitable * 2 ** order) * 1000) / free.pages);
}

/** As {@link unusableIndex}, in whole percent: what proactive compaction steers by. 0 when nothing is free. */
// mm/vmstat.c, extfrag_for_order(), v6.12
export function unusablePercent(freeBlocks: ArrayLike<number>, order: number): number {
  const free = freeMemory(freeBlocks, order);
  if (free.pages === 0) return 0;
  return Math.floor(((free.pages - free.suitable * 2 ** order) * 100) / free.pages);
}

/**
 * An index as debugfs prints it: `0.812`, `-1.000`, and `0.-250` for the odd small negative.
 *
 * @param width - Least number of characters before the point; 2 in extfrag_index, 1 in unusable_index.
 */
export function formatIndex(thousandths: number, width = 1): string {
  const whole = String(Math.trunc(thousandths / 1000)).padStart(width);
  const rest = thousandths % 1000;
  return `${whole}.${rest < 0 ? `-${String(-rest).padStart(2, '0')}` : String(rest).padStart(3, '0')}`;
}

function freeMemory(freeBlocks: ArrayLike<number>, order: number): FreeMemory {
  let pages = 0;
  let blocks = 0;
  let suitable = 0;
  for (let current = 0; current < freeBlocks.length; current++) {
    const count = freeBlocks[current] ?? 0;
    blocks += count;
    pages += count * 2 ** current;
    if (current >= order) suitable += count * 2 ** (current - order);
  }
  return { pages, blocks, suitable };
}
