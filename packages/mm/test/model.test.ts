import { __GFP_DMA32, __GFP_HIGH, __GFP_HIGHMEM, __GFP_MEMALLOC, __GFP_MOVABLE, __GFP_NORETRY, __GFP_RECLAIMABLE, GFP_ATOMIC, GFP_HIGHUSER_MOVABLE, GFP_KERNEL, GFP_NOWAIT, or } from '@nopage/gfp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_PAGE, PageAllocator, type MayFail, type PageAllocatorOptions } from '../src/index.js';
import { NaiveMemory } from './naive-memory.js';

const WORDS: readonly MayFail[] = [
  GFP_ATOMIC, GFP_KERNEL, or(GFP_KERNEL, __GFP_NORETRY), GFP_NOWAIT, GFP_HIGHUSER_MOVABLE, or(GFP_ATOMIC, __GFP_MOVABLE), or(GFP_NOWAIT, __GFP_RECLAIMABLE),
  or(GFP_ATOMIC, __GFP_DMA32), or(GFP_NOWAIT, __GFP_MEMALLOC), or(GFP_NOWAIT, __GFP_HIGH), or(GFP_ATOMIC, __GFP_HIGHMEM, __GFP_MOVABLE),
];
const SHAPES: readonly [string, PageAllocatorOptions][] = [
  ['one zone', { zones: [{ name: 'Normal', pages: 2048 }], maxOrder: 8, pageblockOrder: 6 }],
  ['three zones of odd sizes', { zones: [{ name: 'DMA32', startPfn: 77, pages: 700 }, { name: 'Normal', pages: 1301, managedPages: 1200 }, { name: 'Movable', pages: 500 }], maxOrder: 7, pageblockOrder: 5 }],
  ['no per-CPU lists', { zones: [{ name: 'DMA', pages: 300 }, { name: 'Normal', pages: 1000 }], maxOrder: 6, pageblockOrder: 4, pcp: false }],
  ['linux-6.1', { zones: [{ name: 'DMA32', startPfn: 33, pages: 900 }, { name: 'Normal', pages: 1000 }], profile: 'linux-6.1', maxOrder: 6, pageblockOrder: 5 }],
  ['linux-6.1, one pageblock a largest block', { zones: [{ name: 'Normal', pages: 1000 }], profile: 'linux-6.1', maxOrder: 5, pageblockOrder: 5, minFreeKbytes: 1200 }],
  ['large reserves', { zones: [{ name: 'Normal', pages: 7000 }], maxOrder: 7, pageblockOrder: 4, minFreeKbytes: 9000, watermarkScaleFactor: 300 }],
];

const ranges = ({ zones }: PageAllocatorOptions): [number, number][] => {
  let end = 0;
  return zones.map(({ startPfn = end, pages, managedPages = pages }) => {
    end = startPfn + pages;
    return [end - managedPages, end];
  });
};

/** Runs operations encoded as numbers, against the naive model, with `check()` after each. */
function run(options: PageAllocatorOptions, choices: readonly number[]): void {
  const mm = new PageAllocator(options);
  const naive = new NaiveMemory(ranges(options));
  const managed = mm.memInfo().managedPages;
  const out = new Int32Array(40);
  for (const choice of choices) {
    const gfp = WORDS[(choice >> 4) % WORDS.length]!;
    const order = (choice >> 8) % ((options.maxOrder ?? 10) + 1);
    switch (choice & 15) {
      case 12: {
        const taken = mm.allocBulk(gfp, out, (choice >> 6) % 40);
        for (const pfn of out.subarray(0, taken)) expect(naive.take(pfn, 0)).toBeNull();
        break;
      }
      case 13: mm.drain(); break;
      case 14: if (naive.held.length > 0) { const { pfn, order: size } = naive.split((choice >> 4) % naive.held.length); mm.split(pfn, size); } break;
      case 15: mm.restore(structuredClone(mm.snapshot())); break;
      case 8: case 9: case 10: case 11:
        if (naive.held.length > 0) { const { pfn, order: size } = naive.give((choice >> 4) % naive.held.length); mm.free(pfn, size); }
        break;
      default: {
        const outcome = mm.tryAlloc(gfp, order);
        if (outcome.ok) expect(naive.take(outcome.pfn, order)).toBeNull();
        else expect(outcome.largestOrder).toBeLessThan((options.maxOrder ?? 10) + 1);
      }
    }
    expect(mm.check()).toEqual([]);
    const { freePages, pcpPages } = mm.memInfo();
    expect(freePages + pcpPages + naive.heldPages).toBe(managed);
  }
  while (naive.held.length > 0) { const { pfn, order } = naive.give(0); mm.free(pfn, order); }
  mm.drain();
  expect(mm.check()).toEqual([]);
  expect(mm.memInfo().freePages).toBe(managed);
}

describe('whatever is asked in whatever order, no frame has two owners and none is lost', () => {
  it.each(SHAPES)('%s', (_name, options) => {
    fc.assert(fc.property(fc.array(fc.nat(0xffff), { minLength: 20, maxLength: 150 }), (choices) => { run(options, choices); }), { seed: 7, numRuns: 25 });
  });
});

describe('a refusal is right: the next smaller largestOrder would have been served', () => {
  it.each(SHAPES)('%s', (_name, options) => {
    fc.assert(fc.property(fc.array(fc.nat(0xffff), { minLength: 20, maxLength: 120 }), fc.integer({ min: 1, max: WORDS.length }), (choices, word) => {
      const mm = new PageAllocator({ ...options, watermarkBoostFactor: 0, pcp: false });
      const gfp = WORDS[word % WORDS.length]!;
      const held: [number, number][] = [];
      for (const choice of choices) {
        const order = (choice >> 8) % ((options.maxOrder ?? 10) + 1);
        if ((choice & 3) === 0) {
          const [block] = held.splice(choice % (held.length || 1), 1);
          if (block !== undefined) mm.free(...block);
          continue;
        }
        const outcome = mm.tryAlloc(gfp, order);
        if (outcome.ok) {
          held.push([outcome.pfn, order]);
          continue;
        }
        expect(outcome.largestOrder).toBeLessThan(order);
        if (outcome.largestOrder < 0) continue;
        const smaller = mm.alloc(gfp, outcome.largestOrder);
        expect(smaller).not.toBe(NO_PAGE);
        held.push([smaller, outcome.largestOrder]);
      }
    }), { seed: 8, numRuns: 25 });
  });
});
