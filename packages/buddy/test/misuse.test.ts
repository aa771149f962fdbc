import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Buddy, MAX_PAGES, MisuseError, NO_PAGE, type BuddyOptions } from '../src/index.js';

/** The code of what `call` throws; `none` when it returns. */
function codeOf(call: () => unknown): string {
  try {
    call();
    return 'none';
  } catch (error) {
    if (!(error instanceof MisuseError)) throw error;
    return error.code;
  }
}

const bytesOf = (buddy: Buddy): Buffer => Buffer.from(buddy.snapshot());

/** Frames 3 to 98 with a hole at 40 to 43; the block at 8 is held with order 2, frame 16 is cached, frame 17 held. */
function arena(): Buddy {
  const buddy = new Buddy({ pages: 96, startPfn: 3, maxOrder: 4, pageblockOrder: 3, initially: 'absent' });
  buddy.addFrames(3, 37);
  buddy.addFrames(44, 55);
  for (let pfn = 3; pfn < 99; pfn++) if (pfn < 40 || pfn > 59) buddy.free(pfn, 0);
  buddy.allocAt(8, 2);
  buddy.allocAt(16, 0);
  buddy.allocAt(17, 0);
  buddy.cache(16, 0);
  return buddy;
}

describe('the arena at the door', () => {
  it.each<[string, BuddyOptions]>([
    ['ARENA_SIZE', { pages: 0 }],
    ['ARENA_SIZE', { pages: -5 }],
    ['ARENA_SIZE', { pages: 2 ** 31 }],
    ['ARENA_SIZE', { pages: MAX_PAGES + 1 }],
    ['ARENA_SIZE', { pages: 1.5 }],
    ['ARENA_SIZE', { pages: NaN }],
    ['ARENA_SIZE', { pages: Infinity }],
    ['ARENA_SIZE', { pages: Symbol('16') as unknown as number }],
    ['ARENA_SIZE', { pages: 16n as unknown as number }],
    ['ARENA_SIZE', { pages: 16, startPfn: -1 }],
    ['ARENA_SIZE', { pages: 16, startPfn: 2 ** 31 - 8 }],
    ['ARENA_SIZE', { pages: 16, startPfn: 0.5 }],
    ['OPTION_RANGE', { pages: 16, maxOrder: 16 }],
    ['OPTION_RANGE', { pages: 16, maxOrder: -1 }],
    ['OPTION_RANGE', { pages: 16, maxOrder: 2.5 }],
    ['OPTION_RANGE', { pages: 16, maxOrder: 3, pageblockOrder: 4 }],
    ['OPTION_RANGE', { pages: 16, migratetype: 8 }],
    ['OPTION_RANGE', { pages: 16, initially: 'open' as 'free' }],
    ['BUFFER_SIZE', { pages: 16, buffer: new ArrayBuffer(100) }],
    ['ARRAY_TYPE', { pages: 16, buffer: new Uint8Array(10_000) as unknown as ArrayBuffer }],
    ['ARRAY_TYPE', { pages: 16, buffer: {} as ArrayBuffer }],
    ['BAD_SNAPSHOT', { pages: 16, initially: 'kept', buffer: new ArrayBuffer(4096) }],
    ['BAD_SNAPSHOT', { pages: 16, initially: 'kept' }],
  ])('refuses with %s: %o', (code, options) => {
    expect(codeOf(() => new Buddy(options))).toBe(code);
  });
});

