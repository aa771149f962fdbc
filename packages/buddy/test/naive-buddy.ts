/**
 * What a buddy allocator is, in sets and maps and without a thought for speed: the lists are arrays of frames, a block
 * is an entry in a map, and every rule is written down where it applies. Frames are absolute.
 */
export interface NaiveOptions {
  pages: number;
  startPfn: number;
  maxOrder: number;
  pageblockOrder: number;
  retypeOnMerge: boolean;
  splitLargeFrees: boolean;
  deferLikelyMerges: boolean;
}

const FALLBACKS: Record<number, number[]> = { 0: [2, 1], 1: [2, 0], 2: [0, 1] };

export class NaiveBuddy {
  readonly options: NaiveOptions;
  /** Free blocks: first frame to order. */
  readonly free = new Map<number, number>();
  readonly held = new Map<number, number>();
  /** Frames of each list, head first, by `order:type`. */
  readonly lists = new Map<string, number[]>();
  readonly types = new Map<number, number>();

  constructor(options: NaiveOptions) {
    this.options = options;
    const { startPfn, pages, maxOrder } = options;
    let pfn = startPfn;
    while (pfn < startPfn + pages) {
      let order = maxOrder;
      while (pfn % 2 ** order !== 0 || pfn + 2 ** order > startPfn + pages) order--;
      this.insert(pfn, order, 1, 'tail');
      pfn += 2 ** order;
    }
  }

  list(order: number, type: number): number[] {
    const key = `${order}:${type}`;
    const list = this.lists.get(key) ?? [];
    this.lists.set(key, list);
    return list;
  }

  blockOf(pfn: number): number {
    return Math.floor(pfn / 2 ** this.options.pageblockOrder);
  }

  typeAt(pfn: number): number {
    return this.types.get(this.blockOf(pfn)) ?? 1;
  }

  retype(pfn: number, order: number, type: number): void {
    for (let block = this.blockOf(pfn); block <= this.blockOf(pfn + 2 ** order - 1); block++) this.types.set(block, type);
  }

  freePages(): number {
    return [...this.free.values()].reduce((sum, order) => sum + 2 ** order, 0);
  }

  alloc(order: number, type: number): number {
    const { maxOrder, pageblockOrder } = this.options;
    for (let from = order; from <= maxOrder; from++) {
      const pfn = this.list(from, type)[0];
      if (pfn !== undefined) return this.take(pfn, order, type);
    }
    for (let from = maxOrder; from >= Math.max(order, pageblockOrder); from--) {
      for (const other of FALLBACKS[type] ?? []) {
        const pfn = this.list(from, other)[0];
        if (pfn === undefined) continue;
        this.retype(pfn, from, type);
        return this.take(pfn, order, type);
      }
    }
    for (let from = order; from < pageblockOrder; from++) {
      for (const other of FALLBACKS[type] ?? []) {
        const pfn = this.list(from, other)[0];
        if (pfn !== undefined) return this.take(pfn, order, other);
      }
    }
    return -1;
  }

  /** Takes the free block at `pfn`, keeps its lower part and lists the upper halves, largest first, each at the head. */
  take(pfn: number, order: number, type: number): number {
    let high = this.remove(pfn);
    while (high > order) {
      high--;
      this.insert(pfn + 2 ** high, high, type, 'head');
    }
    this.held.set(pfn, order);
    return pfn;
  }

  allocAt(pfn: number, order: number): number {
    for (let from = order; from <= this.options.maxOrder; from++) {
      let head = pfn - (pfn % 2 ** from);
      if (this.free.get(head) !== from) continue;
      const type = this.listTypeOf(head);
      this.remove(head);
      for (let half = from - 1; half >= order; half--) {
        const upper = head + 2 ** half;
        this.insert(pfn < upper ? upper : head, half, type, 'head');
        if (pfn >= upper) head = upper;
      }
      this.held.set(pfn, order);
      return pfn;
    }
    return -1;
  }

  release(pfn: number, order: number): void {
    this.held.delete(pfn);
    const { pageblockOrder, splitLargeFrees } = this.options;
    const piece = splitLargeFrees ? Math.min(order, pageblockOrder) : order;
    for (let at = pfn; at < pfn + 2 ** order; at += 2 ** piece) this.put(at, piece, this.typeAt(at));
  }

  put(pfn: number, order: number, type: number): void {
    const { maxOrder, pageblockOrder, retypeOnMerge, deferLikelyMerges } = this.options;
    let first = pfn;
    let at = order;
    while (at < maxOrder) {
      const buddy = this.buddyOf(first, at);
      if (this.free.get(buddy) !== at) break;
      const other = this.typeAt(buddy);
      if (at >= pageblockOrder && other !== type) {
        if (type >= 3 || other >= 3) break;
        if (retypeOnMerge) this.retype(buddy, at, type);
      }
      this.remove(buddy);
      first = Math.min(first, buddy);
      at++;
    }
    const parent = Math.min(first, this.buddyOf(first, at));
    const likely = at < maxOrder - 1 && this.free.get(this.buddyOf(parent, at + 1)) === at + 1;
    this.insert(first, at, type, deferLikelyMerges && likely ? 'tail' : 'head');
  }

  convertBlock(pfn: number, type: number): number {
    const { pageblockOrder } = this.options;
    const size = 2 ** pageblockOrder;
    const start = pfn - (pfn % size);
    const whole = [...this.free].find(([head, order]) => order > pageblockOrder && head <= pfn && pfn < head + 2 ** order);
    const blocks = whole !== undefined ? [whole] : [...this.free].filter(([head]) => head >= start && head < start + size).sort(([a], [b]) => a - b);
    for (const [head, order] of blocks) {
      this.remove(head);
      this.insert(head, order, type, 'tail');
    }
    this.retype(whole?.[0] ?? start, whole?.[1] ?? pageblockOrder, type);
    return blocks.reduce((sum, [, order]) => sum + 2 ** order, 0);
  }

  private buddyOf(pfn: number, order: number): number {
    return Math.floor(pfn / 2 ** order) % 2 === 0 ? pfn + 2 ** order : pfn - 2 ** order;
  }

  private listTypeOf(pfn: number): number {
    const order = this.free.get(pfn);
    return [0, 1, 2, 3, 4, 5, 6, 7].find((type) => this.list(order ?? -1, type).includes(pfn)) ?? -1;
  }

  private insert(pfn: number, order: number, type: number, end: 'head' | 'tail'): void {
    this.free.set(pfn, order);
    if (end === 'head') this.list(order, type).unshift(pfn);
    else this.list(order, type).push(pfn);
  }

  private remove(pfn: number): number {
    const order = this.free.get(pfn) ?? -1;
    const list = this.list(order, this.listTypeOf(pfn));
    list.splice(list.indexOf(pfn), 1);
    this.free.delete(pfn);
    return order;
  }
}
