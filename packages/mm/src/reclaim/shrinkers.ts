/** Pages asked of the shrinkers in one round. Source: include/linux/swap.h, SWAP_CLUSTER_MAX, v6.12. */
export const SWAP_CLUSTER_MAX = 32;

/** A cache that can give pages back. An object literal will do. */
export interface Shrinker {
  readonly name?: string;
  /** Pages that `scan` could free now. Called on every round: cheap, and without effect. */
  count(): number;
  /**
   * Frees up to about `pages` pages, by calling the allocator's `free`, and says how many. It may call `free` but must
   * not wait for memory. A promise is awaited by `allocWait` and passed over by `alloc`.
   */
  scan(pages: number): number | Promise<number>;
  /** Set when `scan` returns promises: `alloc`, which can't wait, then never calls it. */
  readonly async?: boolean;
}

/** The caches of one allocator, asked in turn. */
export class Shrinkers {
  private readonly list: Shrinker[];

  constructor(shrinkers: readonly Shrinker[]) {
    this.list = [...shrinkers];
  }

  add(shrinker: Shrinker): void {
    this.list.push(shrinker);
  }

  remove(shrinker: Shrinker): void {
    const at = this.list.indexOf(shrinker);
    if (at >= 0) this.list.splice(at, 1);
  }

  /** Pages that all of them could free. */
  count(): number {
    let pages = 0;
    for (const shrinker of this.list) pages += Math.max(0, shrinker.count());
    return pages;
  }

  /** Asks those that answer at once for pages; returns what they freed. */
  scan(pages: number): number {
    let freed = 0;
    for (const shrinker of this.list) {
      if (shrinker.async === true || shrinker.count() <= 0) continue;
      const got = shrinker.scan(pages - freed);
      if (typeof got === 'number') freed += got;
      if (freed >= pages) break;
    }
    return freed;
  }

  /** Asks all of them; returns what they freed. */
  async scanAll(pages: number): Promise<number> {
    let freed = 0;
    for (const shrinker of this.list) {
      if (shrinker.count() <= 0) continue;
      freed += await shrinker.scan(pages - freed);
      if (freed >= pages) break;
    }
    return freed;
  }
}
