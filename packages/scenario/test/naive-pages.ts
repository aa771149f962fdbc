import type { AllocStep, DrivenAllocator } from '../src/index.js';

/** Pages in a row, given out first fit at the block's own alignment; notices every wrong free. */
export class NaivePages implements DrivenAllocator {
  readonly used: Uint8Array;
  readonly requests: AllocStep[] = [];
  ticks = 0;
  drains = 0;

  constructor(pages: number) {
    this.used = new Uint8Array(pages);
  }

  get usedPages(): number {
    return this.used.reduce((sum, page) => sum + page, 0);
  }

  alloc(step: AllocStep): number {
    this.requests.push(step);
    const size = 2 ** step.order;
    for (let pfn = 0; pfn + size <= this.used.length; pfn += size) {
      if (!this.used.subarray(pfn, pfn + size).includes(1)) {
        this.used.fill(1, pfn, pfn + size);
        return pfn;
      }
    }
    return -1;
  }

  free(pfn: number, order: number): void {
    const block = this.used.subarray(pfn, pfn + 2 ** order);
    if (block.includes(0)) throw new Error(`free of ${pfn}, order ${order}, which is not held`);
    block.fill(0);
  }

  drain(): void {
    this.drains++;
  }

  tick(): void {
    this.ticks++;
  }
}
