import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { boostWatermark, highatomicCap, lowmemReserve, minFreeKbytes, perCpuLimits, recommendedMinFreeKbytes, zoneBatchsize, zoneSetupRulesOf, zoneWatermarks, type ZoneName, type ZoneSetupRules, type ZoneSize } from '../src/index.js';
import { examplesOf, hasShared, sharedText } from './shared.js';

function setup(release: string): ZoneSetupRules {
  const rules = zoneSetupRulesOf(release);
  if (rules === null) throw new Error(`no rules for ${release}`);
  return rules;
}

describe.skipIf(!hasShared)('examples of the specification', () => {
  it.each(examplesOf('zone-setup'))('$id: $description ($versions)', ({ versions, input, expected }) => {
    const managed = input['managed_pages'] as Record<ZoneName, number>;
    const zones = Object.entries(managed).map(([name, managedPages]) => ({ name: name as ZoneName, managedPages }));
    const rules = setup(versions);
    const marks = zoneWatermarks(zones, { minFreeKbytes: input['min_free_kbytes'] as number, scaleFactor: input['watermark_scale_factor'] as number }, rules);
    const reserves = lowmemReserve(zones.map((zone) => zone.managedPages), input['lowmem_reserve_ratio'] as number[], rules);
    expect(zones.map((zone, at) => ({
      zone: zone.name, min: marks[at]?.minPages, low: marks[at]?.lowPages, high: marks[at]?.highPages, promo: marks[at]?.promoPages,
      lowmem_reserve: reserves[at], zone_batchsize_raw: zoneBatchsize(zone.managedPages, rules),
      batch_used: perCpuLimits({ managedPages: zone.managedPages, lowPages: 0, cpus: 1 }, rules).batch,
    }))).toEqual(expected['zones_in_pages']);
  });

  it.each(examplesOf('min-free'))('$id: $description ($versions)', ({ input, expected }) => {
    if ('lowmem_kbytes' in input) {
      const lowmem = input['lowmem_kbytes'] as number;
      expect(minFreeKbytes(lowmem, setup('6.12').maxMinFreeKbytes)).toBe(expected['min_free_kbytes_6_12']);
      expect(minFreeKbytes(lowmem, setup('5.7').maxMinFreeKbytes)).toBe(expected['min_free_kbytes_before_5_8']);
    } else {
      expect(recommendedMinFreeKbytes({
        pageblockPages: input['pageblock_nr_pages'] as number, populatedZones: input['populated_zones_le_normal'] as number, bufferPages: input['nr_free_buffer_pages'] as number,
      })).toBe(expected['recommended_kbytes']);
    }
  });

  it.each(examplesOf('pcp'))('$id: $description ($versions)', ({ versions, input, expected }) => {
    if ('managed' in input) {
      const limits = perCpuLimits({ managedPages: input['managed'] as number, lowPages: input['low_wmark'] as number, cpus: input['cpus'] as number }, setup(versions));
      expect(limits).toEqual({ batch: expected['batch'], highMin: expected['high_min'], highMax: expected['high_max'] });
    } else {
      expect(perCpuLimits({ managedPages: 3300000, lowPages: 0, cpus: 1 }, setup('5.12'))).toMatchObject({ batch: input['batch'], highMax: expected['high'] });
    }
  });

  it.each(examplesOf('boost'))('$id: $description ($versions)', ({ input, expected }) => {
    const zone = {
      highPages: (input['high_unboosted'] ?? 2000) as number, factor: (input['watermark_boost_factor'] ?? 15000) as number,
      managedPages: input['managed'] as number, pageblockPages: input['pageblock_nr_pages'] as number,
    };
    const boosts: number[] = [];
    for (let boostPages = 0; boosts.length < 100; boosts.push(boostPages)) boostPages = boostWatermark({ ...zone, boostPages });
    if ('boost' in expected) expect(boosts[0]).toBe(expected['boost']);
    if ('max_boost' in expected) expect(boosts.at(-1)).toBe(expected['max_boost']);
    if ('boost_after_1_2_events' in expected) expect(boosts.slice(0, 2)).toEqual(expected['boost_after_1_2_events']);
    if ('events_to_reach_cap' in expected) expect(boosts.indexOf(boosts.at(-1) ?? 0) + 1).toBe(expected['events_to_reach_cap']);
  });

  it.each(examplesOf('highatomic'))('$id: $description ($versions)', ({ versions, input, expected }) => {
    const cap = highatomicCap(input['managed'] as number, input['pageblock_nr_pages'] as number, setup(versions));
    expect(cap).toBe(expected['cap_pages'] ?? 0);
  });
});

interface RecordedZone extends ZoneSize {
  readonly scenario: string;
  readonly minFreeKbytes: number;
  readonly scaleFactor: number;
  readonly ratios: readonly number[];
  readonly marks: readonly number[];
  readonly reserve: readonly number[];
  readonly batch: string;
  readonly high: string;
  readonly highMin: string;
  readonly highMax: string;
  readonly setAfterBoot: boolean;
}

