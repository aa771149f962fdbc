import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AllocFlag, describeSteps, eraOf, largestOrderServed, LIST_SHIFT, Migratetype, watermark, watermarkRulesOf, type WatermarkRules, type WatermarkStep, type WatermarkZone } from '../src/index.js';

const { CMA, HARDER, HIGH, HIGHATOMIC, KSWAPD, MIN_RESERVE, NO_WATERMARKS, NON_BLOCK, OOM } = AllocFlag;

function rules(release: string): WatermarkRules {
  const found = watermarkRulesOf(release);
  if (found === null) throw new Error(`no rules for ${release}`);
  return found;
}

/** Free blocks as `[order, migratetype, count]`. */
function zone(blocks: readonly (readonly [number, number, number])[], fields: Partial<WatermarkZone> = {}): WatermarkZone {
  const counts = new Int32Array(11 << LIST_SHIFT);
  for (const [order, type, count] of blocks) counts[(order << LIST_SHIFT) + type] = count;
  return { lowmemReserve: [0], reservedHighatomicPages: 0, freeHighatomicPages: 0, freeCmaPages: 0, counts, maxOrder: 10, ...fields };
}

const U = Migratetype.UNMOVABLE;

function allows(release: string, where: WatermarkZone, request: { order?: number; mark?: number; flags?: number; free: number }): boolean {
  return rules(release).check(where, request.order ?? 0, request.mark ?? 1000, 0, request.flags ?? 0, request.free, null);
}

describe('the rule of a release', () => {
  it.each([
    ['2.4.28', '2.4'], ['2.6.32-754.el6', '2.6'], ['2.6.39', '2.6.38'], ['3.2.0-4-amd64', '2.6.38'], ['3.4.113', '2.6'], ['3.10.0-327.el7', '3.10'], ['4.3', '3.10'],
    ['4.4.0-21-generic', '4.4'], ['4.6', '4.5'], ['4.8', '4.7'], ['4.9.24', '4.7'], ['4.9.154', '4.9.154'], ['4.13', '4.7'], ['4.14', '4.14'], ['5.4.0-29-generic', '4.14'],
    ['5.9', '5.9'], ['6.2.1', '5.9'], ['6.1.119', '5.9'], ['6.1.192', '6.3'], ['6.3', '6.3'], ['6.10', '6.3'], ['6.11', '6.11'], ['6.12.117', '6.11'], ['6.19', '6.11'],
  ])('%s decides by %s', (release, id) => {
    expect(rules(release).id).toBe(id);
  });

  it('names none for what is no release', () => {
    expect(watermarkRulesOf('mainline')).toBeNull();
  });
});

describe('limits, one page either side', () => {
  it.each<[string, string, number, Partial<WatermarkZone>, number, number]>([
    ['6.12', 'the mark', 0, {}, 1000, 1001],
    ['6.12', 'half of it with MIN_RESERVE', MIN_RESERVE, {}, 500, 501],
    ['6.12', 'three eighths when it can\'t wait either', MIN_RESERVE | NON_BLOCK, {}, 375, 376],
    ['6.12', 'no discount for not waiting alone', NON_BLOCK, {}, 1000, 1001],
    ['6.12', 'half for a victim', OOM, {}, 500, 501],
    ['6.12', 'the reserve of the class on top', 0, { lowmemReserve: [234] }, 1234, 1235],
    ['6.12', 'free atomic blocks apart', 0, { freeHighatomicPages: 300, reservedHighatomicPages: 512 }, 1300, 1301],
    ['6.10', 'the whole atomic reserve apart', 0, { freeHighatomicPages: 300, reservedHighatomicPages: 512 }, 1512, 1513],
    ['6.12', 'nothing apart for whoever may use reserves', NON_BLOCK, { freeHighatomicPages: 300 }, 1000, 1001],
    ['6.12', 'CMA pages apart', 0, { freeCmaPages: 400 }, 1400, 1401],
    ['6.12', 'CMA pages counted with the flag', CMA, { freeCmaPages: 400 }, 1000, 1001],
    ['5.15', 'HIGH and HARDER', HIGH | HARDER, { reservedHighatomicPages: 512 }, 375, 376],
    ['5.15', 'HARDER alone', HARDER, {}, 750, 751],
    ['5.15', 'half for a victim', OOM, { reservedHighatomicPages: 512 }, 500, 501],
    ['4.12', 'a victim is not known yet', OOM, {}, 1000, 1001],
    ['4.12', 'the atomic reserve apart', HIGH, { reservedHighatomicPages: 512 }, 1012, 1013],
    ['2.6.32', 'HIGH and HARDER', HIGH | HARDER, {}, 375, 376],
    ['3.2', 'two pages more than the mark', 0, {}, 1002, 1003],
    ['2.4.28', 'the request itself and a quarter', HARDER, {}, 251, 252],
  ])('%s: %s', (release, _what, flags, fields, refused, allowed) => {
    const where = zone([[0, U, 5000]], fields);
    expect([allows(release, where, { flags, free: refused }), allows(release, where, { flags, free: allowed })]).toEqual([false, true]);
  });
});

