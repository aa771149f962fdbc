/**
 * How much of the free memory is useless for one order, and why a request of that order would fail. Both read the
 * free blocks of all mobilities, as the kernel does, so a hopeful value does not prove that a given request may use
 * the block.
 *
 * @param freeBlocks - Free blocks by order, order 0 first.
 */
export interface FreeSummary {
  readonly freePages: number;
  readonly blocks: number;
  /** How many blocks of the order asked for could be cut from what is free. */
  readonly suitable: number;
}

/** Adds up free blocks as seen by a request of `order`. */
export function freeSummary(freeBlocks: ArrayLike<number>, order: number): FreeSummary {
  let freePages = 0;
  let blocks = 0;
  let suitable = 0;
  for (let o = 0; o < freeBlocks.length; o++) {
    const count = freeBlocks[o]!;
    freePages += count * 2 ** o;
    blocks += count;
    if (o >= order) suitable += count * 2 ** (o - order);
  }
  return { freePages, blocks, suitable };
}

/**
 * Whether a failure of `order` would be for lack of memory (towards 0) or for fragmentation (towards 1000); -1000 when
 * the request would succeed, 0 when nothing at all is free. In thousandths, an integer, as the kernel computes it:
 * also below zero when very little is free.
 */
// mm/vmstat.c, __fragmentation_index(), v6.12
export function fragmentationIndex(freeBlocks: ArrayLike<number>, order: number): number {
  const { freePages, blocks, suitable } = freeSummary(freeBlocks, order);
  if (blocks === 0) return 0;
  if (suitable > 0) return -1000;
  return 1000 - Math.floor((1000 + Math.floor((freePages * 1000) / 2 ** order)) / blocks);
}

/** The share of free memory that a request of `order` can't use, in thousandths; 1000 when nothing is free. */
// mm/vmstat.c, unusable_free_index(), v6.12
export function unusableIndex(freeBlocks: ArrayLike<number>, order: number): number {
  const { freePages, suitable } = freeSummary(freeBlocks, order);
  if (freePages === 0) return 1000;
  return Math.floor(((freePages - suitable * 2 ** order) * 1000) / freePages);
}

/** The largest order of which a block is free, or -1. */
export function largestFreeOrder(freeBlocks: ArrayLike<number>): number {
  for (let order = freeBlocks.length - 1; order >= 0; order--) if (freeBlocks[order]! > 0) return order;
  return -1;
}