describe('a call that no correct program makes', () => {
  it.each<[string, string, (buddy: Buddy) => unknown]>([
    ['ORDER_RANGE', 'an order above the largest', (buddy) => buddy.alloc(5)],
    ['ORDER_RANGE', 'an order far above', (buddy) => buddy.alloc(2 ** 29)],
    ['ORDER_RANGE', 'a negative order', (buddy) => buddy.alloc(-1)],
    ['ORDER_RANGE', 'an order that is no whole number', (buddy) => buddy.alloc(0.5)],
    ['ORDER_RANGE', 'an order that is no number', (buddy) => buddy.alloc(NaN)],
    ['ORDER_RANGE', 'a free with an order out of range', (buddy) => { buddy.free(8, 16); }],
    ['ORDER_RANGE', 'a free with half an order', (buddy) => { buddy.free(8, 2.5); }],
    ['ORDER_RANGE', 'the free of a cached frame with the order that its state byte would fit', (buddy) => { buddy.free(16, 16); }],
    ['ORDER_RANGE', 'counting an order that is not there', (buddy) => buddy.freeCount(5)],
    ['ORDER_RANGE', 'counting an order that is a symbol', (buddy) => buddy.freeCount(Symbol('1') as unknown as number)],
    ['MIGRATETYPE_RANGE', 'a type out of range', (buddy) => buddy.alloc(0, 8)],
    ['MIGRATETYPE_RANGE', 'a type that is no whole number', (buddy) => buddy.alloc(0, 1.5)],
    ['MIGRATETYPE_RANGE', 'a list of a type out of range', (buddy) => buddy.list(0, -1)],
    ['PFN_RANGE', 'a frame before the arena', (buddy) => { buddy.free(2, 0); }],
    ['PFN_RANGE', 'a frame after the arena', (buddy) => { buddy.free(99, 0); }],
    ['PFN_RANGE', 'a negative frame', (buddy) => { buddy.free(-1, 0); }],
    ['PFN_RANGE', 'a frame that is no whole number', (buddy) => { buddy.free(17.5, 0); }],
    ['PFN_RANGE', 'a frame that is no number', (buddy) => { buddy.free(NaN, 0); }],
    ['DOUBLE_FREE', 'a frame that is free', (buddy) => { buddy.free(30, 0); }],
    ['DOUBLE_FREE', 'a frame inside a free block', (buddy) => { buddy.free(65, 0); }],
    ['DOUBLE_FREE', 'a frame that is in a cache', (buddy) => { buddy.free(16, 0); }],
    ['DOUBLE_FREE', 'caching what is cached', (buddy) => { buddy.cache(16, 0); }],
    ['WRONG_ORDER', 'another order than it was taken with', (buddy) => { buddy.free(8, 1); }],
    ['WRONG_ORDER', 'splitting with another order', (buddy) => { buddy.split(8, 3); }],
    ['INSIDE_BLOCK', 'a frame that is not the first of its block', (buddy) => { buddy.free(9, 0); }],
    ['FOREIGN_FRAME', 'a frame in a hole', (buddy) => { buddy.free(41, 0); }],
    ['FOREIGN_FRAME', 'a reserved run that ends too early', (buddy) => { buddy.free(56, 3); }],
    ['MISALIGNED', 'a reserved run that begins anywhere', (buddy) => { buddy.free(45, 2); }],
    ['MISALIGNED', 'asking for a block where none can begin', (buddy) => buddy.allocAt(65, 1)],
    ['PFN_RANGE', 'asking for a block that leaves the arena', (buddy) => buddy.allocAt(96, 3)],
    ['PAGES_RANGE', 'no pages at all', (buddy) => buddy.allocExact(0)],
    ['PAGES_RANGE', 'more pages than there are', (buddy) => buddy.allocExact(97)],
    ['PAGES_RANGE', 'a bulk larger than its array', (buddy) => buddy.allocBulk(new Int32Array(3), 4)],
    ['ARRAY_TYPE', 'a bulk into bytes', (buddy) => buddy.allocBulk(new Uint8Array(4) as unknown as Int32Array)],
    ['ARRAY_TYPE', 'a bulk into a number', (buddy) => buddy.allocBulk(7 as unknown as Int32Array, 1)],
    ['ARRAY_TYPE', 'a bulk into nothing', (buddy) => buddy.allocBulk(null as unknown as Int32Array)],
    ['ARRAY_TYPE', 'a bulk of an ordinary array', (buddy) => { buddy.freeBulk([17] as unknown as Int32Array); }],
    ['DOUBLE_FREE', 'giving back more than was taken', (buddy) => { buddy.freeExact(8, 5); }],
    ['PAGES_RANGE', 'a bulk free of null pages', (buddy) => { buddy.freeBulk(Int32Array.of(17), null as unknown as number); }],
    ['PAGES_RANGE', 'a bulk request for null pages', (buddy) => buddy.allocBulk(new Int32Array(4), null as unknown as number)],
    ['DOUBLE_FREE', 'a bulk with a frame that is free', (buddy) => { buddy.freeBulk(Int32Array.of(17, 30)); }],
    ['DOUBLE_FREE', 'a bulk with a frame twice', (buddy) => { buddy.freeBulk(Int32Array.of(17, 44, 45, 17)); }],
    ['OVERLAP', 'adding frames that are there', (buddy) => { buddy.addFrames(39, 3); }],
    ['FOREIGN_FRAME', 'removing frames that are in use', (buddy) => { buddy.removeFrames(44, 17); }],
    ['MISALIGNED', 'a list with a block where none can begin', (buddy) => { buddy.rebuild([{ order: 1, migratetype: 1, pfns: [64, 67] }]); }],
    ['OVERLAP', 'lists that share a frame', (buddy) => { buddy.rebuild([{ order: 2, migratetype: 1, pfns: [64] }, { order: 0, migratetype: 0, pfns: [66] }]); }],
    ['FOREIGN_FRAME', 'a list with a hole on it', (buddy) => { buddy.rebuild([{ order: 0, migratetype: 1, pfns: [64, 41] }]); }],
    ['BAD_SNAPSHOT', 'restoring what is no snapshot', (buddy) => { buddy.restore(new ArrayBuffer(64)); }],
    ['BAD_SNAPSHOT', 'restoring nothing', (buddy) => { buddy.restore(undefined as unknown as ArrayBuffer); }],
    ['BAD_SNAPSHOT', 'restoring a number of bytes', (buddy) => { buddy.restore(4096 as unknown as ArrayBuffer); }],
    ['BAD_SNAPSHOT', 'restoring a view of a snapshot', (buddy) => { buddy.restore(new Uint8Array(buddy.snapshot()) as unknown as ArrayBuffer); }],
    ['BAD_SNAPSHOT', 'restoring zeros', (buddy) => { buddy.restore(new ArrayBuffer(4096)); }],
    ['BAD_SNAPSHOT', 'restoring another arena', (buddy) => { buddy.restore(new Buddy({ pages: 96 }).snapshot()); }],
  ])('throws %s for %s, and nothing changed', (code, _what, call) => {
    const buddy = arena();
    const before = bytesOf(buddy);
    expect(codeOf(() => call(buddy))).toBe(code);
    expect(bytesOf(buddy).equals(before)).toBe(true);
    expect(buddy.check()).toEqual([]);
  });

  it('says what was given where that is no number', () => {
    expect(() => new Buddy({ pages: '64' as unknown as number })).toThrow('1 to 536870912 pages, not the string 64');
    expect(() => arena().allocExact(7n as unknown as number)).toThrow('not a value of type bigint');
  });

  it('changes nothing, whatever is passed for a number', () => {
    const hostile: readonly unknown[] = ['1', '', 'x', null, undefined, true, [], [17], {}, { valueOf: () => 0 }, { valueOf: () => { throw new Error('no number'); } }, 17n, Symbol('17'), new Int32Array(1)];
    const calls: readonly ((buddy: Buddy, a: number, b: number) => unknown)[] = [
      (buddy, a, b) => buddy.alloc(a, b), (buddy, a, b) => { buddy.free(a, b); }, (buddy, a, b) => buddy.allocAt(a, b), (buddy, a, b) => buddy.allocExact(a, b),
      (buddy, a, b) => { buddy.freeExact(a, b); }, (buddy, a, b) => { buddy.split(a, b); }, (buddy, a, b) => buddy.convertBlock(a, b), (buddy, a, b) => { buddy.addFrames(a, b); },
      (buddy, a, b) => { buddy.removeFrames(a, b); }, (buddy, a, b) => { buddy.cache(a, b); }, (buddy, a, b) => buddy.list(a, b), (buddy, a) => buddy.freeCount(a),
      (buddy, a, b) => buddy.allocBulk(new Int32Array(2), a, b), (buddy, a, b) => { buddy.rebuild([{ order: b, migratetype: 1, pfns: [a] }]); },
    ];
    for (const call of calls) {
      for (const a of [...hostile, 17, 1]) {
        for (const b of [...hostile, 0]) {
          const buddy = arena();
          const before = bytesOf(buddy);
          let threw = false;
          try {
            call(buddy, a as number, b as number);
          } catch {
            threw = true;
          }
          if (threw && !bytesOf(buddy).equals(before)) expect.fail(`${String(call)} with ${typeof a}, ${typeof b} has changed the state`);
          expect(buddy.check()).toEqual([]);
        }
      }
    }
  });

  it('changes nothing, whatever the numbers: after any throw the state is the same and sound', () => {
    const odd = fc.oneof(fc.integer({ min: -3, max: 110 }), fc.constantFrom(NaN, Infinity, -0, 0.5, 2 ** 31, 2 ** 32 + 1, -(2 ** 31), 1e300));
    const call = fc.tuple(fc.nat(12), odd, odd);
    fc.assert(
      fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
        const buddy = arena();
        for (const [what, a, b] of calls) {
          const before = bytesOf(buddy);
          const made = codeOf(() => {
            switch (what) {
              case 0: return buddy.alloc(a, b);
              case 1: case 2: buddy.free(a, b); return;
              case 3: return buddy.allocAt(a, b);
              case 4: return buddy.allocExact(a, b);
              case 5: buddy.freeExact(a, b); return;
              case 6: buddy.split(a, b); return;
              case 7: return buddy.convertBlock(a, b);
              case 8: buddy.addFrames(a, b); return;
              case 9: buddy.removeFrames(a, b); return;
              case 10: buddy.freeBulk(Int32Array.of(a, b)); return;
              case 11: buddy.rebuild([{ order: b, migratetype: 1, pfns: [a] }]); return;
              default: return buddy.list(a, b);
            }
          });
          if (made !== 'none' && !bytesOf(buddy).equals(before)) expect.fail(`${made} was thrown and the state has changed`);
          const broken = buddy.check();
          if (broken.length > 0) expect.fail(broken.join('; '));
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

describe('an arena whose buffer is not there any more', () => {
  it.each<[string, (buffer: ArrayBuffer) => void]>([
    ['was transferred', (buffer) => { structuredClone(buffer, { transfer: [buffer] }); }],
    ['was made smaller', (buffer) => { buffer.resize(16); }],
  ])('gives nothing out and takes nothing back: it %s', (_how, lose) => {
    const buffer = new ArrayBuffer(8192, { maxByteLength: 8192 });
    const buddy = new Buddy({ pages: 64, maxOrder: 4, buffer });
    const held = buddy.alloc(0);
    lose(buffer);
    expect(codeOf(() => buddy.alloc(0))).toBe('MEMORY_GONE');
    expect(codeOf(() => buddy.allocExact(3))).toBe('MEMORY_GONE');
    expect(codeOf(() => buddy.allocBulk(new Int32Array(4)))).toBe('MEMORY_GONE');
    expect(codeOf(() => { buddy.free(held, 0); })).toBe('MEMORY_GONE');
    expect(codeOf(() => { buddy.freeBulk(Int32Array.of(held)); })).toBe('MEMORY_GONE');
    expect(buddy.allocAt(0, 0)).toBe(NO_PAGE);
    expect(buddy.takeSmallest(0, 1)).toBe(NO_PAGE);
    expect(buddy.check()).toEqual(['the buffer was given away']);
  });
});
