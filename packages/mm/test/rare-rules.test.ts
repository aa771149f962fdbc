import { __GFP_MOVABLE, __GFP_NOFAIL, __GFP_NORETRY, __GFP_THISNODE, GFP_ATOMIC, GFP_KERNEL, GFP_NOWAIT, or, type MayWait } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { NO_PAGE, PageAllocator, TaskFlag, ZoneFlag, type MayFail, type PageAllocatorOptions, type PcpState, type ZoneRecord } from '../src/index.js';

const MOVABLE = or(GFP_ATOMIC, __GFP_MOVABLE);

/** A zone of 4096 pages whose per-CPU lists and numbers stand as given. */
function standing(pcp: Partial<PcpState>, zone: Partial<ZoneRecord> = {}, options: Omit<PageAllocatorOptions, 'zones'> = {}): PageAllocator {
  const state = new PageAllocator({ zones: [{ name: 'Normal', pages: 4096 }], ...options }).state();
  const [normal] = state.zones;
  return PageAllocator.fromState({ ...state, zones: [{ ...normal!, ...zone, pcp: { ...normal!.pcp!, ...pcp } }] }, options);
}

const pcpOf = (mm: PageAllocator): PcpState => mm.state().zones[0]!.pcp!;

/** Takes so many pages, then sets the numbers of the lists, and frees all but the last few. */
function freed(pages: number, keep: number, pcp: Partial<PcpState>, flags = 0, options: Omit<PageAllocatorOptions, 'zones'> = {}): PageAllocator {
  const taken = new PageAllocator({ zones: [{ name: 'Normal', pages: 4096 }], ...options });
  const held = Array.from({ length: pages }, () => taken.alloc(GFP_ATOMIC));
  taken.drain();
  const state = taken.state();
  const [normal] = state.zones;
  const mm = PageAllocator.fromState({ ...state, zones: [{ ...normal!, flags, pcp: { ...normal!.pcp!, ...pcp } }] }, options);
  for (const pfn of held.slice(keep)) mm.free(pfn);
  return mm;
}

describe('per-CPU lists that no machine at rest has', () => {
  it('a limit below a batch, as at boot, keeps nothing: pages come and go one by one', () => {
    const mm = standing({ high: 0, highMin: 0, highMax: 0, batch: 7 });
    const pfn = mm.alloc(GFP_ATOMIC);
    expect(pcpOf(mm)).toMatchObject({ count: 0, high: 0, allocFactor: 0 });
    mm.free(pfn);
    expect(pcpOf(mm)).toMatchObject({ count: 0 });
    expect(mm.check()).toEqual([]);
  });

  it('a zone that is being reclaimed keeps four batches at most, and its limit sinks by what was freed in a row', () => {
    const mm = freed(40, 0, { count: 0, high: 100, highMin: 10, highMax: 500, batch: 8, freeCount: 0 }, ZoneFlag.RECLAIM_ACTIVE);
    // Each free takes max(free_count, batch) off the limit; from the point where it is below 4 x 8, it is the limit.
    const { high, count, freeCount } = pcpOf(mm);
    expect(high).toBe(10);
    expect(freeCount).toBe(40);
    expect(count).toBeLessThanOrEqual(10);
    expect(mm.check()).toEqual([]);
  });

  it('bounds that have crossed: the upper one wins from there on, the lower one below it', () => {
    const above = freed(1, 0, { high: 900, highMin: 600, highMax: 200, batch: 8 });
    expect(pcpOf(above).high).toBe(200);
    const below = freed(1, 0, { high: 100, highMin: 600, highMax: 200, batch: 8 });
    expect(pcpOf(below).high).toBe(600);
  });

  it.each([
    ['Unmovable', 0, 0], ['Movable', 1, 3], ['Reclaimable', 2, 2], ['Unmovable and huge', 12, 0], ['Movable and huge', 13, 3],
  ] as const)('linux-6.1: of a pageblock that was reserved since, a page listed as %s goes back as type %3$i', (_name, list, type) => {
    const order = list < 12 ? 0 : 9;
    const zones = [{ name: 'Normal', pages: 4096 }] as const;
    const taken = new PageAllocator({ zones, profile: 'linux-6.1', pcp: { hugeOrder: 9 } });
    const pfn = taken.alloc(GFP_ATOMIC, order);
    taken.drain();
    const state = taken.state();
    const [normal] = state.zones;
    const lists = Array.from({ length: 14 }, (_, number) => Int32Array.from(number === list ? [pfn] : []));
    const drained: number[] = [];
    const mm = PageAllocator.fromState(
      { ...state, zones: [{ ...normal!, pageblockTypes: normal!.pageblockTypes.map(() => 3), pcp: { ...normal!.pcp!, count: 1 << order, lists, keptTypes: [] } }] },
      { profile: 'linux-6.1', pcp: { hugeOrder: 9 }, trace: { pcpuDrain: (...event) => drained.push(...event) } },
    );
    const told = mm.state().zones[0]!.pcp!.keptTypes?.[list];
    expect(told).toEqual(Uint8Array.of(type));
    mm.drain();
    expect(drained).toEqual([pfn, order, type]);
  });

  it('linux-6.1: a state that says what type a listed page was freed with is believed', () => {
    const options = { profile: 'linux-6.1' } as const;
    const taken = new PageAllocator({ zones: [{ name: 'Normal', pages: 4096 }], ...options });
    taken.free(taken.alloc(MOVABLE));
    const state = taken.state();
    const [normal] = state.zones;
    const reserved = { ...state, zones: [{ ...normal!, pageblockTypes: normal!.pageblockTypes.map(() => 3) }] };
    const drained: number[] = [];
    PageAllocator.fromState(reserved, { ...options, trace: { pcpuDrain: (_pfn, _order, type) => drained.push(type) } }).drain();
    expect(new Set(drained)).toEqual(new Set([1]));
    const wrong = { ...reserved, zones: [{ ...reserved.zones[0]!, pcp: { ...normal!.pcp!, keptTypes: normal!.pcp!.keptTypes!.map((types) => types?.fill(8)) } }] };
    expect(() => PageAllocator.fromState(wrong, options)).toThrow(expect.objectContaining({ code: 'BAD_STATE' }));
  });

  it.each(['linux-6.12', 'linux-6.1'] as const)('%s: a huge block stays on its list, movable ones apart, and is the next one given', (profile) => {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 65_536 }], profile, pcp: { highFraction: 8 } });
    const kept = [mm.alloc(GFP_ATOMIC, 9), mm.alloc(MOVABLE, 9)];
    const others = pcpOf(mm).count;
    for (const pfn of kept) mm.free(pfn, 9);
    expect(pcpOf(mm).count).toBe(others + 1024);
    expect(pcpOf(mm).lists.slice(12).map(([first]) => first)).toEqual(kept);
    expect(mm.check()).toEqual([]);
    expect([mm.alloc(GFP_ATOMIC, 9), mm.alloc(MOVABLE, 9)]).toEqual(kept);
  });

  it('6.1: a return that takes all down to a batch does not grow the next one', () => {
    // 21 pages with a limit of 21: 7 << 1 is all that may go, so the factor stays.
    const mm = freed(21, 0, { high: 21, highMin: 21, highMax: 21, batch: 7, freeFactor: 1 }, 0, { profile: 'linux-6.1' });
    expect(pcpOf(mm)).toMatchObject({ count: 7, freeFactor: 1 });
    const smaller = freed(22, 0, { high: 22, highMin: 22, highMax: 22, batch: 7, freeFactor: 1 }, 0, { profile: 'linux-6.1' });
    expect(pcpOf(smaller)).toMatchObject({ count: 8, freeFactor: 2 });
  });
});

