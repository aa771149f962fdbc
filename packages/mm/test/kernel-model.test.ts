import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PageAllocator, TaskFlag, type AllocatorState, type MayFail, type PageAllocatorOptions, type ZoneOptions } from '../src/index.js';
import { NaiveKernel } from './naive-kernel.js';

const DMA = 0x1;
const DMA32 = 0x4;
const HIGHMEM = 0x2;
const MOVABLE = 0x8;
const RECLAIMABLE = 0x10;
const NOWAIT = 0x800;
const NOFS = 0xc00;
const NORETRY = 0x1_0000;
const RETRY_MAYFAIL = 0x4000;
const MEMALLOC = 0x2_0000;
const NOMEMALLOC = 0x8_0000;
const HIGH = 0x20;

/** What requests come with, where `atomic` is GFP_ATOMIC: one word in three of those that are there most. */
const wordsFor = (atomic: number): readonly number[] => [
  atomic, atomic | MOVABLE, atomic | RECLAIMABLE, NOWAIT, NOWAIT | MOVABLE, NOWAIT | RECLAIMABLE,
  0, HIGH, NOFS | NORETRY, NOFS | RETRY_MAYFAIL, NOFS | RETRY_MAYFAIL | MOVABLE, NOFS | HIGH | NORETRY, atomic | DMA, NOWAIT | DMA, atomic | DMA32,
  NOWAIT | HIGHMEM | MOVABLE, atomic | HIGHMEM | MOVABLE, atomic | NOMEMALLOC, NOWAIT | MEMALLOC, MEMALLOC | NOMEMALLOC | HIGH,
];

interface Shape {
  readonly maxOrder: number;
  readonly pageblockOrder: number;
  readonly hugeOrder: number | null;
  readonly zones: readonly ZoneOptions[];
  readonly minFreeKbytes: number;
  readonly threshold?: number;
}

const zone = (name: ZoneOptions['name'], startPfn = 0, pages = 0): ZoneOptions => ({ name, startPfn, pages });
const SHAPES: readonly [string, Shape][] = [
  ['two zones, cut anywhere', { maxOrder: 6, pageblockOrder: 5, hugeOrder: 5, zones: [zone('DMA', 1, 203), zone('DMA32', 256, 330), zone('Normal'), zone('Movable')], minFreeKbytes: 60 }],
  ['above 4 GiB', { maxOrder: 5, pageblockOrder: 4, hugeOrder: 4, zones: [zone('DMA', 1, 63), zone('DMA32', 64, 100), zone('Normal', 192, 300), zone('Movable')], minFreeKbytes: 100 }],
  ['movable memory, one pageblock a largest block', { maxOrder: 5, pageblockOrder: 5, hugeOrder: null, zones: [zone('DMA'), zone('DMA32', 7, 300), zone('Normal'), zone('Movable', 320, 190)], minFreeKbytes: 60 }],
  ['large enough to reserve for atomic requests', { maxOrder: 5, pageblockOrder: 4, hugeOrder: 4, zones: [zone('DMA'), zone('DMA32', 16, 3400), zone('Normal'), zone('Movable')], minFreeKbytes: 6000 }],
  ['free pages counted late', { maxOrder: 5, pageblockOrder: 4, hugeOrder: 4, zones: [zone('DMA', 1, 127), zone('DMA32', 128, 400), zone('Normal'), zone('Movable')], minFreeKbytes: 80, threshold: 5 }],
];

/** Numbers of the per-CPU lists, and flags, as a machine may have them after a while. */
const WEAR = fc.record({
  batch: fc.constantFrom(1, 1, 3, 7, 15), highMin: fc.nat(60), highMax: fc.nat(200), high: fc.nat(220), flags: fc.nat(3), allocFactor: fc.nat(5), freeCount: fc.nat(40), freeFactor: fc.nat(5),
  zoneFlags: fc.constantFrom(0, 0, 0, 1, 2, 4), boostFactor: fc.constantFrom(0, 15_000, 15_000, 40_000),
});
type Wear = typeof WEAR extends fc.Arbitrary<infer T> ? T : never;

