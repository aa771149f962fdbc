import { __GFP_MOVABLE, __GFP_NOFAIL, __GFP_NORETRY, GFP_ATOMIC, GFP_KERNEL, or, type GfpRequest, type MayWait } from '@nopage/gfp';
import { MisuseError } from '@nopage/buddy';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { NO_PAGE, PageAllocator, type AllocatorTrace, type MayFail, type Shrinker } from '../src/index.js';

const MOVABLE = or(GFP_ATOMIC, __GFP_MOVABLE);

describe('kswapd is a step that the caller schedules', () => {
  it('is wanted from the first request below the low mark until everything is in balance', () => {
    let wanted = 0;
    const held: number[] = [];
    const shrinker: Shrinker = { count: () => held.length, scan: (pages) => { const given = held.splice(0, pages); for (const pfn of given) mm.free(pfn); return given.length; } };
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 1024 }], minFreeKbytes: 400, shrinkers: [shrinker], onKswapdWanted: () => { wanted++; } });
    expect(mm.kswapdWanted).toBe(false);
    for (let pfn = mm.alloc(GFP_ATOMIC); pfn !== NO_PAGE; pfn = mm.alloc(GFP_ATOMIC)) held.push(pfn);
    expect([mm.kswapdWanted, wanted]).toEqual([true, 1]);
    const run = mm.kswapd();
    expect(run.balanced).toBe(true);
    expect(mm.kswapdWanted).toBe(false);
    const [zone] = mm.memInfo().zones;
    expect(zone?.freePages).toBeGreaterThan(zone?.highPages ?? Infinity);
    expect(mm.vmstat()).toMatchObject({ pageoutrun: 1, pgsteal_kswapd: run.pages });
    held.length = 0;
    while (mm.alloc(GFP_ATOMIC) !== NO_PAGE);
    expect(mm.kswapd()).toEqual({ pages: 0, balanced: false });
  });

  it('what comes back while it runs goes to the zone, but for four batches', () => {
    const held: number[] = [];
    let most = 0;
    const free = (pages: number): number => {
      const given = held.splice(0, pages);
      for (const pfn of given) mm.free(pfn);
      most = Math.max(most, mm.memInfo().pcpPages);
      return given.length;
    };
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 8192 }], minFreeKbytes: 4000, pcp: { highFraction: 8 }, shrinkers: [{ count: () => held.length, scan: free }] });
    for (let pfn = mm.alloc(GFP_ATOMIC); pfn !== NO_PAGE; pfn = mm.alloc(GFP_ATOMIC)) held.push(pfn);
    mm.drain();
    expect(mm.kswapd().balanced).toBe(true);
    expect(most).toBeLessThanOrEqual(4 * (mm.state().zones[0]?.pcp?.batch ?? 0));
    expect(mm.zoneNumbers(0)?.flags).toBe(0);
  });
});

describe('compaction moves movable pages through a callback', () => {
  function scattered(move: (from: number, to: number, order: number) => boolean): PageAllocator {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 256 }], maxOrder: 6, pageblockOrder: 5, minFreeKbytes: 0, pcp: false, movePages: move });
    const held: number[] = [];
    for (let pfn = mm.alloc(MOVABLE); pfn !== NO_PAGE; pfn = mm.alloc(MOVABLE)) held.push(pfn);
    held.forEach((pfn) => { if (pfn % 2 === 1) mm.free(pfn); });
    return mm;
  }

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

