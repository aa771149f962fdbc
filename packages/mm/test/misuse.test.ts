import { GFP_ATOMIC, GFP_KERNEL, type MayWait } from '@nopage/gfp';
import { MisuseError } from '@nopage/buddy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MmError, NO_PAGE, PageAllocator, profileNamed, type MayFail, type PageAllocatorOptions, type ProfileName, type ZoneOptions } from '../src/index.js';

const zones: readonly ZoneOptions[] = [{ name: 'DMA32', startPfn: 64, pages: 500 }, { name: 'Normal', startPfn: 1024, pages: 1000 }];
const make = (options: Partial<PageAllocatorOptions> = {}): PageAllocator => new PageAllocator({ zones, maxOrder: 6, pageblockOrder: 4, ...options });

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof MmError || error instanceof MisuseError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('an allocator that cannot be is not made', () => {
  it.each<[string, PageAllocatorOptions]>([
    ['BAD_ZONES', {} as PageAllocatorOptions],
    ['BAD_ZONES', { zones: [] }],
    ['BAD_ZONES', { zones: [{ name: 'Normal', pages: 0 }] }],
    ['BAD_ZONES', { zones: [{ name: 'Normal', pages: -1 }] }],
    ['BAD_ZONES', { zones: [{ name: 'Normal', pages: 1.5 }] }],
    ['BAD_ZONES', { zones: [{ name: 'Normal', pages: Symbol('64') as unknown as number }] }],
    ['BAD_ZONES', { zones: [{ name: 'Normal', startPfn: -5, pages: 64 }] }],
    ['BAD_ZONES', { zones: [{ name: 'Normal', pages: 10, managedPages: 11 }] }],
    ['BAD_ZONES', { zones: [{ name: 'DMA32', pages: 10 }, { name: 'Normal', startPfn: 9, pages: 10 }] }],
    ['BAD_ZONES', { zones: [{ name: 'Normal', pages: 10 }, { name: 'Normal', pages: 10 }] }],
    ['ARENA_SIZE', { zones: [{ name: 'Normal', pages: 2 ** 31 }] }],
    ['BAD_OPTION', { zones, maxOrder: 16 }],
    ['BAD_OPTION', { zones, maxOrder: 4, pageblockOrder: 5 }],
    ['BAD_OPTION', { zones, minFreeKbytes: -1 }],
    ['BAD_OPTION', { zones, minFreeKbytes: NaN }],
    ['BAD_OPTION', { zones, watermarkScaleFactor: 0 }],
    ['BAD_OPTION', { zones, watermarkBoostFactor: 0.5 }],
    ['BAD_OPTION', { zones, lowmemReserveRatio: [-1] }],
    ['BAD_OPTION', { zones, pcp: { cpus: 0 } }],
    ['BAD_OPTION', { zones, pcp: { highFraction: 7 } }],
    ['UNKNOWN_PROFILE', { zones, profile: 'linux-9.9' as ProfileName }],
    ['UNKNOWN_PROFILE', { zones, profile: '__proto__' as ProfileName }],
  ])('%s: %j', (code, options) => {
    expect(codeOf(() => new PageAllocator(options))).toBe(code);
  });

  it('UNKNOWN_PROFILE names those that there are', () => {
    expect(() => profileNamed('plan9' as ProfileName)).toThrow(/"plan9"; there are linux-6\.12, linux-6\.1/);
  });
});

