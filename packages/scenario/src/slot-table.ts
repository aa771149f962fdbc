/** A block in a slot. */
export interface HeldBlock {
  readonly slot: number;
  pfn: number;
  readonly order: number;
  readonly cache: boolean;
}

/** What a run holds, by slot and by frame, and in which order its cache pages came. */
export class SlotTable {
  readonly #bySlot = new Map<number, HeldBlock>();
  readonly #byPfn = new Map<number, HeldBlock>();
  /** A Map keeps the order in which keys came: the first is the oldest. */
  readonly #cache = new Map<number, HeldBlock>();
  #cachePages = 0;

  get size(): number {
    return this.#bySlot.size;
  }

  get cachePages(): number {
    return this.#cachePages;
  }

  /** Fills a slot that is empty. */
  put(slot: number, pfn: number, order: number, cache: boolean): void {
    const block = { slot, pfn, order, cache };
    this.#bySlot.set(slot, block);
    this.#byPfn.set(pfn, block);
    if (cache) {
      this.#cache.set(slot, block);
      this.#cachePages += 2 ** order;
    }
  }

  /** Empties a slot; null when it is empty. */
  take(slot: number): HeldBlock | null {
    const block = this.#bySlot.get(slot);
    if (block === undefined) return null;
    this.#bySlot.delete(slot);
    this.#byPfn.delete(block.pfn);
    if (block.cache) {
      this.#cache.delete(slot);
      this.#cachePages -= 2 ** block.order;
    }
    return block;
  }

  takeOldestCache(): HeldBlock | null {
    for (const slot of this.#cache.keys()) return this.take(slot);
    return null;
  }

  takeAll(): HeldBlock[] {
    const blocks = [...this.#bySlot.values()];
    for (const { slot } of blocks) this.take(slot);
    return blocks;
  }

  /** A block has a new place; false when no block begins at `from`. */
  move(from: number, to: number): boolean {
    const block = this.#byPfn.get(from);
    if (block === undefined) return false;
    this.#byPfn.delete(from);
    block.pfn = to;
    this.#byPfn.set(to, block);
    return true;
  }
}
