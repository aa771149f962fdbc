import { MisuseError } from '@nopage/buddy';
import { GFP_ATOMIC, GFP_KERNEL, GFP_NOWAIT, __GFP_MOVABLE, __GFP_NORETRY, __GFP_THISNODE, or } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { NO_PAGE, PageAllocator, TaskFlag, type AllocatorTrace, type MovePages, type PageAllocatorOptions } from '../src/index.js';

const MOVABLE = or(GFP_ATOMIC, __GFP_MOVABLE);

/** Every second page of movable memory in use: what compaction is for. */
function scattered(movePages: MovePages, options: Partial<PageAllocatorOptions> = {}): PageAllocator {
  const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 256 }], maxOrder: 6, pageblockOrder: 5, minFreeKbytes: 0, pcp: false, movePages, ...options });
  const held: number[] = [];
  for (let pfn = mm.alloc(MOVABLE); pfn !== NO_PAGE; pfn = mm.alloc(MOVABLE)) held.push(pfn);
  held.forEach((pfn) => { if (pfn % 2 === 1) mm.free(pfn); });
  return mm;
}

describe('compaction moves movable pages through a callback', () => {
  it('until the request has a block', () => {
    const moves: [number, number][] = [];
    const mm = scattered((from, to) => { moves.push([from, to]); return true; });
    const pfn = mm.alloc(or(GFP_KERNEL, __GFP_NORETRY), 3);
    expect(pfn).not.toBe(NO_PAGE);
    expect(moves.length).toBeGreaterThan(0);
    for (const [from, to] of moves) expect(to).toBeGreaterThan(from);
    expect(mm.vmstat()).toMatchObject({ compact_success: 1, pgmigrate_success: moves.length, pgmigrate_fail: 0 });
    expect(mm.check()).toEqual([]);
    // What was moved is held where it is now, and nowhere else.
    const last = moves.at(-1)!;
    expect(() => { mm.free(last[0]); }).toThrow(MisuseError);
    mm.free(last[1]);
  });

  it('a page that can not be moved stays, and so does everything else', () => {
    const mm = scattered(() => false);
    const before = mm.memInfo().freePages;
    expect(mm.alloc(or(GFP_KERNEL, __GFP_NORETRY), 3)).toBe(NO_PAGE);
    expect(mm.memInfo().freePages).toBe(before);
    expect(mm.vmstat()['pgmigrate_fail']).toBeGreaterThan(0);
    expect(mm.check()).toEqual([]);
  });

  it('pages that were not asked for as movable are left alone', () => {
    let moves = 0;
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 64 }], maxOrder: 5, minFreeKbytes: 0, pcp: false, movePages: () => { moves++; return true; } });
    const held: number[] = [];
    for (let pfn = mm.alloc(GFP_ATOMIC); pfn !== NO_PAGE; pfn = mm.alloc(GFP_ATOMIC)) held.push(pfn);
    held.forEach((pfn) => { if (pfn % 2 === 1) mm.free(pfn); });
    expect(mm.alloc(or(GFP_KERNEL, __GFP_NORETRY), 2)).toBe(NO_PAGE);
    expect(moves).toBe(0);
  });
});

describe('compaction is put off after it failed', () => {
  it('for twice as many attempts each time, whatever their order, until one succeeds', () => {
    const rounds: number[] = [];
    let moves = 0;
    const trace: AllocatorTrace = { compact: (order) => { rounds.push(order); } };
    const mm = scattered(() => { moves++; return false; }, { trace });
    const attempt = (order: number): boolean => {
      const before = moves;
      mm.alloc(or(GFP_KERNEL, __GFP_NORETRY), order);
      return moves > before;
    };
    // The first pass is asynchronous and puts nothing off, the second one does.
    expect([attempt(3), rounds.length]).toEqual([true, 2]);
    const tried = Array.from({ length: 12 }, () => attempt(2));
    expect(tried).toContain(false);
    expect(tried).toContain(true);
  });

  it('and no longer than after a first failure once a block came of it', () => {
    let moves = 0;
    let movable = false;
    const mm = scattered(() => { moves++; return movable; });
    const ask = (): { pfn: number; tried: boolean } => {
      const before = moves;
      const pfn = mm.alloc(or(GFP_KERNEL, __GFP_NORETRY), 3);
      return { pfn, tried: moves > before };
    };
    const failing = Array.from({ length: 60 }, ask);
    expect(failing.slice(-30).filter(({ tried }) => tried).length).toBeLessThan(3);
    movable = true;
    let served = ask();
    for (let left = 64; served.pfn === NO_PAGE && left > 0; left--) served = ask();
    expect(served.pfn).not.toBe(NO_PAGE);
    movable = false;
    expect([ask(), ask(), ask()].map(({ tried }) => tried)).toEqual([true, true, false]);
    expect(mm.vmstat()).toMatchObject({ compact_success: 1 });
  });

  it('a request that compaction has too little room for goes on reclaiming, as long as that may make room', () => {
    const held: number[] = [];
    const mm: PageAllocator = new PageAllocator({
      zones: [{ name: 'Normal', pages: 256 }], maxOrder: 6, minFreeKbytes: 500, pcp: false, watermarkBoostFactor: 0,
      shrinkers: [{ count: () => held.length, scan: (pages) => { const given = held.splice(0, pages); for (const pfn of given) mm.free(pfn); return given.length; } }],
    });
    for (let pfn = mm.allocAs(GFP_NOWAIT, 0, TaskFlag.MEMALLOC); pfn !== NO_PAGE; pfn = mm.allocAs(GFP_NOWAIT, 0, TaskFlag.MEMALLOC)) held.push(pfn);
    // The first quarter of every block of four comes back, then every second one, and only then a whole block.
    held.sort((a, b) => Math.min(a % 4, 2) - Math.min(b % 4, 2) || a - b);
    expect(mm.alloc(GFP_KERNEL, 2)).not.toBe(NO_PAGE);
    expect(held.length).toBe(96);
    expect(mm.check()).toEqual([]);
  });

  it('a costly request that must not try hard and must stay on its node goes no further than one attempt', () => {
    const seen: string[] = [];
    const mm = scattered(() => false, { zones: [{ name: 'Normal', pages: 2048 }], trace: { compact: () => { seen.push('c'); }, reclaimBegin: () => { seen.push('r'); } } });
    expect(mm.alloc(or(GFP_KERNEL, __GFP_NORETRY, __GFP_THISNODE), 5)).toBe(NO_PAGE);
    expect(seen).toEqual(['c']);
    seen.length = 0;
    expect(mm.alloc(or(GFP_KERNEL, __GFP_NORETRY), 5)).toBe(NO_PAGE);
    expect(seen).toEqual(['c', 'r', 'c']);
  });
});
