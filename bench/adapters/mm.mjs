// The public door without per-CPU lists: flags, watermark, migratetype and counters at each request.
import { PageAllocator } from '@nopage/mm';
import { GFP_HIGHUSER_MOVABLE } from '@nopage/gfp';

/** An arena of `pages` in one zone, with reserves small enough for a trace that fills it. */
export class Arena {
  constructor(pages, options) {
    this.allocator = new PageAllocator({ zones: [{ name: 'Normal', pages }], minFreeKbytes: 128, ...options });
  }

  alloc(order) {
    return this.allocator.alloc(GFP_HIGHUSER_MOVABLE, order);
  }

  free(pfn, order) {
    this.allocator.free(pfn, order);
  }
}

export const create = (pages) => new Arena(pages, { pcp: false });
