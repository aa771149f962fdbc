import { PageAllocator } from '@nopage/mm';

// GFP_ATOMIC | __GFP_MOVABLE: may use all but the last page, and stays on one type's lists as the core does.
const GFP = 0x828;

/** The public door with its checks, flags, watermarks and counters; no per-CPU lists, no seam in use. */
export class Machine {
  constructor(pages, options) {
    this.mm = new PageAllocator({ zones: [{ name: 'Normal', pages }], minFreeKbytes: 0, watermarkBoostFactor: 0, pcp: false, ...options });
  }

  alloc(order) {
    return this.mm.alloc(GFP, order);
  }

  free(page, order) {
    this.mm.free(page, order);
  }

  drain() {
    this.mm.drain();
  }

  freeCounts() {
    return this.mm.memInfo().zones[0].freeBlocks.map(({ count }) => count);
  }
}

export const create = (pages) => new Machine(pages, {});
