import { GFP_ATOMIC } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { PageAllocator, type AllocatorTrace } from '../src/index.js';

describe('a trace is told of every choice', () => {
  it('in order', () => {
    const seen: string[] = [];
    const trace: AllocatorTrace = {
      zoneLocked: (pfn, order, type, refill) => seen.push(`z${pfn}:${order}:${type}:${refill ? 1 : 0}`),
      pcpuDrain: (pfn, order, type) => seen.push(`d${pfn}:${order}:${type}`),
      extfrag: (pfn, order, fallbackOrder, type, fallbackType, ownership) => seen.push(`x${pfn}:${order}:${fallbackOrder}:${type}:${fallbackType}:${ownership ? 1 : 0}`),
    };
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 1024 }], trace });
    expect(mm.alloc(GFP_ATOMIC)).toBe(0);
    mm.free(0);
    mm.drain();
    expect(seen).toEqual(['x0:0:10:0:1:1', 'd0:0:0']);
  });
});
