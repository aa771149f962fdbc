import { __GFP_KSWAPD_RECLAIM, GFP_ATOMIC, GFP_KERNEL, GFP_NOWAIT, __GFP_HIGH, __GFP_MEMALLOC, __GFP_MOVABLE, __GFP_NORETRY, __GFP_RECLAIMABLE, __GFP_RETRY_MAYFAIL, or } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { examplesOf } from '../../gfp/test/shared.js';
import { NO_PAGE, PageAllocator, TaskFlag, type MayFail } from '../src/index.js';

/** Takes single pages until the first refusal; returns how many are still free. */
function exhaust(mm: PageAllocator, gfp: MayFail, task = 0): number {
  while (mm.allocAs(gfp, 0, task) !== NO_PAGE);
  return mm.memInfo().freePages;
}

describe('how deep a request may go is what its word says', () => {
  const make = (): PageAllocator => new PageAllocator({ zones: [{ name: 'Normal', pages: 4096 }], minFreeKbytes: 1000 * 4, pcp: false, watermarkBoostFactor: 0 });
  // min is 1000: a request passes while more than the mark is free.
  it.each<[string, MayFail, number, number]>([
    ['GFP_KERNEL keeps min', or(GFP_KERNEL, __GFP_NORETRY), 0, 1000],
    ['GFP_NOWAIT has no discount', GFP_NOWAIT, 0, 1000],
    ['__GFP_HIGH may use half of min', or(GFP_KERNEL, __GFP_NORETRY, __GFP_HIGH), 0, 500],
    ['GFP_ATOMIC may use five eighths of min', GFP_ATOMIC, 0, 375],
    ['a victim of the OOM killer may use half of min, whatever its word', GFP_NOWAIT, TaskFlag.OOM_VICTIM, 500],
    ['__GFP_MEMALLOC may use the last page', or(GFP_NOWAIT, __GFP_MEMALLOC), 0, 0],
    ['a task that frees memory may use the last page', GFP_NOWAIT, TaskFlag.MEMALLOC, 0],
  ])('%s', (_rule, gfp, task, left) => {
    expect(exhaust(make(), gfp, task)).toBe(left);
  });
});

describe('a lower zone keeps pages from requests that could use a higher one', () => {
  it('as lowmem_reserve says, by the request and not by the zone', () => {
    const mm = new PageAllocator({ zones: [{ name: 'DMA32', pages: 4096 }, { name: 'Normal', pages: 4096 }], lowmemReserveRatio: [8, 32], minFreeKbytes: 0, pcp: false });
    exhaust(mm, or(GFP_NOWAIT));
    const [dma, normal] = mm.memInfo().zones;
    expect([dma?.freePages, normal?.freePages]).toEqual([512, 0]);
    expect(exhaust(mm, or(GFP_NOWAIT, 4 as MayFail))).toBe(0);
  });
});

