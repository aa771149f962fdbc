/** Who holds which frame: all that a correct allocator owes its callers, and nothing about how it goes about it. */
export class NaiveMemory {
  private readonly owner = new Map<number, number>();
  readonly held: { pfn: number; order: number }[] = [];
  private readonly ranges: readonly (readonly [from: number, to: number])[];

  constructor(ranges: readonly (readonly [from: number, to: number])[]) {
    this.ranges = ranges;
  }

  get heldPages(): number {
    return this.owner.size;
  }

  /** Notes a block; returns what is wrong with it. */
  take(pfn: number, order: number): string | null {
    const end = pfn + 2 ** order;
    if (pfn % 2 ** order !== 0) return `frame ${pfn} is not aligned to order ${order}`;
    if (!this.ranges.some(([from, to]) => pfn >= from && end <= to)) return `frames ${pfn} to ${end} are not managed`;
    for (let at = pfn; at < end; at++) {
      if (this.owner.has(at)) return `frame ${at} is held already`;
      this.owner.set(at, pfn);
    }
    this.held.push({ pfn, order });
    return null;
  }

  /** Forgets the block at a place of `held`. */
  give(place: number): { pfn: number; order: number } {
    const block = this.held[place]!;
    this.held[place] = this.held.at(-1)!;
    this.held.pop();
    for (let at = block.pfn; at < block.pfn + 2 ** block.order; at++) this.owner.delete(at);
    return block;
  }

  split(place: number): { pfn: number; order: number } {
    const block = this.give(place);
    for (let i = 0; i < 2 ** block.order; i++) this.take(block.pfn + i, 0);
    return block;
  }
}
