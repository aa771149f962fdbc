import { MisuseError } from '@nopage/buddy';
import { __GFP_MOVABLE, GFP_ATOMIC, GFP_NOWAIT, or } from '@nopage/gfp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MmError, NO_PAGE, PageAllocator, TaskFlag, ZoneFlag } from '../src/index.js';

const zones = [{ name: 'DMA32', startPfn: 64, pages: 500 }, { name: 'Normal', startPfn: 1024, pages: 1000 }] as const;
const make = (pcp: false | object = {}): PageAllocator => new PageAllocator({ zones, maxOrder: 6, pageblockOrder: 4, pcp });

/** Takes every page as a movable one. */
function exhaust(mm: PageAllocator): number[] {
  const held: number[] = [];
  const take = (): number => mm.allocAs(or(GFP_ATOMIC, __GFP_MOVABLE), 0, TaskFlag.MEMALLOC);
  for (let pfn = take(); pfn !== NO_PAGE; pfn = take()) held.push(pfn);
  return held;
}

describe('a bulk request', () => {
  it('takes from a pageblock of another type where a single one would rather go to the next zone', () => {
    // No zone has a whole pageblock left, and Normal has only movable pages.
    const build = (): PageAllocator => {
      const mm = make(false);
      for (const pfn of exhaust(mm)) if (pfn >= 1024 ? pfn % 2 === 0 : pfn % 16 !== 0) mm.free(pfn);
      const own = mm.alloc(or(GFP_ATOMIC, 4 as typeof GFP_ATOMIC));
      expect(own).toBeLessThan(1024);
      return mm;
    };
    expect(build().alloc(GFP_NOWAIT)).toBeLessThan(1024);
    const out = new Int32Array(8);
    expect(build().allocBulk(GFP_NOWAIT, out)).toBe(8);
    expect(Math.min(...out)).toBeGreaterThanOrEqual(1024);
  });

  it('boosts the watermarks, but leaves kswapd alone', () => {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 4000 }], maxOrder: 6, pageblockOrder: 4, minFreeKbytes: 200 });
    for (const pfn of exhaust(mm)) if (pfn % 2 === 0) mm.free(pfn);
    expect(mm.allocBulk(GFP_ATOMIC, new Int32Array(40))).toBe(40);
    const zone = mm.zoneNumbers(0);
    expect(zone?.boostPages).toBeGreaterThan(0);
    expect((zone?.flags ?? 0) & ZoneFlag.BOOSTED_WATERMARK).toBe(0);
  });

  it('gets a single page where no zone has as many to spare', () => {
    const mm = make();
    expect(mm.allocBulk(GFP_ATOMIC, new Int32Array(5000))).toBe(1);
  });

  it.each<[string, unknown]>([['an array', [0, 0]], ['bytes', new Uint8Array(4)], ['a number', 5], ['nothing', undefined], ['null', null]])('wants an Int32Array, not %s', (_what, frames) => {
    const mm = make();
    const before = mm.snapshot();
    for (const call of [() => mm.allocBulk(GFP_ATOMIC, frames as Int32Array), () => mm.allocBulk(GFP_ATOMIC, frames as Int32Array, 1), () => { mm.freeBulk(frames as Int32Array); }, () => { mm.freeBulk(frames as Int32Array, 1); }]) {
      expect(call).toThrow(expect.objectContaining({ code: 'ARRAY_TYPE' }));
    }
    expect(mm.snapshot()).toEqual(before);
  });
});

describe('a bulk free is all or nothing', () => {
  it.each([false, {}])('per-CPU lists %j: a frame that cannot be freed, or is there twice, keeps all the others', (pcp) => {
    fc.assert(fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 12 }), fc.constantFrom(3, 700, 1024 + 999, 100_000, -1), fc.nat(12), (picks, wrong, at) => {
      const mm = make(pcp);
      const held = Array.from({ length: 10 }, () => mm.alloc(GFP_ATOMIC));
      const list = picks.map((pick) => held[pick]!);
      const twice = new Set(list).size < list.length;
      if (at <= list.length) list.splice(at, 0, wrong);
      const before = mm.snapshot();
      try {
        mm.freeBulk(Int32Array.from(list));
        expect(twice || at <= picks.length).toBe(false);
        for (const pfn of list) expect(() => { mm.free(pfn); }).toThrow(MisuseError);
      } catch (error) {
        if (!(error instanceof MisuseError) && !(error instanceof MmError)) throw error;
        expect(mm.snapshot()).toEqual(before);
      }
      expect(mm.check()).toEqual([]);
    }), { seed: 7, numRuns: 60 });
  });

  it('frames that a state left reserved are still reserved after a bulk free that failed', () => {
    const state = make().state();
    const [dma32] = state.zones;
    const taken = { ...dma32!, freePages: 0, freeBlocks: dma32!.freeBlocks.map(() => 0), freeLists: [] };
    const mm = PageAllocator.fromState({ ...state, zones: [taken, state.zones[1]!] }, { maxOrder: 6, pageblockOrder: 4 });
    const before = mm.snapshot();
    expect(() => { mm.freeBulk(Int32Array.of(64, 65, 66, 65)); }).toThrow(expect.objectContaining({ code: 'DOUBLE_FREE' }));
    expect(mm.snapshot()).toEqual(before);
    mm.freeBulk(Int32Array.of(64, 65, 66));
    expect(mm.check()).toEqual([]);
  });
});