const boosts = examplesOf('boost');
describe('taking from a pageblock of another type boosts the watermarks', () => {
  it('by a pageblock, up to the limit; not in zones below four pageblocks', () => {
    const grow = (pages: number, minFreeKbytes: number): number[] => {
      const mm = new PageAllocator({ zones: [{ name: 'Normal', pages }], minFreeKbytes, pcp: false });
      const seen: number[] = [0];
      // Every second page of movable memory is given back, so that nothing larger than a page is left to borrow.
      const held: number[] = [];
      for (let pfn = mm.alloc(or(GFP_ATOMIC, __GFP_MOVABLE)); pfn !== NO_PAGE; pfn = mm.alloc(or(GFP_ATOMIC, __GFP_MOVABLE))) held.push(pfn);
      held.forEach((pfn, i) => { if (i % 2 === 0) mm.free(pfn); });
      for (let i = 0; i < 4000; i++) {
        if (mm.alloc(or(GFP_ATOMIC, i % 2 === 0 ? __GFP_RECLAIMABLE : __GFP_KSWAPD_RECLAIM)) === NO_PAGE) break;
        const boost = mm.memInfo().zones[0]?.boostPages ?? 0;
        if (seen.at(-1) !== boost) seen.push(boost);
      }
      expect(mm.check()).toEqual([]);
      return seen;
    };
    expect(grow(20_000, 600 * 4)).toEqual([0, 512, 1024, 1350]);
    expect(grow(20_000, 100 * 4)).toEqual([0, 512]);
    expect(grow(2047, 100 * 4)).toEqual([0]);
  });

  it.skipIf(boosts.length === 0).each(boosts)('$id: $description', ({ input, expected }) => {
    const { managed, high_unboosted: high = 100, watermark_boost_factor: factor = 15_000 } = input as Record<string, number>;
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: managed! }], minFreeKbytes: 0, pcp: false, watermarkBoostFactor: factor });
    const state = mm.state();
    const [zone] = state.zones;
    // The example's high mark, set into the state directly; then everything is in use but a few single pages, so few
    // that no pageblock can be taken over: every request of another type tries, and boosts.
    const from = PageAllocator.fromState({ ...state, zones: [{ ...zone!, watermarks: [0, 0, high, high] }] }, { pcp: false, watermarkBoostFactor: factor });
    const free = (order: number): number => from.memInfo().zones[0]?.freeBlocks[order]?.count ?? 0;
    for (let order = 0; order < 9; order++) while (free(order) > 0) from.alloc(or(GFP_ATOMIC, __GFP_MOVABLE), order);
    const block = from.alloc(GFP_ATOMIC, 9);
    for (const order of [10, 9]) while (from.alloc(GFP_ATOMIC, order) !== NO_PAGE);
    from.split(block, 9);
    for (let i = 0; i < 512; i += 4) from.free(block + i);
    const after = (): number => {
      expect(from.alloc(or(GFP_ATOMIC, __GFP_RECLAIMABLE))).not.toBe(NO_PAGE);
      return from.zoneNumbers(0)?.boostPages ?? -1;
    };
    const [first, second] = (expected['boost_after_1_2_events'] ?? [expected['boost'], expected['boost']]) as [number, number];
    expect([after(), after()]).toEqual([first, second]);
    const events = expected['events_to_reach_cap'] as number | undefined;
    if (events === undefined) return;
    for (let i = 3; i < events; i++) after();
    expect(from.zoneNumbers(0)?.boostPages).toBeLessThan(expected['max_boost'] as number);
    expect(after()).toBe(expected['max_boost']);
  });
});

const highatomic = examplesOf('highatomic');
describe.skipIf(highatomic.length === 0)('the reserve for atomic blocks is as large as the examples say', () => {
  it.each(highatomic)('$id: $description', ({ versions, input, expected }) => {
    const { managed } = input as { managed: number };
    const mm = new PageAllocator({
      zones: [{ name: 'Normal', pages: managed }], profile: versions === '4.4-6.7' ? 'linux-6.1' : 'linux-6.12',
      minFreeKbytes: managed * 4, pcp: false,
    });
    // Far below every mark, each block of order 3 comes through the slow path and sets its pageblock aside.
    const gfp = or(GFP_ATOMIC, __GFP_MEMALLOC);
    let reserved = -1;
    for (let i = 0; i < managed / 8 && mm.zoneNumbers(0)?.reservedHighatomicPages !== reserved; i += 64) {
      reserved = mm.zoneNumbers(0)?.reservedHighatomicPages ?? 0;
      for (let k = 0; k < 130; k++) mm.alloc(gfp, 3);
    }
    const cap = (expected['cap_pages'] as number | undefined) ?? 0;
    // The last pageblock is set aside while the limit is not reached yet.
    expect(mm.zoneNumbers(0)?.reservedHighatomicPages).toBe(Math.ceil(cap / 512) * 512);
    expect(mm.check()).toEqual([]);
  });
});

describe('an atomic block of two pageblocks', () => {
  it.each([['linux-6.12', 'is set aside and given back whole', 32, [3, 3], [0, 0]], ['linux-6.1', 'has only its first set aside', 16, [3, 2], [0, 2]]] as const)('%s: %s', (profile, _what, reserved, aside, back) => {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 6400 }], maxOrder: 5, pageblockOrder: 4, minFreeKbytes: 6400 * 4, pcp: false, watermarkBoostFactor: 0, profile });
    const pfn = mm.alloc(or(GFP_ATOMIC, __GFP_RECLAIMABLE), 5);
    const types = (): number[] => [...mm.state().zones[0]!.pageblockTypes.subarray(pfn / 16, pfn / 16 + 2)];
    expect(mm.zoneNumbers(0)?.reservedHighatomicPages).toBe(reserved);
    expect(types()).toEqual(aside);
    mm.free(pfn, 5);
    expect(mm.alloc(or(GFP_KERNEL, __GFP_RETRY_MAYFAIL))).toBe(NO_PAGE);
    expect(mm.zoneNumbers(0)?.reservedHighatomicPages).toBe(0);
    expect(types()).toEqual(back);
    expect(mm.check()).toEqual([]);
  });
});