function recordedZones(text: string): Map<string, RecordedZone[]> {
  const scenarios = new Map<string, RecordedZone[]>();
  for (const line of text.trim().split('\n').slice(1)) {
    const [scenario = '', name = '', , managed, minFree, scale, ratios = '', marks = '', reserve = '', batch = '', high = '', highMin = '', highMax = '', setAfterBoot] = line.split('\t');
    const zones = scenarios.get(scenario) ?? [];
    scenarios.set(scenario, zones);
    zones.push({
      scenario, name: name as ZoneName, managedPages: Number(managed), minFreeKbytes: Number(minFree), scaleFactor: Number(scale),
      ratios: numbers(ratios), marks: numbers(marks), reserve: numbers(reserve), batch, high, highMin, highMax, setAfterBoot: setAfterBoot === '1',
    });
  }
  return scenarios;
}

function numbers(text: string): number[] {
  return text.split(' ').map(Number);
}

/** b03 sets percpu_pagelist_high_fraction after boot. */
function highFractionOf(zone: RecordedZone): number {
  return zone.scenario.includes('highfraction') ? 16 : 0;
}

/**
 * What a zone may have managed when its marks and limits were computed: what it manages now where the sysctl was set
 * after boot, and up to 2500 pages less where they date from before the kernel freed its own start-up memory.
 */
function managedThen(zone: RecordedZone): number[] {
  if (zone.setAfterBoot || zone.name === 'DMA' || zone.managedPages === 0) return [zone.managedPages];
  if (zone.highMax !== '' && highFractionOf(zone) === 0) return Array.from({ length: 8 }, (_, more) => 8 * Number(zone.highMax) + more).filter((pages) => pages <= zone.managedPages);
  return Array.from({ length: 2501 }, (_, less) => zone.managedPages - less);
}

function combinations(choices: readonly number[][]): number[][] {
  return choices.reduce<number[][]>((all, choice) => all.flatMap((some) => choice.map((one) => [...some, one])), [[]]);
}

function checkScenario(scenario: string, zones: readonly RecordedZone[]): void {
  const rules = setup(scenario.startsWith('v6.1') ? '6.1.192' : '6.12.117');
  const [first] = zones;
  if (first === undefined) throw new Error('no zone');
  expect(lowmemReserve(zones.map((zone) => zone.managedPages), first.ratios, rules)).toEqual(zones.map((zone) => zone.reserve));
  const found = combinations(zones.map(managedThen)).some((managed) => {
    const marks = zoneWatermarks(zones.map((zone, at) => ({ name: zone.name, managedPages: managed[at] ?? 0 })), first, rules);
    return zones.every((zone, at) => {
      const own = marks[at];
      if (own === undefined || `${own.minPages} ${own.lowPages} ${own.highPages} ${own.promoPages}` !== zone.marks.join(' ')) return false;
      if (zone.batch === '') return true;
      const highFraction = highFractionOf(zone);
      const limits = perCpuLimits({ managedPages: highFraction > 0 ? zone.managedPages : (managed[at] ?? 0), lowPages: own.lowPages, cpus: 1, highFraction }, rules);
      return `${limits.batch}` === zone.batch && (zone.highMin === '' ? `${limits.highMin}` === zone.high : `${limits.highMin} ${limits.highMax}` === `${zone.highMin} ${zone.highMax}`);
    });
  });
  expect(found).toBe(true);
}

describe('marks, reserves and per-CPU limits of recorded kernels', () => {
  const fixture = recordedZones(readFileSync(new URL('fixtures/watermarks.tsv', import.meta.url), 'utf8'));
  it.each([...fixture])('%s, from the fixture', checkScenario);

  const all = hasShared ? recordedZones(sharedText('kernel/watermarks.tsv')) : new Map<string, RecordedZone[]>();
  it.skipIf(!hasShared).each([...all])('%s', checkScenario);
});

describe('older layouts', () => {
  const zones: ZoneSize[] = [{ name: 'DMA', managedPages: 4000 }, { name: 'Normal', managedPages: 220000 }, { name: 'HighMem', managedPages: 800000 }];

  it.each([
    ['2.6.12', [[17, 21, 25], [936, 1170, 1404], [128, 160, 192]]],
    ['2.6.32', [[17, 21, 25], [936, 1170, 1404], [128, 979, 1831]]],
    ['4.6', [[17, 21, 25], [936, 1170, 1404], [128, 979, 1830]]],
  ])('%s: min, low and high of a machine with HighMem', (release, expected) => {
    const marks = zoneWatermarks(zones, { minFreeKbytes: 3816 }, setup(release));
    expect(marks.map((zone) => [zone.minPages, zone.lowPages, zone.highPages])).toEqual(expected);
  });

  it('a ratio of 0 keeps everything up to 4.18 and nothing since', () => {
    expect(lowmemReserve([1000, 5000], [0, 32], setup('4.16'))).toEqual([[0, 5000], [0, 0]]);
    expect(lowmemReserve([1000, 5000], [0, 32], setup('4.19'))).toEqual([[0, 0], [0, 0]]);
  });

  it('a zone without pages keeps a reserve up to 5.9', () => {
    expect(lowmemReserve([0, 5000], [256, 32], setup('5.4'))).toEqual([[0, 19], [0, 0]]);
    expect(lowmemReserve([0, 5000], [256, 32], setup('5.10'))).toEqual([[0, 0], [0, 0]]);
  });

  it.each([['4.14', 31], ['4.18', 63], ['6.12', 63], ['6.19', 63]])('%s: the batch of a large zone is %d', (release, batch) => {
    expect(perCpuLimits({ managedPages: 4_000_000, lowPages: 20_000, cpus: 8 }, setup(release)).batch).toBe(batch);
  });
});
