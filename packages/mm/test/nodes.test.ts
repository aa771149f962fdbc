import { __GFP_MOVABLE, GFP_ATOMIC, GFP_DMA32, GFP_KERNEL, GFP_NOWAIT, or } from '@nopage/gfp';
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

describe('requests on a machine of several nodes', () => {
  const twoNodes = (): PageAllocator => new PageAllocator({ zones: [{ name: 'DMA32', pages: 2048 }, { name: 'Normal', pages: 2048 }, { name: 'Normal', pages: 2048, node: 1 }, { name: 'Movable', pages: 1024, node: 1 }], minFreeKbytes: 0, pcp: false });

  it('take from the first node, highest zone first, then from the next', () => {
    const mm = twoNodes();
    const firsts = drain(mm).filter((_, i) => i % 64 === 0).map((pfn) => Math.floor(pfn / 2048));
    expect(firsts).toEqual([1, 0, 2]);
  });

  it('that name a zone get no higher one, on any node', () => {
    const mm = twoNodes();
    for (let pfn = mm.alloc(GFP_DMA32, 5); pfn !== NO_PAGE; pfn = mm.alloc(GFP_DMA32, 5)) expect(pfn).toBeLessThan(2048);
    expect(mm.memInfo().zones.map(({ freePages }) => freePages)).toEqual([0, 2048, 2048, 1024]);
    expect(mm.alloc(or(GFP_KERNEL, 10 as typeof GFP_KERNEL), 5)).not.toBe(NO_PAGE);
  });

  it('leave a zone what its own node keeps for those that can go no higher', () => {
    const mm = twoNodes();
    // 2048 / 256 of DMA32 for what node 0 has above it, and 1024 / 32 of Normal for Movable on node 1 alone.
    expect(mm.state().zones.map(({ lowmemReserve }) => [...lowmemReserve])).toEqual([[0, 8, 8], [0, 0, 0], [0, 0, 32], [0, 0, 0]]);
  });

  it('mix types in a pageblock of their node rather than go to the next', () => {
    const mm = twoNodes();
    const movable: number[] = [];
    while ((movable.at(-1) ?? 0) < 4096) movable.push(mm.alloc(or(GFP_NOWAIT, __GFP_MOVABLE), 5));
    const freed = movable.find((pfn) => pfn >= 2048)!;
    mm.free(freed, 5);
    expect(mm.alloc(GFP_ATOMIC, 0)).toBe(freed);
  });

  it('for many pages at once stay on their node; a single one may come from the next', () => {
    const mm = twoNodes();
    for (const pfn of drain(mm)) if (pfn >= 4096) mm.free(pfn, 5);
    while (mm.alloc(GFP_DMA32) !== NO_PAGE);
    const pages = new Int32Array(8);
    expect(mm.allocBulk(GFP_ATOMIC, pages)).toBe(1);
    expect(pages[0]).toBeGreaterThanOrEqual(4096);
  });

  it('are counted by the kind of zone', () => {
    const mm = twoNodes();
    drain(mm);
    const { pgalloc_normal: pages, allocstall_normal: stalls } = mm.vmstat();
    expect(pages).toBe(4096);
    expect(stalls).toBeGreaterThan(0);
    expect(PageAllocator.fromState(mm.state()).vmstat()).toEqual(mm.vmstat());
  });

  it('memory is added to the zone of a node', () => {
    const mm = twoNodes();
    mm.addMemory('Movable', 512, 1);
    expect(mm.state().zones[3]?.managedPages).toBe(1536);
    expect(() => { mm.addMemory('Movable', 512); }).toThrow(expect.objectContaining({ code: 'BAD_ZONES' }));
    expect(mm.check()).toEqual([]);
  });
});

describe('zones come in the kernel\'s order', () => {
  it.each<[string, readonly ZoneOptions[]]>([
    ['Normal before DMA', [{ name: 'Normal', pages: 64 }, { name: 'DMA', pages: 64 }]],
    ['one twice', [{ name: 'Normal', pages: 64 }, { name: 'Normal', pages: 64 }]],
    ['one that no kernel has', [{ name: 'Attic' as 'Normal', pages: 64 }]],
    ['one on half a node', [{ name: 'Normal', pages: 64, node: 0.5 }]],
  ])('%s is refused', (_what, odd) => {
    expect(() => new PageAllocator({ zones: odd })).toThrow(expect.objectContaining({ code: 'BAD_ZONES' }));
  });
});
