import { __GFP_MOVABLE, __GFP_NORETRY, __GFP_RECLAIMABLE, GFP_ATOMIC, GFP_KERNEL, or } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { NO_PAGE, PageAllocator, type MovePages, type PageAllocatorOptions } from '../src/index.js';

const MOVABLE = or(GFP_ATOMIC, __GFP_MOVABLE);
const TRY = or(GFP_KERNEL, __GFP_NORETRY);

/** Pages that somebody holds. */
const inUse = (mm: PageAllocator): number => { const { managedPages, freePages, pcpPages } = mm.memInfo(); return managedPages - freePages - pcpPages; };

describe('a mover of pages', () => {
  /** Every second page of movable memory in use: what compaction is for. */
  function scattered(move: (mm: PageAllocator) => MovePages): PageAllocator {
    const mm: PageAllocator = new PageAllocator({ zones: [{ name: 'Normal', pages: 256 }], maxOrder: 6, pageblockOrder: 5, minFreeKbytes: 0, pcp: false, movePages: (from, to, order) => move(mm)(from, to, order) });
    const held: number[] = [];
    for (let pfn = mm.alloc(MOVABLE); pfn !== NO_PAGE; pfn = mm.alloc(MOVABLE)) held.push(pfn);
    held.forEach((pfn) => { if (pfn % 2 === 1) mm.free(pfn); });
    return mm;
  }

  it('that throws has moved nothing, and the request throws', () => {
    const mm = scattered(() => () => { throw new Error('not now'); });
    expect(() => mm.alloc(TRY, 3)).toThrow('not now');
    expect(inUse(mm)).toBe(128);
    expect(mm.check()).toEqual([]);
  });

  it('that answers with a promise has not moved anything', () => {
    const mm = scattered(() => (() => Promise.resolve(true)) as unknown as MovePages);
    expect(mm.alloc(TRY, 3)).toBe(NO_PAGE);
    expect(inUse(mm)).toBe(128);
    expect(mm.check()).toEqual([]);
  });

  it.each<[string, (mm: PageAllocator) => MovePages]>([
    ['frees the block it was to move', (mm) => (from) => { mm.free(from); return true; }],
    ['frees the place it was to move it to', (mm) => (_from, to) => { mm.free(to); return true; }],
    ['frees the place and says no', (mm) => (_from, to) => { mm.free(to); return false; }],
    ['frees both', (mm) => (from, to) => { mm.free(from); mm.free(to); return true; }],
    ['takes memory', (mm) => () => { mm.alloc(MOVABLE); return true; }],
    ['takes memory and then throws', (mm) => () => { mm.alloc(MOVABLE); throw new Error('and fails'); }],
  ])('that %s does not break the zones', (_what, move) => {
    const mm = scattered(move);
    try {
      mm.alloc(TRY, 3);
    } catch (error) {
      expect(String(error)).toBe('Error: and fails');
    }
    expect(mm.check()).toEqual([]);
  });
});

describe('whoever is asked for memory', () => {
  const full = (options: Partial<PageAllocatorOptions>): PageAllocator => {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 64 }], maxOrder: 5, minFreeKbytes: 0, ...options });
    while (mm.alloc(GFP_ATOMIC) !== NO_PAGE);
    return mm;
  };

  it.each<[string, Partial<PageAllocatorOptions>]>([
    ['a shrinker that cannot count', { shrinkers: [{ count: () => { throw new Error('no'); }, scan: () => 0 }] }],
    ['a shrinker that cannot free', { shrinkers: [{ count: () => 1, scan: () => { throw new Error('no'); } }] }],
    ['a last resort', { outOfMemory: () => { throw new Error('no'); } }],
    ['a source of more memory', { growMemory: () => { throw new Error('no'); } }],
    ['a fault point', { fault: { shouldFail: () => { throw new Error('no'); } } }],
  ])('%s: its error is the request\'s, and all stays as it was', async (_what, options) => {
    const mm = options.fault === undefined ? full(options) : new PageAllocator({ zones: [{ name: 'Normal', pages: 64 }], ...options });
    const before = mm.state().zones;
    expect(() => mm.alloc(GFP_KERNEL)).toThrow('no');
    await expect(mm.allocWait(GFP_KERNEL)).rejects.toThrow('no');
    expect(mm.state().zones).toEqual(before);
    expect([mm.check(), mm.waiting]).toEqual([[], 0]);
  });

  it.each([NaN, Infinity, -5, 1e300])('a shrinker that frees nothing and says %d is not believed', (said) => {
    const mm = full({ shrinkers: [{ count: () => said, scan: () => said }] });
    expect(mm.alloc(GFP_KERNEL)).toBe(NO_PAGE);
    expect(mm.kswapd()).toEqual({ pages: 0, balanced: false });
    expect(mm.check()).toEqual([]);
  });

  it('a last resort that says yes and freed nothing is asked once', () => {
    let asked = 0;
    const mm = full({ outOfMemory: () => { asked++; return true; } });
    expect(mm.alloc(GFP_KERNEL)).toBe(NO_PAGE);
    expect(asked).toBe(1);
  });
});

describe('whoever is told that kswapd is wanted', () => {
  it('may throw: the request does, and its block is nobody\'s', () => {
    let quiet = true;
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 4096 }], pageblockOrder: 5, maxOrder: 6, minFreeKbytes: 400, pcp: false, onKswapdWanted: () => { if (!quiet) throw new Error('too busy'); } });
    const held: number[] = [];
    for (let pfn = mm.alloc(MOVABLE); pfn !== NO_PAGE; pfn = mm.alloc(MOVABLE)) held.push(pfn);
    for (const [i, pfn] of held.entries()) if (i % 4 !== 0) mm.free(pfn);
    mm.kswapd();
    quiet = false;
    let thrown = 0;
    const before = inUse(mm);
    let served = 0;
    for (let i = 0; i < 600; i++) {
      try {
        if (mm.alloc(or(GFP_ATOMIC, i % 2 === 0 ? 0 as typeof GFP_ATOMIC : __GFP_RECLAIMABLE)) !== NO_PAGE) served++;
      } catch {
        thrown++;
      }
    }
    expect(thrown).toBeGreaterThan(0);
    expect(inUse(mm)).toBe(before + served);
    expect(mm.check()).toEqual([]);
  });

  it('may run kswapd at once', () => {
    const mm: PageAllocator = new PageAllocator({ zones: [{ name: 'Normal', pages: 512 }], minFreeKbytes: 400, onKswapdWanted: () => { mm.kswapd(); } });
    while (mm.alloc(GFP_ATOMIC) !== NO_PAGE);
    expect(mm.check()).toEqual([]);
  });
});
