import { GFP_ATOMIC, or } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { PageAllocator, type MayFail } from '../src/index.js';

describe('counters have the kernel\'s names', () => {
  it('and count pages, by zone where the kernel does', () => {
    const mm = new PageAllocator({ zones: [{ name: 'DMA32', pages: 512 }, { name: 'Normal', pages: 512 }, { name: 'Movable', pages: 0 }], minFreeKbytes: 0 });
    const pfn = mm.alloc(GFP_ATOMIC, 3);
    mm.alloc(or(GFP_ATOMIC, 4 as MayFail));
    mm.free(pfn, 3);
    expect(mm.vmstat()).toMatchObject({ pgalloc_dma32: 1, pgalloc_normal: 8, pgalloc_movable: 0, pgfree: 8, allocstall_movable: 0, compact_stall: 0 });
  });
});
