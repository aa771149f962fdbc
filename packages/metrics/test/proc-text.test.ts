import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buddyinfoText, pagetypeinfoText, VMSTAT_NAMES, VMSTAT_NAMES_NUMA, vmstatText, zoneinfoText, type ProcZone } from '../src/proc-text.js';
import { readProc } from './read-proc.js';

const fixture = (machine: string, file: string): string => readFileSync(new URL(`fixtures/${machine}/${file}.txt`, import.meta.url), 'utf8');

const readVmstat = (text: string): Record<string, number> =>
  Object.fromEntries(text.trim().split('\n').map((line) => line.split(' ')).map(([name, value]) => [name!, Number(value)]));

describe.each(['uniprocessor-movable', 'numa-highatomic', 'linux-6.1'])('/proc of a recorded machine (%s)', (machine) => {
  const zoneinfo = fixture(machine, 'zoneinfo');
  const pagetypeinfo = fixture(machine, 'pagetypeinfo');

  it('zoneinfo comes back byte for byte', () => {
    expect(zoneinfoText(readProc(zoneinfo, pagetypeinfo))).toBe(zoneinfo);
  });

  it('pagetypeinfo comes back byte for byte', () => {
    expect(pagetypeinfoText(readProc(zoneinfo, pagetypeinfo))).toBe(pagetypeinfo);
  });

  it('buddyinfo has the blocks of all mobilities, populated zones only', () => {
    const printed = buddyinfoText(readProc(zoneinfo, pagetypeinfo));
    const shape = (text: string): string[] => text.split('\n').map((line) => line.replace(/\d+(?= )/g, (digits) => '0'.padStart(digits.length)));
    expect(shape(printed).map((line) => line.length)).toEqual(shape(fixture(machine, 'buddyinfo')).map((line) => line.length));
  });
});

describe('vmstat', () => {
  it.each([
    ['uniprocessor-movable', VMSTAT_NAMES],
    ['numa-highatomic', VMSTAT_NAMES_NUMA],
  ])('prints %s byte for byte from counters in any order', (machine, names) => {
    const text = fixture(machine, 'vmstat');
    const shuffled = Object.fromEntries(Object.entries(readVmstat(text)).sort(([a], [b]) => (a < b ? 1 : -1)));
    expect(vmstatText(shuffled, names)).toBe(text);
  });

  it('prints 0 for what is not counted and leaves out what the kernel has not', () => {
    expect(vmstatText({ pgfree: 3, surprise: 9 }, ['pgfree', 'pgfault'])).toBe('pgfree 3\npgfault 0\n');
  });
});

const zone = (over: Partial<ProcZone>): ProcZone => ({
  node: 0, name: 'Normal', freePages: 0, boostPages: 0, minPages: 0, lowPages: 0, highPages: 0, promoPages: 0, spannedPages: 0, presentPages: 1, managedPages: 1,
  cmaPages: 0, protection: [0], counters: {}, pagesets: [], vmStatsThreshold: null, nodeUnreclaimable: false, startPfn: 0, freeBlocks: [[0]], pageblocks: [0], ...over,
});

describe('rules that the recordings do not show', () => {
  it('pagetypeinfo stops counting a list at 100,000', () => {
    const printed = (blocks: number): string => pagetypeinfoText({ zones: [zone({ freeBlocks: [[blocks]] })], nodes: [], pageblockOrder: 9, migratetypes: 1 });
    expect(printed(99_999)).toContain('type    Unmovable  99999 \n');
    expect(printed(100_000)).toContain('type    Unmovable >100000 \n');
    expect(printed(5_000_000)).toContain('type    Unmovable >100000 \n');
  });

  it('each node shows its counters in its first populated zone', () => {
    const zones = [zone({ presentPages: 0 }), zone({ node: 0 }), zone({ node: 0, name: 'Movable' }), zone({ node: 1 })];
    const text = zoneinfoText({ zones, nodes: [{ a_stat: 1 }, { a_stat: 2 }], pageblockOrder: 9, migratetypes: 4 });
    expect(text.split('\n').filter((line) => /zone|stat/.test(line))).toEqual([
      'Node 0, zone   Normal', 'Node 0, zone   Normal', '  per-node stats', '      a_stat       1', 'Node 0, zone  Movable', 'Node 1, zone   Normal', '  per-node stats', '      a_stat       2',
    ]);
  });
});

const kernel = new URL('../../../../shared/kernel/', import.meta.url);

/** Texts of one recording, in pairs that were read at the same moment. */
function textsOf(path: URL): { file: string; text: string }[] {
  const trace = gunzipSync(readFileSync(path)).toString();
  return [...trace.matchAll(/^<<<FILE (?:\/proc|\/sys\/kernel\/debug\/extfrag)\/(\w+).*\n([\s\S]*?)>>>ENDFILE/gm)].map((match) => ({ file: match[1]!, text: match[2]! }));
}

describe.skipIf(!existsSync(kernel))('every recorded text', () => {
  const recordings = ['w-A', 'w-C', 'v6.1', 'x-extfrag'].flatMap((group) => readdirSync(new URL(`${group}/`, kernel)).map((name) => `${group}/${name}`));

  it.each(recordings)('%s', (recording) => {
    const texts = textsOf(new URL(`${recording}/trace.txt.gz`, kernel));
    const last: Record<string, string> = {};
    for (const { file, text } of texts) {
      last[file] = text;
      if (file === 'zoneinfo' && last['pagetypeinfo'] !== undefined) expect(zoneinfoText(readProc(text, last['pagetypeinfo']))).toBe(text);
      if (file === 'pagetypeinfo' && last['zoneinfo'] !== undefined) expect(pagetypeinfoText(readProc(last['zoneinfo'], text))).toBe(text);
      if (file === 'vmstat') expect(vmstatText(readVmstat(text), text.includes('numa_hit') ? VMSTAT_NAMES_NUMA : VMSTAT_NAMES)).toBe(text);
      if (file === 'buddyinfo') {
        const zones = text.trimEnd().split('\n').map((line) => zone({ name: /zone +(\w+)/.exec(line)![1]!, freeBlocks: [line.slice(22).trim().split(/\s+/).map(Number)] }));
        expect(buddyinfoText({ zones, nodes: [], pageblockOrder: 9, migratetypes: 4 })).toBe(text);
      }
    }
  });
});