describe('blocks that satisfy a request for order 2', () => {
  const only = (type: number): WatermarkZone => zone([[0, U, 5000], [4, type, 1]]);
  it.each<[string, number, string]>([
    ['6.12', 0, 'UME'], ['6.12', CMA, 'UMEC'], ['6.12', HIGHATOMIC, 'UMEH'], ['6.12', NON_BLOCK | MIN_RESERVE, 'UME'], ['6.12', OOM, 'UMEH'],
    ['5.15', HARDER, 'UMEH'], ['5.15', OOM, 'UMEH'], ['5.15', 0, 'UME'],
    ['4.12', HARDER, 'UMEHCIR'], ['4.12', 0, 'UME'], ['4.9.154', HARDER, 'UMEH'], ['4.4', HARDER, 'UMEH'],
    ['4.3', 0, 'UMEHCIR'],
  ])('%s with flags %d: %s', (release, flags, letters) => {
    const satisfying = Array.from('UMEHCIR').filter((_, type) => allows(release, only(type), { order: 2, flags, free: 6000 }));
    expect(satisfying.join('')).toBe(letters);
  });
});

describe('the old rule halves the mark for each order', () => {
  it('and takes CMA pages off once since 3.10, in every comparison before', () => {
    const where = zone([[0, U, 100], [3, Migratetype.CMA, 50], [4, U, 8]], { freeCmaPages: 400 });
    expect(allows('3.10', where, { order: 2, mark: 90, free: 628 })).toBe(true);
    expect(allows('3.8', where, { order: 2, mark: 240, free: 628 })).toBe(false);
    const steps: WatermarkStep[] = [];
    rules('3.10').check(where, 2, 90, 0, 0, 628, steps);
    expect(describeSteps(steps)).toEqual(['free 225 > 90', 'order 0: 525 > 45', 'order 1: 525 > 22']);
  });
});

describe('watermark', () => {
  const fragmented = zone([[0, U, 4000], [1, U, 10]]);
  const request = { order: 3, markPages: 100, highestZoneIndex: 0, allocFlags: 0, freePages: 4020 };

  it('says that no block is large enough', () => {
    const decision = watermark(rules('6.12').check, fragmented, request);
    expect(decision).toMatchObject({ allowed: false, reason: 'no-suitable-block' });
    expect(describeSteps(decision.steps)).toEqual(['free 4013 > 100', 'no block of order 3 or above that the request may use']);
    expect(largestOrderServed(rules('6.12').check, fragmented, request)).toBe(1);
  });

  it('says the same up to 4.3, where the mark of an order refuses', () => {
    expect(watermark(rules('2.6.32').check, fragmented, request)).toMatchObject({ allowed: false, reason: 'no-suitable-block' });
    expect(watermark(rules('2.6.32').check, zone([[0, U, 4000], [3, U, 1]]), { ...request, freePages: 4008 })).toMatchObject({ allowed: false, reason: 'below-watermark' });
  });

  it('says that the zone is below its mark', () => {
    const decision = watermark(rules('6.12').check, fragmented, { ...request, order: 0, markPages: 5000 });
    expect(decision).toMatchObject({ allowed: false, reason: 'below-watermark' });
    expect(decision.steps).toEqual([{
      what: 'amount', order: 0, zoneFreePages: 4020, sizePages: 0, highatomicPages: 0, cmaPages: 0, markPages: 5000, minPages: 5000, reservePages: 0, freePages: 4020, needPages: 5000, passed: false,
    }]);
    expect(largestOrderServed(rules('6.12').check, fragmented, { ...request, markPages: 5000 })).toBe(-1);
  });

  it('lets a request that ignores marks have any block there is', () => {
    const allocFlags = NO_WATERMARKS;
    expect(watermark(rules('6.12').check, fragmented, { ...request, order: 1, markPages: 5000, allocFlags })).toMatchObject({ allowed: true, reason: null });
    expect(watermark(rules('6.12').check, fragmented, { ...request, allocFlags })).toMatchObject({ allowed: false, reason: 'no-suitable-block' });
    expect(watermark(rules('6.12').check, zone([]), { ...request, order: 0, freePages: 0, allocFlags }).allowed).toBe(false);
  });

  it('refuses an order above the largest', () => {
    expect(watermark(rules('6.12').check, fragmented, { ...request, order: 11 })).toMatchObject({ allowed: false, reason: 'no-suitable-block' });
  });
});

