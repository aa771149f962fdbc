import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Buddy, type BuddyOptions } from '../src/index.js';
import { NaiveBuddy, type NaiveOptions } from './naive-buddy.js';

/** Every list of both, head to tail, and every pageblock's type. */
function expectSame(buddy: Buddy, naive: NaiveBuddy): void {
  const { maxOrder, startPfn, pages, pageblockOrder } = buddy;
  for (let order = 0; order <= maxOrder; order++) {
    for (let type = 0; type < 4; type++) expect(buddy.list(order, type)).toEqual(naive.list(order, type));
  }
  for (let pfn = startPfn; pfn < startPfn + pages; pfn += 2 ** pageblockOrder) expect(buddy.blockType(pfn)).toBe(naive.typeAt(pfn));
  expect(buddy.freePages).toBe(naive.freePages());
}

const arenas: [string, NaiveOptions][] = [
  ['6.12 rules', { pages: 96, startPfn: 0, maxOrder: 5, pageblockOrder: 3, retypeOnMerge: true, splitLargeFrees: true, deferLikelyMerges: true }],
  ['6.1 rules', { pages: 96, startPfn: 0, maxOrder: 5, pageblockOrder: 3, retypeOnMerge: false, splitLargeFrees: false, deferLikelyMerges: true }],
  ['freed blocks to the head', { pages: 96, startPfn: 0, maxOrder: 5, pageblockOrder: 3, retypeOnMerge: true, splitLargeFrees: true, deferLikelyMerges: false }],
  ['pageblocks as large as the largest block', { pages: 64, startPfn: 0, maxOrder: 4, pageblockOrder: 4, retypeOnMerge: true, splitLargeFrees: true, deferLikelyMerges: true }],
  ['an arena that begins and ends anywhere', { pages: 77, startPfn: 13, maxOrder: 4, pageblockOrder: 2, retypeOnMerge: true, splitLargeFrees: true, deferLikelyMerges: true }],
  ['single pages only', { pages: 9, startPfn: 3, maxOrder: 0, pageblockOrder: 0, retypeOnMerge: true, splitLargeFrees: true, deferLikelyMerges: false }],
];

/** One step of both, drawn from three numbers: what, which block, how large. */
function step(buddy: Buddy, naive: NaiveBuddy, [what, which, size]: readonly [number, number, number]): void {
  const { startPfn, pages, maxOrder } = buddy;
  const held = [...naive.held];
  const target = held[which % Math.max(1, held.length)];
  const order = size % (maxOrder + 1);
  if (what < 9 || (what < 16 && target === undefined)) {
    const type = which % 3;
    expect(buddy.alloc(order, type)).toBe(naive.alloc(order, type));
  } else if (what < 16 && target !== undefined) {
    buddy.free(...target);
    naive.release(...target);
  } else if (what < 18) {
    const pfn = Math.ceil(startPfn / 2 ** order) * 2 ** order;
    const at = pfn + (which % Math.max(1, Math.floor((startPfn + pages - pfn) / 2 ** order))) * 2 ** order;
    if (at + 2 ** order <= startPfn + pages) expect(buddy.allocAt(at, order)).toBe(naive.allocAt(at, order));
  } else {
    const pfn = startPfn + (which % pages);
    const type = size % 4;
    expect(buddy.convertBlock(pfn, type)).toBe(naive.convertBlock(pfn, type));
  }
}

describe('against the naive model', () => {
  it.each(arenas)('every frame, every list and every pageblock agree after each step: %s', (_name, options) => {
    const steps = fc.array(fc.tuple(fc.nat(18), fc.nat(1000), fc.nat(20)), { minLength: 1, maxLength: 150 });
    fc.assert(
      fc.property(steps, (script) => {
        const buddy = new Buddy(options);
        const naive = new NaiveBuddy(options);
        for (const numbers of script) {
          step(buddy, naive, numbers);
          expectSame(buddy, naive);
          expect(buddy.check()).toEqual([]);
        }
      }),
      { seed: 612, numRuns: 25 },
    );
  });
});

/** xorshift32; a million draws are too many for a generator of scripts. */
function rng(seed: number): () => number {
  let s = seed;
  return () => {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    return s >>> 0;
  };
}

describe('a million operations', () => {
  const small: [string, BuddyOptions][] = [
    ['32 pages', { pages: 32, maxOrder: 4, pageblockOrder: 2 }],
    ['29 pages from frame 3', { pages: 29, startPfn: 3, maxOrder: 4, pageblockOrder: 3, deferLikelyMerges: true }],
    ['20 pages, types left as they are', { pages: 20, maxOrder: 3, pageblockOrder: 1, retypeOnMerge: false, splitLargeFrees: false }],
    ['16 pages in shared memory', { pages: 16, maxOrder: 4, pageblockOrder: 4, buffer: new SharedArrayBuffer(4096) }],
  ];

  it.each(small)('no two blocks overlap, none is lost and check() finds nothing, 250,000 times: %s', (_name, options) => {
    const random = rng(7);
    const buddy = new Buddy(options);
    const owner = new Int32Array(buddy.startPfn + buddy.pages);
    const held: [number, number][] = [];
    let heldPages = 0;
    for (let i = 1; i <= 250_000; i++) {
      const grows = i % 5000 < 3000 ? 5 : 3;
      if (held.length === 0 || random() % 8 < grows) {
        const order = random() % (buddy.maxOrder + 1);
        const pfn = buddy.alloc(order, random() % 3);
        if (pfn === -1) continue;
        const size = 1 << order;
        if (pfn % size !== 0) expect.fail(`step ${i}: frame ${pfn} is not aligned to order ${order}`);
        for (let frame = pfn; frame < pfn + size; frame++) {
          if (owner[frame] !== 0) expect.fail(`step ${i}: frame ${frame} is held twice`);
          owner[frame] = i;
        }
        held.push([pfn, order]);
        heldPages += size;
      } else {
        const [[pfn, order]] = held.splice(random() % held.length, 1) as [[number, number]];
        owner.fill(0, pfn, pfn + (1 << order));
        heldPages -= 1 << order;
        buddy.free(pfn, order);
      }
      const broken = buddy.check();
      if (broken.length > 0) expect.fail(`step ${i}: ${broken.join('; ')}`);
      if (buddy.freePages !== buddy.pages - heldPages) expect.fail(`step ${i}: ${buddy.freePages} pages are free, not ${buddy.pages - heldPages}`);
    }
    for (const [pfn, order] of held) buddy.free(pfn, order);
    expect(buddy.freePages).toBe(buddy.pages);
    expect(buddy.check()).toEqual([]);
  });
});
