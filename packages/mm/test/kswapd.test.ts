import { GFP_ATOMIC } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { NO_PAGE, PageAllocator, type Shrinker } from '../src/index.js';

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

  it('goes on to the high mark with its boost, which is gone then', () => {
    const filled = new PageAllocator({ zones: [{ name: 'Normal', pages: 4096 }], minFreeKbytes: 400, pcp: false });
    const held: number[] = [];
    for (let pfn = filled.alloc(GFP_ATOMIC); pfn !== NO_PAGE; pfn = filled.alloc(GFP_ATOMIC)) held.push(pfn);
    const state = filled.state();
    const scan = (pages: number): number => {
      const given = held.splice(0, pages);
      for (const pfn of given) mm.free(pfn);
      return given.length;
    };
    const mm = PageAllocator.fromState({ ...state, zones: state.zones.map((zone) => ({ ...zone, boostPages: 300 })) }, { pcp: false, shrinkers: [{ count: () => held.length, scan }] });
    expect(mm.kswapd().balanced).toBe(true);
    const zone = mm.memInfo().zones[0]!;
    expect(zone.freePages! - zone.highPages!).toBeGreaterThan(300);
    expect(zone.boostPages).toBe(0);
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
