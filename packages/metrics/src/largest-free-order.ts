/** The largest order of which a block is free, or -1. */
export function largestFreeOrder(freeBlocks: ArrayLike<number>): number {
  for (let order = freeBlocks.length - 1; order >= 0; order--) if (freeBlocks[order]! > 0) return order;
  return -1;
}