/** A state with every fourth pageblock full of pages that can be moved, and numbers as given. */
function worn(state: AllocatorState, late: boolean, { zoneFlags, boostFactor: _boostFactor, freeFactor, allocFactor, freeCount, flags, high, ...wear }: Wear, { threshold = 0, pageblockOrder }: Shape, held: readonly number[]): AllocatorState {
  const tuned = late ? { high, flags, allocFactor, freeCount, freeFactor: 0 } : { high: wear.highMin, flags: 0, allocFactor: 0, freeCount: 0, freeFactor };
  return {
    ...state,
    zones: state.zones.map((record) => (record.managedPages === 0 ? record : {
      ...record, flags: late ? zoneFlags : zoneFlags & 3, freeDiffThreshold: late ? threshold : 0,
      pcp: { ...record.pcp!, ...wear, ...tuned },
      movable: Int32Array.from(held.filter((pfn) => pfn >= record.startPfn && pfn < record.startPfn + record.spannedPages && isMovable(pfn, pageblockOrder)).flatMap((pfn) => [pfn, pfn])),
    })),
  };
}

const isMovable = (pfn: number, pageblockOrder: number): boolean => (pfn >> pageblockOrder & 3) === 1 && pfn % 3 > 0;

function walk(shape: Shape, late: boolean, wear: Wear, attended: boolean, choices: readonly number[]): void {
  const { maxOrder, pageblockOrder, hugeOrder, zones, minFreeKbytes } = shape;
  const options: Omit<PageAllocatorOptions, 'zones'> = {
    profile: late ? 'linux-6.12' : 'linux-6.1', maxOrder, pageblockOrder, minFreeKbytes, watermarkBoostFactor: wear.boostFactor, pcp: { hugeOrder }, trace: attended ? {} : undefined,
  };
  const before = new PageAllocator({ ...options, zones });
  const taken = Array.from({ length: before.memInfo().managedPages >> 1 }, () => before.allocAs(NOWAIT | HIGHMEM | MOVABLE, 0, TaskFlag.MEMALLOC));
  before.drain();
  const state = worn(before.state(), late, wear, shape, taken.sort((a, b) => a - b));
  const mm = PageAllocator.fromState(state, options);
  const kernel = new NaiveKernel(state, { late, maxOrder, pageblockOrder, hugeOrder: hugeOrder ?? -1, boostFactor: wear.boostFactor });
  const held = taken.filter((pfn) => !isMovable(pfn, pageblockOrder)).map((pfn): [number, number] => [pfn, 0]);
  const words = wordsFor(late ? 0x820 : 0xa20);
  const out = new Int32Array(64);
  choices.forEach((choice, i) => {
    const pick = choice >> 8;
    const gfp = words[(choice & 0x10) === 0 ? pick % 6 : pick % words.length]!;
    const order = (choice & 0x60) === 0 ? 0 : (choice & 0x60) < 0x60 ? pick % 4 : pick % (maxOrder + 2);
    const kind = (choice + (i >> 6)) & 15;
    if (kind < 7) {
      const task = pick % 31 === 0 ? TaskFlag.MEMALLOC : pick % 31 === 1 ? TaskFlag.OOM_VICTIM : 0;
      const pfn = kernel.alloc(gfp, order, task);
      const got = mm.allocAs(gfp, order, task);
      if (got !== pfn) throw new Error(`request ${i}, gfp 0x${gfp.toString(16)} order ${order}: frame ${got}, where the naive kernel gives ${pfn}`);
      if (pfn >= 0) held.push([pfn, order]);
    } else if (kind < 14) {
      for (let burst = pick % 29 === 0 ? 40 : 1; burst > 0 && held.length > 0; burst--) {
        const [block] = held.splice(pick % held.length, 1);
        kernel.free(...block!);
        mm.free(...block!);
      }
    } else if (kind === 14 && pick % 16 === 0) {
      kernel.drain();
      mm.drain();
    } else if (kind === 14) {
      const pfns = kernel.allocBulk(gfp, pick % 64);
      expect([...out.subarray(0, mm.allocBulk(gfp as MayFail, out, pick % 64))]).toEqual(pfns);
      for (const pfn of pfns) held.push([pfn, 0]);
    } else {
      expect(kernel.differences(mm.state())).toEqual([]);
    }
  });
  expect(kernel.differences(mm.state())).toEqual([]);
  expect(mm.check()).toEqual([]);
}

describe('every choice is that of a naive kernel, whatever is asked in whatever order', () => {
  describe.each([['linux-6.12', true], ['linux-6.1', false]] as const)('%s', (_profile, late) => {
    it.each(SHAPES)('%s', (_name, shape) => {
      fc.assert(fc.property(WEAR, fc.boolean(), fc.array(fc.nat(0xf_ffff), { minLength: 100, maxLength: 700, size: 'max' }), (wear, attended, choices) => {
        walk(shape, late, wear, attended, choices);
      }), { seed: 12, numRuns: 15 });
    });
  });
});