describe('the first check of the allocator', () => {
  const fast = (release: string, where: WatermarkZone, mark: number, unboosted: number, flags: number, free: number): [boolean, string[]] => {
    const steps: WatermarkStep[] = [];
    return [rules(release).fast(where, 0, mark, unboosted, 0, flags, free, steps), describeSteps(steps)];
  };

  it('lets a single page pass at once above the whole mark', () => {
    expect(fast('6.12', zone([]), 1000, 1000, 0, 1001)).toEqual([true, ['one page at once: 1001 > 1000']]);
    expect(fast('6.12', zone([]), 1000, 1000, MIN_RESERVE, 501)).toEqual([true, ['one page at once: 501 > 1000 is false', 'free 501 > 500']]);
    expect(fast('4.6', zone([]), 1000, 1000, 0, 1001)).toEqual([true, ['free 1001 > 1000']]);
  });

  it('forgot the reserve for atomic blocks up to 5.8', () => {
    const where = zone([], { reservedHighatomicPages: 512, freeHighatomicPages: 512 });
    expect(['5.8', '5.9', '6.10', '6.12'].map((release) => fast(release, where, 1000, 1000, 0, 1200)[0])).toEqual([true, false, false, false]);
  });

  it('a request that says atomic and yet may wait is not atomic', () => {
    expect([0xa20, 0x620].map((mask) => rules('6.1.192').ignoresBoost(mask, MIN_RESERVE))).toEqual([true, false]);
    expect([0xa20, 0x620].map((mask) => rules('6.0').ignoresBoost(mask, HIGH))).toEqual([true, false]);
  });

  it('is made again without the boost where the caller says so', () => {
    expect(fast('6.12', zone([]), 1500, 1000, MIN_RESERVE, 600)).toEqual([true, ['one page at once: 600 > 1500 is false', 'free 600 > 750 is false', 'free 600 > 500', 'without the boost (mark 1000): yes']]);
    expect(fast('6.12', zone([]), 1500, 1500, MIN_RESERVE, 600)[0]).toBe(false);
    expect(fast('5.8', zone([]), 1500, 1000, HIGH, 600)[0]).toBe(false);
  });

  it.each<[string, number, number, boolean]>([
    ['6.12.117', 0x820, MIN_RESERVE | NON_BLOCK, true], ['6.12.117', 0x820, MIN_RESERVE | AllocFlag.WMARK_LOW, false], ['6.12.117', 0xcc0, 0, false],
    ['6.1.192', 0xa20, MIN_RESERVE, true], ['6.1.192', 0x820, MIN_RESERVE, false], ['5.15', 0xa20, HIGH | HARDER, true], ['5.8', 0xa20, HIGH | HARDER, false],
  ])('%s, mask %d, flags %d: may ignore the boost is %s', (release, mask, flags, expected) => {
    expect(rules(release).ignoresBoost(mask, flags)).toBe(expected);
  });
});

describe('reserveFlags', () => {
  it.each<[string, number, boolean, boolean, number]>([
    ['6.12', 0x820, false, false, 0], ['6.12', 0x20820, false, false, NO_WATERMARKS | KSWAPD], ['6.12', 0xcc0, true, false, NO_WATERMARKS | KSWAPD],
    ['6.12', 0xcc0, false, true, OOM | KSWAPD], ['6.12', 0xa0cc0, true, true, 0], ['4.12', 0x14000c0, false, true, NO_WATERMARKS | KSWAPD], ['2.6.32', 0xd0, false, true, NO_WATERMARKS],
    ['2.6.32', 0x100d0, true, true, 0],
  ])('%s, mask %d, PF_MEMALLOC %s, victim %s', (release, mask, pfMemalloc, victim, expected) => {
    const own = rules(release).allocFlags(mask, 0, false);
    expect(rules(release).reserveFlags(mask, pfMemalloc, victim, own)).toBe(expected);
  });

  it('keeps the right to CMA pages', () => {
    const own = rules('6.12').allocFlags(0x100cca, 0, false);
    expect(rules('6.12').reserveFlags(0x100cca, true, false, own)).toBe(NO_WATERMARKS | KSWAPD | CMA);
  });
});

