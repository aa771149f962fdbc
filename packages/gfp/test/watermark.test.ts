import { describe, expect, it } from 'vitest';
import { AllocFlag, describeSteps, largestOrderServed, LIST_SHIFT, MIGRATETYPE_LETTERS, watermark, watermarkRulesOf, type WatermarkRules, type WatermarkZone } from '../src/index.js';
import { examplesOf, hasShared } from './shared.js';

type Blocks = Readonly<Record<string, Readonly<Record<string, number>>>>;

function rulesOf(release: string): WatermarkRules {
  const rules = watermarkRulesOf(release);
  if (rules === null) throw new Error(`no rules for ${release}`);
  return rules;
}

function zoneOf(blocks: Blocks, fields: Partial<WatermarkZone> = {}): WatermarkZone {
  const counts = new Array<number>(11 << LIST_SHIFT).fill(0);
  for (const [order, types] of Object.entries(blocks)) {
    for (const [letter, count] of Object.entries(types)) counts[(Number(order) << LIST_SHIFT) + MIGRATETYPE_LETTERS.indexOf(letter)] = count;
  }
  return { lowmemReserve: [0], reservedHighatomicPages: 0, freeHighatomicPages: 0, freeCmaPages: 0, counts, maxOrder: 10, ...fields };
}

function flagsOf(names: readonly string[]): number {
  let flags = 0;
  for (const name of names) flags |= AllocFlag[name as keyof typeof AllocFlag];
  return flags;
}

describe.skipIf(!hasShared)('examples of the specification', () => {
  it.each(examplesOf('watermark'))('$id: $description ($versions)', ({ versions, input, expected }) => {
    const read = /read ([\d.]+)/.exec(versions)?.[1] ?? versions;
    const zone = zoneOf(input['free_blocks_per_order_and_type'] as Blocks, {
      lowmemReserve: [input['lowmem_reserve_for_class_pages'] as number],
      reservedHighatomicPages: input['nr_reserved_highatomic'] as number,
      freeHighatomicPages: input['nr_free_highatomic'] as number,
      freeCmaPages: input['nr_free_cma'] as number,
    });
    const request = {
      order: input['order'] as number, markPages: input['mark_pages'] as number, highestZoneIndex: 0,
      allocFlags: flagsOf(input['alloc_flags'] as string[]), freePages: input['nr_free_pages'] as number,
    };
    expect(watermark(rulesOf(read).check, zone, request).allowed).toBe(expected['ok']);
  });

  it.each(examplesOf('alloc-flags'))('$id: $description ($versions)', ({ versions, input, expected }) => {
    const read = /read ([\d.]+)/.exec(versions)?.[1] ?? versions;
    const flags = rulesOf(read).allocFlags(Number(input['mask']), input['order'] as number, input['realtime_task'] as boolean);
    expect(flags).toBe(Number(expected['numeric']));
    expect(flags).toBe(flagsOf(expected['slow_path_alloc_flags'] as string[]));
  });
});

describe('a 16 MB router of the 2.6 era asks for 32 kB (wl500g#189)', () => {
  const zone = zoneOf({ 0: { U: 72 }, 1: { U: 43 }, 2: { U: 23 }, 3: { U: 1 } });
  const rules = rulesOf('2.6.22.19');
  const request = { order: 3, markPages: 127, highestZoneIndex: 0, allocFlags: rules.allocFlags(0x4020, 3, false), freePages: 258 };

  it('is refused at order 2 although a block of 32 kB is free', () => {
    const decision = watermark(rules.check, zone, request);
    expect(describeSteps(decision.steps)).toEqual(['free 251 > 48', 'order 0: 179 > 24', 'order 1: 93 > 12', 'order 2: 1 > 6 is false']);
    expect(decision).toMatchObject({ allowed: false, reason: 'below-watermark' });
  });

  it('would have got 16 kB', () => {
    expect(largestOrderServed(rules.check, zone, request)).toBe(2);
  });

  it('would have been granted since 4.4', () => {
    const later = rulesOf('4.4');
    const decision = watermark(later.check, zone, { ...request, allocFlags: later.allocFlags(0x2084020, 3, false) });
    expect(describeSteps(decision.steps)).toEqual(['free 251 > 48', 'a block of order 3 (Unmovable)']);
    expect(decision.allowed).toBe(true);
  });
});

describe('the largest order served', () => {
  const zone = zoneOf({ 0: { U: 40 }, 1: { M: 20 }, 2: { E: 9 }, 4: { H: 3 }, 6: { C: 2 }, 8: { M: 1 } });

  it.each(['2.4.17', '2.6.32', '3.10', '4.4', '4.9', '5.15', '6.8', '6.12'])('of %s is the last of those that pass, each tried alone', (release) => {
    const { check } = rulesOf(release);
    for (const freePages of [0, 30, 100, 260, 400, 600]) {
      for (const allocFlags of [0, AllocFlag.CMA, AllocFlag.HIGH | AllocFlag.HARDER, AllocFlag.HIGHATOMIC | AllocFlag.MIN_RESERVE]) {
        const request = { order: 0, markPages: 64, highestZoneIndex: 0, allocFlags, freePages };
        const passing = Array.from({ length: 11 }, (_, order) => order).filter((order) => watermark(check, zone, { ...request, order }).allowed);
        expect(largestOrderServed(check, zone, request)).toBe(passing.at(-1) ?? -1);
      }
    }
  });
});