const calls: [string, string, (mm: PageAllocator, held: number) => unknown][] = [
  ['a frame freed twice', 'DOUBLE_FREE', (mm, held) => { mm.free(held, 2); mm.free(held, 2); }],
  ['a frame freed twice, past the per-CPU lists', 'DOUBLE_FREE', (mm) => { const pfn = mm.alloc(GFP_ATOMIC, 5); mm.free(pfn, 5); mm.free(pfn, 5); }],
  ['a frame freed with another order', 'WRONG_ORDER', (mm, held) => mm.free(held, 1)],
  ['a frame inside a block', 'INSIDE_BLOCK', (mm, held) => mm.free(held + 1, 0)],
  ['a frame that was never handed out', 'DOUBLE_FREE', (mm) => mm.free(1024 + 64 * 7, 6)],
  ['a frame in no zone', 'FOREIGN_FRAME', (mm) => mm.free(5, 0)],
  ['a frame between zones', 'FOREIGN_FRAME', (mm) => mm.free(600, 0)],
  ['a frame that is no number', 'FOREIGN_FRAME', (mm) => mm.free(NaN, 0)],
  ['a frame that is no whole number', 'PFN_RANGE', (mm) => mm.free(1024.5, 0)],
  ['a frame below zero', 'FOREIGN_FRAME', (mm) => mm.free(NO_PAGE, 0)],
  ['an order below zero', 'ORDER_RANGE', (mm) => mm.alloc(GFP_ATOMIC, -1)],
  ['an order that is no whole number', 'ORDER_RANGE', (mm) => mm.alloc(GFP_ATOMIC, 0.5)],
  ['an order that is no number', 'ORDER_RANGE', (mm) => mm.alloc(GFP_ATOMIC, NaN)],
  ['an order below zero, to free', 'ORDER_RANGE', (mm, held) => mm.free(held, -1)],
  ['unknown bits', 'BAD_GFP', (mm) => mm.alloc(0x7000_0000 as MayFail)],
  ['a word below zero', 'BAD_GFP', (mm) => mm.alloc(-1 as MayFail)],
  ['a word that is no number', 'BAD_GFP', (mm) => mm.alloc(NaN as MayFail)],
  ['zones that exclude one another', 'BAD_GFP', (mm) => mm.alloc(0x3 as MayFail)],
  ['movable and reclaimable', 'BAD_GFP', (mm) => mm.alloc(0x18 as MayFail)],
  ['a request that must not fail and cannot wait', 'BAD_GFP', (mm) => mm.alloc(0x8820 as MayFail)],
  ['a request that must not fail, of a call that cannot wait', 'BAD_GFP', (mm) => mm.alloc(0x8cc0 as MayFail)],
  ['a bulk of more than its array', 'PAGES_RANGE', (mm) => mm.allocBulk(GFP_ATOMIC, new Int32Array(2), 3)],
  ['a bulk below zero', 'PAGES_RANGE', (mm) => mm.freeBulk(new Int32Array(2), -1)],
  ['a split of a block that is not held', 'WRONG_ORDER', (mm, held) => mm.split(held, 3)],
  ['memory for no zone', 'BAD_ZONES', (mm) => mm.addMemory('HighMem', 10)],
  ['memory that reaches into the next zone', 'BAD_ZONES', (mm) => mm.addMemory('DMA32', 1000)],
  ['no memory', 'PAGES_RANGE', (mm) => mm.addMemory('Normal', 0)],
  ['memory that is no number', 'PAGES_RANGE', (mm) => mm.addMemory('Normal', Symbol('64') as unknown as number)],
  ['more memory than a zone can have', 'ARENA_SIZE', (mm) => mm.addMemory('Normal', 2 ** 30)],
  ['a block trimmed to no number', 'PAGES_RANGE', (mm, held) => mm.trim(held, 2, Symbol('3') as unknown as number)],
  ['a state that is none', 'BAD_STATE', () => PageAllocator.fromState(7 as never)],
  ['a state of nothing', 'BAD_STATE', () => PageAllocator.fromState(undefined as never)],
  ['a state whose zones are none', 'BAD_STATE', () => PageAllocator.fromState({ zones: [null], vmstat: {} } as never)],
  ['a state with half a zone', 'BAD_STATE', (mm) => PageAllocator.fromState({ zones: [{ ...mm.state().zones[0], watermarks: undefined }], vmstat: {} } as never)],
  ['a state that counts free atomic pages which are on no list', 'BAD_STATE', (mm) => PageAllocator.fromState({ zones: mm.state().zones.map((zone) => ({ ...zone, freeHighatomicPages: 8 })), vmstat: {} })],
  ['a snapshot of another allocator', 'BAD_STATE', (mm) => mm.restore(new PageAllocator({ zones: [{ name: 'Normal', pages: 9 }] }).snapshot())],
];

describe('a call that no correct program makes throws its code and changes nothing', () => {
  it.each(calls)('%s: %s', (_what, code, call) => {
    for (const pcp of [false, {}] as const) {
      const mm = make({ pcp });
      const held = mm.alloc(GFP_ATOMIC, 2);
      let before = mm.snapshot();
      const thrown = codeOf(() => {
        // Whatever a case does rightly first is not what must leave no trace.
        const watched = new Proxy(mm, { get: (target, name) => (...args: unknown[]) => { before = target.snapshot(); return (target[name as 'free'] as (...given: unknown[]) => unknown).apply(target, args); } });
        call(watched, held);
      });
      expect(thrown).toBe(code);
      expect(mm.snapshot()).toEqual(before);
      expect(mm.check()).toEqual([]);
    }
  });

  it('of numbers drawn at random, too', () => {
    const number = fc.oneof(fc.integer({ min: -2, max: 2100 }), fc.constantFrom(NaN, Infinity, -0.5, 2 ** 31, 2 ** 53));
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('alloc', 'free', 'split', 'allocBulk', 'addMemory'), number, number), { maxLength: 30 }), (steps) => {
      const mm = make();
      for (const [name, a, b] of steps) {
        const before = mm.snapshot();
        try {
          if (name === 'alloc') mm.alloc(a as MayFail, b);
          else if (name === 'free') mm.free(a, b);
          else if (name === 'split') mm.split(a, b);
          else if (name === 'allocBulk') mm.allocBulk(a as MayFail, new Int32Array(8), b);
          else mm.addMemory('DMA32', a > 200 ? NaN : a);
        } catch (error) {
          if (!(error instanceof MmError) && !(error instanceof MisuseError)) throw error;
          expect(mm.snapshot()).toEqual(before);
        }
        expect(mm.check()).toEqual([]);
      }
    }), { seed: 3, numRuns: 60 });
  });

  it('allocWait rejects words that may not wait', async () => {
    const mm = make();
    const before = mm.snapshot();
    await expect(mm.allocWait(GFP_ATOMIC as unknown as MayWait)).rejects.toMatchObject({ code: 'MUST_NOT_WAIT' });
    await expect(mm.allocWait(GFP_KERNEL, -1)).rejects.toMatchObject({ code: 'ORDER_RANGE' });
    expect(mm.snapshot()).toEqual(before);
  });
});