describe('memory can be added', () => {
  it.each([false, {}])('behind a zone, per-CPU lists %j: watermarks follow, nothing that is held moves', (pcp) => {
    const mm = new PageAllocator({ zones: [{ name: 'DMA32', pages: 100 }, { name: 'Normal', startPfn: 128, pages: 200 }], maxOrder: 6, pageblockOrder: 4, pcp });
    const held: number[] = [];
    for (let pfn = mm.alloc(GFP_ATOMIC, 1); pfn !== NO_PAGE; pfn = mm.alloc(GFP_ATOMIC, 1)) held.push(pfn);
    const before = mm.memInfo();
    mm.addMemory('Normal', 1000);
    const after = mm.memInfo();
    expect(after.freePages).toBe(before.freePages + 1000);
    expect(after.managedPages).toBe(1300);
    expect(after.zones[1]?.managedPages).toBe(1200);
    expect(after.zones[1]?.highPages).toBeGreaterThan(before.zones[1]?.highPages ?? 0);
    expect(mm.check()).toEqual([]);
    expect(mm.alloc(GFP_ATOMIC, 6)).not.toBe(NO_PAGE);
    for (const pfn of held) mm.free(pfn, 1);
    mm.drain();
    expect(mm.check()).toEqual([]);
    expect(mm.memInfo().freePages).toBe(1300 - 64);
  });

  it('and no boost of a watermark outlasts it', () => {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 4096 }], minFreeKbytes: 400, pcp: false });
    const held = Array.from({ length: 4000 }, () => mm.alloc(or(GFP_ATOMIC, __GFP_MOVABLE)));
    held.forEach((pfn, i) => { if (i % 4 === 0) mm.free(pfn); });
    mm.alloc(GFP_ATOMIC);
    expect(mm.zoneNumbers(0)?.boostPages).toBeGreaterThan(0);
    mm.addMemory('Normal', 1024);
    expect(mm.zoneNumbers(0)?.boostPages).toBe(0);
    expect(mm.check()).toEqual([]);
  });

  it('serves who waits', async () => {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 64 }], maxOrder: 5, minFreeKbytes: 0 });
    while (mm.alloc(GFP_ATOMIC) !== NO_PAGE);
    const wait = mm.allocWait(GFP_KERNEL, 3);
    await Promise.resolve();
    mm.addMemory('Normal', 64);
    expect(await wait).toMatchObject({ ok: true });
  });
});

describe('counters have the kernel\'s names', () => {
  it('and count pages, by zone where the kernel does', () => {
    const mm = new PageAllocator({ zones: [{ name: 'DMA32', pages: 512 }, { name: 'Normal', pages: 512 }, { name: 'Movable', pages: 0 }], minFreeKbytes: 0 });
    const pfn = mm.alloc(GFP_ATOMIC, 3);
    mm.alloc(or(GFP_ATOMIC, 4 as MayFail));
    mm.free(pfn, 3);
    expect(mm.vmstat()).toMatchObject({ pgalloc_dma32: 1, pgalloc_normal: 8, pgalloc_movable: 0, pgfree: 8, allocstall_movable: 0, compact_stall: 0 });
  });
});

describe('a trace is told of every choice', () => {
  it('in order', () => {
    const seen: string[] = [];
    const trace: AllocatorTrace = {
      zoneLocked: (pfn, order, type, refill) => seen.push(`z${pfn}:${order}:${type}:${refill ? 1 : 0}`),
      pcpuDrain: (pfn, order, type) => seen.push(`d${pfn}:${order}:${type}`),
      extfrag: (pfn, order, fallbackOrder, type, fallbackType, ownership) => seen.push(`x${pfn}:${order}:${fallbackOrder}:${type}:${fallbackType}:${ownership ? 1 : 0}`),
    };
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 1024 }], trace });
    expect(mm.alloc(GFP_ATOMIC)).toBe(0);
    mm.free(0);
    mm.drain();
    expect(seen).toEqual(['x0:0:10:0:1:1', 'd0:0:0']);
  });
});

describe('words that contradict a call do not compile', () => {
  const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 64 }], maxOrder: 5 });
  it('alloc takes whatever may fail; allocWait whatever may wait', () => {
    expectTypeOf(GFP_ATOMIC).toExtend<MayFail>();
    expectTypeOf(GFP_KERNEL).toExtend<MayFail>();
    expectTypeOf(GFP_KERNEL).toExtend<MayWait>();
    expectTypeOf(GFP_ATOMIC).not.toExtend<MayWait>();
    expectTypeOf<GfpRequest>().not.toExtend<MayFail>();
    expectTypeOf<number>().not.toExtend<MayFail>();
    // @ts-expect-error A word that must not wait is nothing to wait for.
    const waits = (): unknown => mm.allocWait(GFP_ATOMIC);
    // @ts-expect-error A word that must not fail is for a call that can wait.
    const fails = (): unknown => mm.alloc(or(GFP_KERNEL, __GFP_NOFAIL));
    // @ts-expect-error Must not fail, must not wait: no call can honour that.
    const neither = (): unknown => mm.allocWait(__GFP_NOFAIL);
    expectTypeOf([waits, fails, neither]).toExtend<(() => unknown)[]>();
  });
});
