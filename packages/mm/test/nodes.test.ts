import { GFP_KERNEL } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { MmError, NO_PAGE, PageAllocator, type ZoneOptions } from '../src/index.js';

const zones: readonly ZoneOptions[] = [{ name: 'Normal', pages: 2048 }, { name: 'DMA32', pages: 2048, node: 1 }, { name: 'Normal', pages: 2048, node: 1 }];

/** Frames of order 5 until nothing is left. */
function drain(mm: PageAllocator): number[] {
  const pfns: number[] = [];
  for (let pfn = mm.alloc(GFP_KERNEL, 5); pfn !== NO_PAGE; pfn = mm.alloc(GFP_KERNEL, 5)) pfns.push(pfn);
  return pfns;
}

describe('zones of several nodes', () => {
  it('stay on their nodes in a state: an allocator made from it serves as the first one would', () => {
    const mm = new PageAllocator({ zones });
    mm.alloc(GFP_KERNEL, 0);
    const copy = PageAllocator.fromState(mm.state());
    expect(copy.state()).toEqual(mm.state());
    expect(copy.memInfo()).toEqual(mm.memInfo());
    expect(drain(copy)).toEqual(drain(mm));
  });

  it('a state whose node is no number of a node is refused', () => {
    const state = new PageAllocator({ zones }).state();
    for (const node of [-1, 0.5, NaN]) expect(() => PageAllocator.fromState({ ...state, zones: state.zones.map((zone) => ({ ...zone, node })) })).toThrow(MmError);
  });
});
