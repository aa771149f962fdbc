import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { describeSteps, LIST_SHIFT, watermark, watermarkRulesOf, ZONE_NAMES, zoneTable, type WatermarkStep, type WatermarkZone, type ZoneName } from '../src/index.js';
import { hasShared, sharedBytes, sharedFiles } from './shared.js';

interface RecordedZone extends WatermarkZone {
  readonly index: number;
  readonly name: ZoneName;
  readonly minPages: number;
  readonly boostPages: number;
  freePages: number;
  readonly counts: number[];
}

/** The last request that a recording shows refused: its kind (`A`, `M` with PF_MEMALLOC, `O` of a victim), order and mask, and whether it reclaimed. */
function lastRefusal(trace: string): { kind: string; order: number; mask: number; reclaimed: boolean } {
  const [line = '', kind = '', order, mask = ''] = [...trace.matchAll(/^([AMO]) \d+ \d+ (\d+) ([0-9a-f]+) .*= -/gm)].at(-1) ?? [];
  return { kind, order: Number(order), mask: Number.parseInt(mask, 16), reclaimed: line.includes(' r(') };
}

/** The populated zones of the last state of a recording. */
function lastZones(trace: string): RecordedZone[] {
  const zones: RecordedZone[] = [];
  for (const line of trace.slice(trace.lastIndexOf('\nSTATE ')).split('\n')) {
    const [kind, index, second = '', third] = line.split(' ');
    const field = (name: string): number[] => (new RegExp(` ${name}=(\\S+)`).exec(line)?.[1] ?? '').split(',').map(Number);
    if (kind === 'ZONE' && third !== 'empty') {
      zones.push({
        index: Number(index), name: second as ZoneName, minPages: field('wmark')[0] ?? 0, boostPages: field('boost')[0] ?? 0, freePages: field('free')[0] ?? 0,
        lowmemReserve: field('lowmem'), reservedHighatomicPages: field('resvhigh')[0] ?? 0, freeHighatomicPages: field('freehigh')[0] ?? 0, freeCmaPages: 0,
        counts: new Array<number>(11 << LIST_SHIFT).fill(0), maxOrder: 10,
      });
    } else if (kind === 'PZ') {
      // What this CPU has not yet added to the zone's counter.
      const zone = zones.find((candidate) => candidate.index === Number(index));
      if (zone !== undefined) zone.freePages += field('diff')[0] ?? 0;
    } else if (kind === 'FL') {
      const [, , order, type, count] = line.split(' ').map(Number);
      const zone = zones.find((candidate) => candidate.index === Number(index));
      if (zone !== undefined && order !== undefined && type !== undefined && count !== undefined) zone.counts[(order << LIST_SHIFT) + type] = count;
    }
  }
  return zones;
}

/** Where the request itself reclaimed, marks and free pages moved between the decision and the recorded state. */
const traces = hasShared
  ? ['w-A', 'w-C'].flatMap((folder) => sharedFiles(`kernel/${folder}`).map((name) => ({ name: `${folder}/${name}`, trace: traceOf(`kernel/${folder}/${name}`) })))
      .filter(({ trace }) => !lastRefusal(trace).reclaimed)
  : [];

function traceOf(folder: string): string {
  return gunzipSync(sharedBytes(`${folder}/trace.txt.gz`)).toString('latin1');
}

describe.skipIf(!hasShared)('the rule of 6.12.117 refuses in every zone what a running kernel refused', () => {
  it.each(traces)('$name', ({ trace }) => {
    const { kind, order, mask } = lastRefusal(trace);
    const rules = watermarkRulesOf('6.12.117');
    if (rules === null) throw new Error('no rules');
    const own = rules.allocFlags(mask, order, false);
    const allocFlags = rules.reserveFlags(mask, kind === 'M', kind === 'O', own) || own;
    const highestZoneIndex = zoneTable(ZONE_NAMES.filter((zone) => zone !== 'HighMem' && zone !== 'Device'))[mask & 0xf] ?? -1;
    const eligible = lastZones(trace).filter((zone) => zone.index <= highestZoneIndex);
    expect(eligible.length).toBeGreaterThan(0);
    for (const zone of eligible) {
      const markPages = zone.minPages + zone.boostPages;
      const decision = watermark(rules.check, zone, { order, markPages, highestZoneIndex, allocFlags, freePages: zone.freePages });
      expect(decision.allowed, `${zone.name}: ${describeSteps(decision.steps).join(', ')}`).toBe(false);
      const steps: WatermarkStep[] = [];
      const unboosted = rules.ignoresBoost(mask, allocFlags) ? zone.minPages : markPages;
      expect(rules.fast(zone, order, markPages, unboosted, highestZoneIndex, allocFlags, zone.freePages, steps), describeSteps(steps).join(', ')).toBe(false);
    }
  });
});
