import { __GFP_DMA32, __GFP_RECLAIMABLE, GFP_ATOMIC, GFP_HIGHUSER_MOVABLE, GFP_KERNEL, GFP_NOWAIT, or } from '@nopage/gfp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_PAGE, PageAllocator, type MayFail, type PageAllocatorOptions } from '../src/index.js';

const WORDS: readonly MayFail[] = [GFP_ATOMIC, GFP_KERNEL, GFP_HIGHUSER_MOVABLE, GFP_HIGHUSER_MOVABLE, or(GFP_NOWAIT, __GFP_RECLAIMABLE), or(GFP_ATOMIC, __GFP_DMA32)];
const SHAPES: readonly [string, PageAllocatorOptions][] = [
  ['6.12', { zones: [{ name: 'Normal', pages: 4096 }], maxOrder: 7, pageblockOrder: 5 }],
  ['6.12 without per-CPU lists', { zones: [{ name: 'DMA32', pages: 1024 }, { name: 'Normal', pages: 3000 }], maxOrder: 7, pageblockOrder: 5, pcp: false }],
  ['6.12, a pageblock as large as the largest block', { zones: [{ name: 'Normal', pages: 2048 }], maxOrder: 5, pageblockOrder: 5, pcp: false }],
  ['6.1', { zones: [{ name: 'DMA32', pages: 1024 }, { name: 'Normal', pages: 3000 }], profile: 'linux-6.1', maxOrder: 6, pageblockOrder: 5 }],
];

/** Plays choices on an allocator; the state after each, and what was handed out. */
function play(mm: PageAllocator, choices: readonly number[]): unknown[] {
  const held: [number, number][] = [];
  return choices.map((choice) => {
    const order = Math.max(0, (choice >> 8) % 9 - 4);
    if (choice % 5 > 2 && held.length > 0) {
      const [[pfn, size]] = held.splice((choice >> 4) % held.length, 1) as [[number, number]];
      mm.free(pfn, size);
      return [pfn, size, mm.state(), mm.vmstat()];
    }
    const pfn = mm.alloc(WORDS[(choice >> 4) % WORDS.length]!, order);
    if (pfn !== NO_PAGE) held.push([pfn, order]);
    return [pfn, order, mm.state(), mm.vmstat()];
  });
}

describe('the short way gives the same blocks and leaves the same state as the long one, which whoever is traced takes', () => {
  it.each(SHAPES)('%s', (_name, options) => {
    fc.assert(fc.property(fc.array(fc.nat(0xffff), { minLength: 10, maxLength: 120 }), (choices) => {
      expect(play(new PageAllocator(options), choices)).toEqual(play(new PageAllocator({ ...options, trace: {} }), choices));
    }), { seed: 20, numRuns: 25 });
  });

  it('after the last waiter is served, too', async () => {
    const [short, long] = [new PageAllocator(SHAPES[1]![1]), new PageAllocator({ ...SHAPES[1]![1], trace: {} })];
    const outcomes = await Promise.all([short, long].map(async (mm) => {
      const held: number[] = [];
      for (let pfn = mm.alloc(GFP_KERNEL); pfn !== NO_PAGE; pfn = mm.alloc(GFP_KERNEL)) held.push(pfn);
      const waiting = mm.allocWait(GFP_KERNEL);
      for (const pfn of held) mm.free(pfn);
      return [await waiting, play(mm, Array.from({ length: 50 }, (_, i) => i * 977 & 0xffff))];
    }));
    expect(outcomes[0]).toEqual(outcomes[1]);
  });
});

describe('the short way is left at once', () => {
  it('by a word that was just served from one zone, when the zone before it gets memory', () => {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 4096 }, { name: 'Movable', pages: 0, startPfn: 8192 }], pcp: false });
    const pfn = mm.alloc(GFP_HIGHUSER_MOVABLE);
    mm.addMemory('Movable', 4096);
    expect([pfn < 4096, mm.alloc(GFP_HIGHUSER_MOVABLE) >= 8192]).toEqual([true, true]);
  });

  it('by frames that come back to a zone where one just did, when somebody waits for them', async () => {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 1024 }] });
    const held: number[] = [];
    for (let pfn = mm.alloc(GFP_KERNEL); pfn !== NO_PAGE; pfn = mm.alloc(GFP_KERNEL)) held.push(pfn);
    for (const pfn of held.splice(0, 20)) mm.free(pfn);
    const waiting = mm.allocWait(GFP_KERNEL, 4);
    for (const pfn of held) mm.free(pfn);
    expect(await waiting).toMatchObject({ ok: true });
  });
});

describe('pgfree', () => {
  it.each(SHAPES)('counts each page that comes back, %s', (_name, options) => {
    const mm = new PageAllocator(options);
    let freed = 0;
    for (let i = 0; i < 300; i++) {
      const order = i % 4;
      const pfn = mm.alloc(GFP_KERNEL, order);
      if (i % 3 === 0 || pfn === NO_PAGE) continue;
      mm.free(pfn, order);
      freed += 1 << order;
      expect(mm.vmstat()['pgfree']).toBe(freed);
    }
    const before = mm.snapshot();
    const out = new Int32Array(20);
    const taken = mm.allocBulk(GFP_KERNEL, out);
    mm.freeBulk(out, taken);
    expect(mm.vmstat()['pgfree']).toBe(freed + taken);
    mm.restore(before);
    expect(mm.vmstat()['pgfree']).toBe(freed);
    mm.addMemory('Normal', 512);
    expect(mm.vmstat()['pgfree']).toBe(freed);
    expect(PageAllocator.fromState(mm.state(), options).vmstat()['pgfree']).toBe(freed);
  });
});

describe('an order above the largest', () => {
  it('is refused before anyone is asked whether to inject a fault', () => {
    const asked: number[] = [];
    const mm = new PageAllocator({ ...SHAPES[0]![1], fault: { shouldFail: (_gfp, order) => asked.push(order) < 0 } });
    expect([8, 9, 15, 16, 1000].map((order) => mm.alloc(GFP_KERNEL, order))).toEqual(Array.from({ length: 5 }, () => NO_PAGE));
    expect(asked).toEqual([]);
    expect(mm.alloc(GFP_KERNEL, 7)).not.toBe(NO_PAGE);
    expect(asked).toEqual([7]);
  });
});

it.each([['the short way', {}], ['the long one', { trace: {} }]])('a fault point is asked as long as it is armed, by all who ask for pages: %s', async (_way, seams) => {
  const fault = { armed: false, shouldFail: () => true };
  const mm = new PageAllocator({ ...SHAPES[0]![1], ...seams, fault });
  const served = async (): Promise<boolean[]> =>
    [mm.alloc(GFP_KERNEL) !== NO_PAGE, mm.allocBulk(GFP_KERNEL, new Int32Array(2)) > 0, (await mm.allocWait(GFP_KERNEL)).ok];
  expect(await served()).toEqual([true, true, true]);
  fault.armed = true;
  expect(await served()).toEqual([false, false, false]);
});