describe('a snapshot that was tampered with', () => {
  type Mutable = Record<string, unknown> & { zones: (Record<string, unknown> & { numbers: Record<string, number>; arena: ArrayBuffer; pcp: { numbers: Record<string, number>; lists: { pfns: Int32Array; types: Uint8Array }[] } })[] };
  it.each<[string, (snapshot: Mutable) => void]>([
    ['free pages that are not', (snapshot) => { snapshot.zones[1]!.numbers['freePages']! += 1; }],
    ['a watermark that is no number', (snapshot) => { snapshot.zones[1]!.numbers['minPages'] = NaN; }],
    ['a zone of another name', (snapshot) => { snapshot.zones[0]!['name'] = 'DMA'; }],
    ['a zone less', (snapshot) => { snapshot.zones.pop(); }],
    ['an arena cut short', (snapshot) => { snapshot.zones[0]!.arena = snapshot.zones[0]!.arena.slice(0, 2000); }],
    ['no arena', (snapshot) => { snapshot.zones[0]!.arena = 7 as unknown as ArrayBuffer; }],
    ['a bit of an arena', (snapshot) => { new Uint8Array(snapshot.zones[1]!.arena).fill(3, -200, -100); }],
    ['a page on a per-CPU list twice', (snapshot) => { const [list] = snapshot.zones[1]!.pcp.lists; list!.pfns = Int32Array.of(1024, 1024); list!.types = Uint8Array.of(0, 0); }],
    ['a page of nowhere on a per-CPU list', (snapshot) => { const [list] = snapshot.zones[1]!.pcp.lists; list!.pfns = Int32Array.of(2 ** 31 - 1); list!.types = Uint8Array.of(0); }],
    ['a count of cached pages', (snapshot) => { snapshot.zones[1]!.pcp.numbers['count']! += 1; }],
    ['another profile', (snapshot) => { snapshot['profile'] = 'linux-6.1'; }],
    ['no zones', (snapshot) => { Reflect.deleteProperty(snapshot, 'zones'); }],
  ])('%s: BAD_STATE, and nothing has changed', (_what, tamper) => {
    const mm = make();
    const pfn = mm.alloc(GFP_ATOMIC);
    const earlier = mm.snapshot() as unknown as Mutable;
    mm.free(pfn);
    const before = mm.snapshot();
    tamper(earlier);
    expect(codeOf(() => { mm.restore(earlier as unknown as typeof before); })).toBe('BAD_STATE');
    expect(mm.snapshot()).toEqual(before);
    expect(mm.check()).toEqual([]);
  });
});

describe('whatever is passed for a number', () => {
  const hostile: readonly unknown[] = ['1', '', null, undefined, true, [], {}, { valueOf: () => 0 }, { valueOf: () => { throw new Error('no number'); } }, 17n, Symbol('17'), NaN, -0, 1.5, 2 ** 31, 2 ** 32];
  it.each<[string, (mm: PageAllocator, a: never, b: never) => unknown]>([
    ['alloc', (mm, a, b) => mm.alloc(a, b)], ['tryAlloc', (mm, a, b) => mm.tryAlloc(a, b)], ['allocAs', (mm, a, b) => mm.allocAs(a, b, 0)],
    ['free', (mm, a, b) => { mm.free(a, b); }], ['split', (mm, a, b) => { mm.split(a, b); }], ['trim', (mm, a, b) => { mm.trim(a, 0, b); }],
    ['allocBulk', (mm, a, b) => mm.allocBulk(a, new Int32Array(3), b)], ['freeBulk', (mm, a, b) => { mm.freeBulk(Int32Array.of(1024), typeof a === 'object' ? b : a); }],
    ['restore', (mm, a) => { mm.restore(a); }],
  ])('%s changes nothing when it throws', (_name, call) => {
    const mm = make();
    mm.alloc(GFP_ATOMIC, 2);
    let before = mm.snapshot();
    for (const a of hostile) {
      for (const b of hostile) {
        try {
          call(mm, a as never, b as never);
          before = mm.snapshot();
        } catch {
          expect(mm.snapshot()).toEqual(before);
        }
      }
    }
    expect(mm.check()).toEqual([]);
  });
});