describe('a request that must not fail', () => {
  const full = (options: Partial<PageAllocatorOptions> = {}): { mm: PageAllocator; held: number[] } => {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 1024 }], minFreeKbytes: 400, pcp: false, watermarkBoostFactor: 0, ...options });
    const held: number[] = [];
    for (let pfn = mm.alloc(GFP_NOWAIT); pfn !== NO_PAGE; pfn = mm.alloc(GFP_NOWAIT)) held.push(pfn);
    return { mm, held };
  };

  it('goes below every mark where nothing else is left, as an order that the OOM killer is asked for does', async () => {
    const { mm } = full();
    expect(mm.memInfo().freePages).toBe(100);
    for (let left = 99; left >= 0; left--) expect(await mm.allocWait(or(GFP_KERNEL, __GFP_NOFAIL) as MayWait)).toMatchObject({ ok: true });
    expect(mm.memInfo().freePages).toBe(0);
  });

  it('of a costly order may use half of min', async () => {
    const { mm, held } = full();
    for (const pfn of held) if (pfn >= 64 && pfn < 80) mm.free(pfn);
    for (let pfn = mm.alloc(GFP_NOWAIT); pfn !== NO_PAGE; pfn = mm.alloc(GFP_NOWAIT));
    const free = mm.memInfo().freePages;
    expect(free).toBe(100);
    const outcome = await mm.allocWait(or(GFP_KERNEL, __GFP_NOFAIL), 4);
    expect(outcome).toMatchObject({ ok: true });
    expect(mm.memInfo().freePages).toBe(free - 16);
  });

  it('is replayed as it was recorded, though alloc refuses such a word', () => {
    const { mm } = full();
    expect(() => mm.alloc(or(GFP_KERNEL, __GFP_NOFAIL) as unknown as MayFail)).toThrow(expect.objectContaining({ code: 'BAD_GFP' }));
    expect(mm.allocAs(or(GFP_KERNEL, __GFP_NOFAIL), 0, 0)).not.toBe(NO_PAGE);
  });

  it('that waits is served from half of min once memory comes back', async () => {
    const { mm, held } = full({ outOfMemory: () => false });
    while (mm.allocAs(GFP_NOWAIT, 0, TaskFlag.MEMALLOC) !== NO_PAGE);
    const wait = mm.allocWait(or(GFP_KERNEL, __GFP_NOFAIL));
    await Promise.resolve();
    for (let i = 0; i < 51; i++) {
      expect(mm.waiting).toBe(1);
      mm.free(held[i]!);
    }
    expect(await wait).toMatchObject({ ok: true });
  });
});

describe('a pageblock that the zone cuts off', () => {
  it.each([['linux-6.12', 1, 'keeps its type'], ['linux-6.1', 0, 'is taken over: what lies outside counts as alike']] as const)('%s: %i, since it %s', (profile, type, _why) => {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', startPfn: 8, pages: 24 }], maxOrder: 4, pageblockOrder: 4, minFreeKbytes: 0, pcp: false, watermarkBoostFactor: 0, profile });
    const held = Array.from({ length: 24 }, () => mm.allocAs(MOVABLE, 0, TaskFlag.MEMALLOC));
    for (const pfn of held) if (pfn < 16 && pfn !== 12) mm.free(pfn);
    expect(mm.allocAs(GFP_ATOMIC, 0, TaskFlag.MEMALLOC)).toBeLessThan(16);
    expect(mm.state().zones[0]?.pageblockTypes[0]).toBe(type);
    expect(mm.check()).toEqual([]);
  });
});
