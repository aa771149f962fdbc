import type { ZoneName } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { examplesOf, hasShared, sharedText } from '../../gfp/test/shared.js';
import { PageAllocator, type ProfileName, type ZoneRecord } from '../src/index.js';

interface Row { scenario: string; zone: ZoneName; managed: number; minFreeKbytes: number; scale: number; ratio: number[]; marks: number[]; reserve: number[]; pcp: (number | null)[]; exact: boolean }

function rows(): Row[] {
  return (hasShared ? sharedText('kernel/watermarks.tsv') : '').split('\n').slice(1).filter((line) => line !== '').map((line) => {
    const [scenario = '', zone = '', , managed, minFree, scale, ratio = '', marks = '', reserve = '', batch, high, highMin, highMax, set] = line.split('\t');
    const numbers = (text: string): number[] => text.split(' ').map(Number);
    return {
      scenario, zone: zone as ZoneName, managed: Number(managed), minFreeKbytes: Number(minFree), scale: Number(scale),
      ratio: numbers(ratio), marks: numbers(marks), reserve: numbers(reserve),
      pcp: [batch, high, highMin, highMax].map((text) => (text === undefined || text === '' ? null : Number(text))), exact: set === '1',
    };
  });
}

const machines = [...rows().reduce((all, row) => all.set(row.scenario, [...(all.get(row.scenario) ?? []), row]), new Map<string, Row[]>())];

function build(machine: readonly Row[], profile: ProfileName): ZoneRecord[] {
  const [{ minFreeKbytes, scale, ratio }] = machine as [Row];
  const zones = machine.map(({ zone, managed }) => ({ name: zone, pages: managed }));
  return [...new PageAllocator({ zones, profile, minFreeKbytes, watermarkScaleFactor: scale, lowmemReserveRatio: ratio }).state().zones];
}

describe.skipIf(machines.length === 0)('watermarks, reserves and per-CPU limits follow from managed pages and settings', () => {
  it.each(machines)('%s', (scenario, machine) => {
    const old = scenario.startsWith('v6.1/');
    const zones = build(machine, old ? 'linux-6.1' : 'linux-6.12');
    machine.forEach(({ marks, reserve, pcp, exact, managed }, i) => {
      const zone = zones[i]!;
      expect(zone.lowmemReserve).toEqual(reserve);
      // Marks set at boot come from the pages that were managed then, which is not recorded.
      if (!exact && managed > 0) return;
      expect(zone.watermarks).toEqual(marks);
      if (zone.pcp === null) return;
      const [batch, high, highMin, highMax] = pcp;
      expect(zone.pcp.batch).toBe(batch);
      if (old) expect(zone.pcp.high).toBe(high);
      else expect([zone.pcp.highMin, zone.pcp.highMax]).toEqual([highMin, highMax]);
    });
  });
});

interface SetupInput { min_free_kbytes: number; watermark_scale_factor: number; managed_pages: Record<ZoneName, number>; lowmem_reserve_ratio: number[] }
interface SetupZone { zone: string; min: number; low: number; high: number; promo: number; lowmem_reserve: number[] }
const setups = examplesOf('zone-setup');

describe.skipIf(setups.length === 0)('a machine is set up as the examples say', () => {
  it.each(setups)('$id: $description', ({ input, expected }) => {
    const { min_free_kbytes, watermark_scale_factor, managed_pages, lowmem_reserve_ratio } = input as unknown as SetupInput;
    const names = Object.keys(managed_pages) as ZoneName[];
    const mm = new PageAllocator({
      zones: names.map((name) => ({ name, pages: managed_pages[name] })),
      minFreeKbytes: min_free_kbytes, watermarkScaleFactor: watermark_scale_factor, lowmemReserveRatio: lowmem_reserve_ratio, pcp: false,
    });
    for (const zone of expected['zones_in_pages'] as SetupZone[]) {
      const state = mm.memInfo().zones.find(({ name }) => name === zone.zone);
      // A zone without pages is not told of.
      if (state === undefined && managed_pages[zone.zone as ZoneName] === 0) continue;
      expect([state?.minPages, state?.lowPages, state?.highPages]).toEqual([zone.min, zone.low, zone.high]);
      expect(state?.lowmemReserve).toEqual(zone.lowmem_reserve);
    }
  });
});

const pcpExamples = examplesOf('pcp').filter(({ versions }) => versions === '6.12.117');

describe.skipIf(pcpExamples.length === 0)('per-CPU lists are sized as the examples say', () => {
  it.each(pcpExamples)('$id: $description', ({ input, expected }) => {
    const { managed, cpus, low_wmark: low } = input as { managed: number; cpus: number; low_wmark: number };
    // The low mark is min_free_kbytes / 4 and a gap on top: find the setting that gives the example's.
    const make = (minFreeKbytes: number): PageAllocator => new PageAllocator({ zones: [{ name: 'Normal', pages: managed }], minFreeKbytes, pcp: { cpus } });
    const zoneOf = (mm: PageAllocator): ZoneRecord => mm.state().zones[0]!;
    const gap = Math.floor(managed / 1000);
    const guesses = [low - gap, Math.floor((low * 4) / 5)].flatMap((share) => [share - 1, share, share + 1]);
    const zone = guesses.map((share) => zoneOf(make(Math.max(share, 0) * 4))).find(({ watermarks }) => watermarks[1] === low);
    const { batch, high_min: highMin, high_max: highMax } = expected;
    expect(zone?.pcp).toMatchObject({ batch, highMin, highMax });
  });
});
