import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Buddy, MisuseError, NO_PAGE } from '../src/index.js';

const bytesOf = (buddy: Buddy): Buffer => Buffer.from(buddy.snapshot());

describe('bulk', () => {
  it('takes and frees the very frames that one call after another would, in the same lists', () => {
    const counts = fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(counts, fc.boolean(), (steps, deferLikelyMerges) => {
        const options = { pages: 128, maxOrder: 5, pageblockOrder: 3, deferLikelyMerges };
        const [atOnce, oneByOne] = [new Buddy(options), new Buddy(options)];
        let held: number[] = [];
        for (const [takes, count] of steps) {
          if (takes) {
            const out = new Int32Array(count);
            const got = atOnce.allocBulk(out, count, count % 3);
            const expected = Array.from({ length: count }, () => oneByOne.alloc(0, count % 3)).filter((pfn) => pfn !== NO_PAGE);
            expect([...out.subarray(0, got)]).toEqual(expected);
            held.push(...expected);
          } else {
            const some = held.filter((_, i) => i % 3 !== count % 3);
            held = held.filter((_, i) => i % 3 === count % 3);
            if (count % 2 === 1) some.reverse();
            atOnce.freeBulk(Int32Array.from(some));
            for (const pfn of some) oneByOne.free(pfn, 0);
          }
          expect(atOnce.check()).toEqual([]);
          for (let order = 0; order <= 5; order++) {
            for (let type = 0; type < 3; type++) expect(atOnce.list(order, type)).toEqual(oneByOne.list(order, type));
          }
        }
      }),
      { seed: 64, numRuns: 60 },
    );
  });

  it('takes what there is when there is less than was asked for', () => {
    const buddy = new Buddy({ pages: 10, maxOrder: 3 });
    const out = new Int32Array(16).fill(-7);
    expect(buddy.allocBulk(out)).toBe(10);
    expect([...out.subarray(0, 10)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...out.subarray(10)]).toEqual([-7, -7, -7, -7, -7, -7]);
  });

  it('frees nothing when any frame of the list is refused, wherever it stands', () => {
    const bad = fc.constantFrom<number | 'again'>(-1, 96, 7, 'again');
    fc.assert(
      fc.property(fc.shuffledSubarray(Array.from({ length: 64 }, (_, i) => i)), fc.nat(), bad, (some, at, wrong) => {
        const buddy = new Buddy({ pages: 96, maxOrder: 5, pageblockOrder: 3 });
        const held = buddy.allocBulk(new Int32Array(64), 64);
        expect(held).toBe(64);
        buddy.free(7, 0);
        const list = some.filter((pfn) => pfn !== 7);
        list.splice(at % (list.length + 1), 0, wrong === 'again' ? list[0] ?? 7 : wrong);
        const before = bytesOf(buddy);
        expect(() => { buddy.freeBulk(Int32Array.from(list)); }).toThrow(MisuseError);
        expect(bytesOf(buddy).equals(before)).toBe(true);
        expect(buddy.check()).toEqual([]);
      }),
      { seed: 65, numRuns: 200 },
    );
  });

  it('frees reserved frames, too, or leaves them reserved when another is refused', () => {
    const buddy = new Buddy({ pages: 16, maxOrder: 3, initially: 'reserved' });
    buddy.free(0, 0);
    const before = bytesOf(buddy);
    expect(() => { buddy.freeBulk(Int32Array.of(5, 6, 0)); }).toThrow('frame 0 is free');
    expect(bytesOf(buddy).equals(before)).toBe(true);
    buddy.freeBulk(Int32Array.of(5, 6, 1));
    expect(buddy.freePages).toBe(4);
  });
});

describe('allocExact', () => {
  it.each([1, 2, 3, 5, 7, 8, 11, 13, 16])('of %i pages keeps just as many, and freeExact gives all of them back', (pages) => {
    const buddy = new Buddy({ pages: 64, maxOrder: 4, pageblockOrder: 3 });
    const pfn = buddy.allocExact(pages);
    expect(buddy.freePages).toBe(64 - pages);
    expect(Array.from({ length: 64 }, (_, frame) => buddy.isFree(frame)).map((free, frame) => free !== (frame >= pfn && frame < pfn + pages))).not.toContain(false);
    expect(buddy.check()).toEqual([]);
    buddy.freeExact(pfn, pages);
    expect(buddy.freeCount(4)).toBe(4);
  });

  it('of more than a largest block takes largest blocks side by side', () => {
    const buddy = new Buddy({ pages: 128, maxOrder: 4 });
    buddy.allocAt(16, 0);
    expect(buddy.allocExact(70)).toBe(32);
    expect(buddy.freePages).toBe(128 - 1 - 70);
    expect(buddy.allocExact(33)).toBe(NO_PAGE);
    expect(buddy.check()).toEqual([]);
    buddy.freeExact(32, 70);
    expect(buddy.freePages).toBe(127);
    expect(buddy.check()).toEqual([]);
  });

  it('may be given back in its parts', () => {
    const buddy = new Buddy({ pages: 16, maxOrder: 4 });
    const pfn = buddy.allocExact(5);
    buddy.free(pfn + 4, 0);
    buddy.free(pfn, 2);
    expect(buddy.freeCount(4)).toBe(1);
  });
});

describe('allocAt', () => {
  it('takes the block out of whatever free block it lies in', () => {
    const buddy = new Buddy({ pages: 32, maxOrder: 5 });
    expect(buddy.allocAt(22, 1)).toBe(22);
    expect([0, 1, 2, 3, 4].map((order) => buddy.list(order, 1))).toEqual([[], [20], [16], [24], [0]]);
    expect(buddy.allocAt(22, 0)).toBe(NO_PAGE);
    expect(buddy.allocAt(16, 3)).toBe(NO_PAGE);
    expect(buddy.allocAt(24, 3)).toBe(24);
    expect(buddy.check()).toEqual([]);
  });
});

describe('split', () => {
  it('makes a held block into single pages that are freed one by one', () => {
    const buddy = new Buddy({ pages: 8, maxOrder: 3 });
    const pfn = buddy.alloc(2);
    buddy.split(pfn, 2);
    expect(buddy.check()).toEqual([]);
    for (const at of [2, 0, 3, 1]) buddy.free(pfn + at, 0);
    expect(buddy.freeCount(3)).toBe(1);
  });
});