describe('allocFlags', () => {
  it.each<[string, number, number, number]>([
    ['6.12.0', 0x2800, 2, NON_BLOCK | KSWAPD | AllocFlag.CPUSET | HIGHATOMIC],
    ['6.12.117', 0x2800, 2, NON_BLOCK | KSWAPD | AllocFlag.CPUSET],
    ['6.12.117', 0x820, 2, NON_BLOCK | KSWAPD | MIN_RESERVE | HIGHATOMIC],
    ['5.15', 0xa20, 0, HIGH | HARDER | KSWAPD],
    ['5.15', 0x620, 0, HIGH | AllocFlag.CPUSET],
    ['2.6.18', 0x10020, 0, HIGH | HARDER],
    ['2.6.39', 0x10020, 0, HIGH],
    ['3.10', 0x400000, 0, HARDER],
    ['3.18', 0x400000, 0, AllocFlag.CPUSET],
    ['3.4.112', 0x400000, 0, HARDER],
    ['3.4.113', 0x400000, 0, AllocFlag.CPUSET],
    ['2.6.26', 0x1200d2, 0, AllocFlag.CPUSET],
    ['3.10', 0x200da, 0, AllocFlag.CPUSET | CMA],
  ])('%s, mask %d, order %d', (release, mask, order, expected) => {
    expect(rules(release).allocFlags(mask, order, false)).toBe(expected);
  });

  it('takes masks in the numbering of the release', () => {
    expect(rules('4.9').era).toBe(eraOf('4.9'));
  });
});

const anyZone = fc.record({
  blocks: fc.array(fc.tuple(fc.nat(10), fc.nat(5), fc.nat(40)), { maxLength: 12 }),
  lowmemReserve: fc.tuple(fc.nat(500), fc.nat(500)), reservedHighatomicPages: fc.nat(512), freeHighatomicPages: fc.nat(512), freeCmaPages: fc.nat(800),
}).map(({ blocks, ...fields }) => zone(blocks, fields));
const anyRequest = fc.record({ order: fc.nat(10), markPages: fc.nat(3000), highestZoneIndex: fc.nat(1), allocFlags: fc.nat(0x3f8), freePages: fc.nat(6000) });
const releases = ['2.4.28', '2.6.32', '3.2', '3.10', '4.4', '4.8', '4.14', '5.15', '6.6', '6.12.117'];

describe.each(releases)('properties of the rule of %s', (release) => {
  const { check, fast } = rules(release);

  it('steps change nothing, and the last one decides', () => {
    fc.assert(fc.property(anyZone, anyRequest, (where, { order, markPages, highestZoneIndex, allocFlags, freePages }) => {
      const steps: WatermarkStep[] = [];
      const allowed = check(where, order, markPages, highestZoneIndex, allocFlags, freePages, steps);
      expect(check(where, order, markPages, highestZoneIndex, allocFlags, freePages, null)).toBe(allowed);
      expect(steps.at(-1)?.passed).toBe(allowed);
      expect(steps.slice(0, -1).every((step) => step.passed)).toBe(true);
    }), { seed: 1, numRuns: 300 });
  });

  it('more free pages, a lower mark or a smaller order never hurt', () => {
    fc.assert(fc.property(anyZone, anyRequest, fc.nat(50), (where, { order, markPages, highestZoneIndex, allocFlags, freePages }, more) => {
      if (!check(where, order, markPages, highestZoneIndex, allocFlags, freePages, null)) return;
      expect(check(where, order, markPages, highestZoneIndex, allocFlags, freePages + more, null)).toBe(true);
      expect(check(where, order, Math.max(0, markPages - more), highestZoneIndex, allocFlags, freePages, null)).toBe(true);
      expect(check(where, 0, markPages, highestZoneIndex, allocFlags, freePages, null)).toBe(true);
    }), { seed: 2, numRuns: 300 });
  });

  it('the first check allows whatever the full one allows', () => {
    fc.assert(fc.property(anyZone, anyRequest, (where, { order, markPages, highestZoneIndex, allocFlags, freePages }) => {
      if (!check(where, order, markPages, highestZoneIndex, allocFlags, freePages, null)) return;
      expect(fast(where, order, markPages, markPages, highestZoneIndex, allocFlags, freePages, null)).toBe(true);
    }), { seed: 3, numRuns: 300 });
  });
});
