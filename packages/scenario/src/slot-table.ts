import { SLOTS_EACH } from './scenario.js';

/** A block in a slot. */
export interface HeldBlock {
  readonly slot: number;
  readonly pfn: number;
  readonly order: number;
}

class Held implements HeldBlock {
  readonly slot: number;
  pfn: number;
  readonly order: number;
  readonly cache: boolean;
  gone = false;

  constructor(slot: number, pfn: number, order: number, cache: boolean) {
    this.slot = slot;
    this.pfn = pfn;
    this.order = order;
    this.cache = cache;
  }
}

/** What a run holds, by slot and by frame, and in which order its cache pages came. */
export class SlotTable {
  /** By workload, then by slot: workloads number theirs from multiples of {@link SLOTS_EACH} on, without large gaps. */
  readonly #bySlot: (Held | undefined)[][] = [];
  /** Built when the first block is moved: many runs never see one. */
  #byPfn: Map<number, Held> | null = null;
  /** Oldest first from `#oldest` on; blocks that are gone stay until they are passed, or are the most. */
  #cache: Held[] = [];
  #oldest = 0;
  #size = 0;
  #cacheBlocks = 0;
  #cachePages = 0;

  get size(): number {
    return this.#size;
  }

  get cachePages(): number {
    return this.#cachePages;
  }

  /** Fills a slot that is empty. */
  put(slot: number, pfn: number, order: number, cache: boolean): void {
    const block = new Held(slot, pfn, order, cache);
    const workload = Math.floor(slot / SLOTS_EACH);
    (this.#bySlot[workload] ??= [])[slot % SLOTS_EACH] = block;
    this.#byPfn?.set(pfn, block);
    this.#size++;
    if (!cache) return;
    this.#cache.push(block);
    this.#cacheBlocks++;
    this.#cachePages += 2 ** order;
    if (this.#cache.length > 2 * this.#cacheBlocks + 1024) {
      this.#cache = this.#cache.filter((each) => !each.gone);
      this.#oldest = 0;
    }
  }

  /** Empties a slot; null when it is empty. */
  take(slot: number): HeldBlock | null {
    const blocks = this.#bySlot[Math.floor(slot / SLOTS_EACH)];
    const block = blocks?.[slot % SLOTS_EACH];
    if (blocks === undefined || block === undefined) return null;
    blocks[slot % SLOTS_EACH] = undefined;
    this.#byPfn?.delete(block.pfn);
    this.#size--;
    block.gone = true;
    if (block.cache) {
      this.#cacheBlocks--;
      this.#cachePages -= 2 ** block.order;
    }
    return block;
  }

  takeOldestCache(): HeldBlock | null {
    for (let block = this.#cache[this.#oldest]; block !== undefined; block = this.#cache[this.#oldest]) {
      this.#oldest++;
      if (!block.gone) return this.take(block.slot);
    }
    return null;
  }

  takeAll(): HeldBlock[] {
    const blocks = this.#all();
    for (const { slot } of blocks) this.take(slot);
    return blocks;
  }

  /** A block has a new place; false when no block begins at `from`. */
  move(from: number, to: number): boolean {
    this.#byPfn ??= new Map(this.#all().map((block) => [block.pfn, block]));
    const block = this.#byPfn.get(from);
    if (block === undefined) return false;
    this.#byPfn.delete(from);
    block.pfn = to;
    this.#byPfn.set(to, block);
    return true;
  }

  #all(): Held[] {
    return this.#bySlot.flatMap((blocks) => blocks.filter((block) => block !== undefined));
  }
}
