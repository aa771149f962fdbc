import { readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pageBytesOf, parseBuddyinfo, parseLog, parseMeminfo, parsePagetypeinfo, parsePressure, parseVmstat, parseZoneinfo, zonesOf } from '../src/index.js';
import { fixtureText, hasRecordings, sharedPath } from './shared.js';

describe('texts of /proc', () => {
  it('reads zones, watermarks, reserves and what lies on the lists of CPUs', () => {
    expect(parseZoneinfo(fixtureText('zoneinfo-6.12-A.txt')).slice(0, 2)).toMatchObject([
      { node: 0, name: 'DMA', freePages: 33, boostPages: 0, minPages: 69, lowPages: 86, highPages: 103, presentPages: 3998, managedPages: 3840, freeCmaPages: 0, freePcpPages: 31, lowmemReserve: [0, 34, 34, 34] },
      { node: 0, name: 'DMA32', freePages: 48, minPages: 148, managedPages: 8820, freePcpPages: 29, counters: { active_anon: 427, inactive_anon: 73 } },
    ]);
  });

  it('joins zones with their free blocks and leaves empty zones out', () => {
    const zones = zonesOf({ zoneinfo: fixtureText('zoneinfo-6.12-A.txt'), buddyinfo: fixtureText('buddyinfo-6.12-A.txt'), pagetypeinfo: fixtureText('pagetypeinfo-6.12-A.txt') });
    expect(zones.map(({ name }) => name)).toEqual(['DMA', 'DMA32']);
    expect(zones[0]?.freeBlocks.map(({ count, types }) => `${count}${types}`)).toEqual(['1U', '0', '0', '0', '0', '1U', '0', '0', '0', '0', '0']);
    expect(zones[1]?.freeBlocks[4]).toEqual({ count: 1, types: 'M', byMigratetype: [0, 1, 0, 0, 0, 0, 0] });
    const pages = (zone: (typeof zones)[number]): number => zone.freeBlocks.reduce((sum, { count }, order) => sum + count * 2 ** order, 0);
    expect(zones.map(pages)).toEqual(zones.map(({ freePages }) => freePages));
  });

  it('reads copies that went through Windows', () => {
    const texts = (end: string): Parameters<typeof zonesOf>[0] => {
      const text = (name: string): string => fixtureText(`${name}-6.12-A.txt`).replaceAll('\n', end);
      return { zoneinfo: text('zoneinfo'), buddyinfo: text('buddyinfo'), pagetypeinfo: text('pagetypeinfo') };
    };
    expect(zonesOf(texts('\r\n'))).toEqual(zonesOf(texts('\n')));
  });

  it('reads what is held for urgent requests, which stands behind the lists of CPUs', () => {
    const text = fixtureText('zoneinfo-6.12-A.txt').replace(/^ +start_pfn: .*$/m, '$&\n  reserved_highatomic: 1024\n  free_highatomic:     1000');
    const [dma, ...others] = parseZoneinfo(text);
    expect(dma).toEqual({ ...parseZoneinfo(fixtureText('zoneinfo-6.12-A.txt'))[0], reservedHighatomicPages: 1024, freeHighatomicPages: 1000 });
    expect(others.every(({ freeHighatomicPages }) => freeHighatomicPages === null)).toBe(true);
  });

  it('does without the file that only root may read', () => {
    const zones = zonesOf({ zoneinfo: fixtureText('zoneinfo-6.12-A.txt'), buddyinfo: fixtureText('buddyinfo-6.12-A.txt') });
    expect(zones[0]?.freeBlocks[0]).toEqual({ count: 1, types: '' });
    expect(zonesOf({ zoneinfo: fixtureText('zoneinfo-6.12-A.txt') })[0]?.freeBlocks).toEqual([]);
  });

  it('reads pageblocks by mobility, and says when a count stopped at the limit', () => {
    const { pageblockOrder, zones } = parsePagetypeinfo(fixtureText('pagetypeinfo-6.12-A.txt'));
    expect(pageblockOrder).toBe(9);
    expect(zones[1]).toMatchObject({ name: 'DMA32', pageblocks: [18, 6, 0, 0, 0, 0, 0], capped: false });
    expect(parsePagetypeinfo('Node    0, zone   Normal, type      Movable >100000      3\n').zones[0]).toMatchObject({ capped: true, counts: [[0, 100000, 0, 0, 0, 0, 0], [0, 3, 0, 0, 0, 0, 0]] });
  });

  it('reads counters, sizes and pressure', () => {
    expect(parseVmstat('nr_free_pages 81\npgalloc_dma 0\nnot a line\n').get('nr_free_pages')).toBe(81);
    expect(parseMeminfo('MemTotal:          48000 kB\nHugePages_Total:       2\nActive(anon):       1708 kB\n')).toEqual(new Map([['MemTotal', 49_152_000], ['HugePages_Total', 2], ['Active(anon)', 1_748_992]]));
    expect(parsePressure('some avg10=0.12 avg60=0.00 avg300=1.50 total=12345\n')).toEqual({ some: { avg10: 0.12, avg60: 0, avg300: 1.5, totalUs: 12345 }, full: null });
  });

  it.each([
    ['64 KiB on arm64', 'Node 0, zone   Normal\n  pages free     1\n        present  2097152\n        managed  2093510\n', 'MemTotal:       133984640 kB\n', 65_536],
    ['16 KiB, two zones', 'Node 0, zone      DMA\n  pages free     1\n        managed  100000\nNode 0, zone   Normal\n  pages free     1\n        managed  300000\n', 'MemTotal: 6400000 kB\n', 16_384],
    ['4 KiB before zones said what they manage', 'Node 0, zone   Normal\n  pages free     1\n        spanned  131072\n        present  130048\n', 'MemTotal:         507380 kB\n', 4096],
    ['4 KiB where the host took half of it back', 'Node 0, zone   Normal\n  pages free     1\n        present  6291358\n        managed  3234357\n', 'MemTotal:       24684092 kB\n', 4096],
    ['nothing in meminfo', 'Node 0, zone   Normal\n  pages free     1\n        managed  2093510\n', '', null],
    ['no zone', '', 'MemTotal:       133984640 kB\n', null],
    ['texts of two machines', 'Node 0, zone   Normal\n  pages free     1\n        managed  1000\n', 'MemTotal:       133984640 kB\n', null],
  ])('the size of a page: %s', (_what, zoneinfo, meminfo, bytes) => {
    expect(pageBytesOf(zonesOf({ zoneinfo }), meminfo)).toBe(bytes);
  });

  it.each(['', 'Node', 'Node 0, zone', 'Node 0, zone DMA\n  pages free', '\0\0\0', 'Node 0, zone DMA\n  pagesets\n cpu: 0\n count:'])('takes any text: %j', (text) => {
    expect(() => [parseZoneinfo(text), parseBuddyinfo(text), parsePagetypeinfo(text), parseVmstat(text), parseMeminfo(text), parsePressure(text)]).not.toThrow();
  });
});

describe.skipIf(!hasRecordings)('the /proc texts beside the recorded reports', () => {
  it('agree with the report that the kernel printed of the same state', () => {
    let compared = 0;
    for (const folder of ['w-A', 'w-C']) {
      for (const boot of readdirSync(sharedPath(`kernel/${folder}`))) {
        const trace = gunzipSync(readFileSync(sharedPath(`kernel/${folder}/${boot}/trace.txt.gz`))).toString('latin1');
        const text = (name: string): string => new RegExp(`<<<FILE /proc/${name}[^\\n]*\\n([\\s\\S]*?)>>>ENDFILE`).exec(trace)?.[1] ?? '';
        const [event] = parseLog(readFileSync(sharedPath(`kernel/${folder}/${boot}/dmesg.txt`))).filter(({ kind }) => kind === 'page-allocation-failure');
        const zones = zonesOf({ zoneinfo: text('zoneinfo'), buddyinfo: text('buddyinfo') });
        expect(zones.length, boot).toBeGreaterThan(0);
        for (const zone of zones) {
          const reported = event?.zones.find(({ name }) => name === zone.name);
          if (reported === undefined || event?.truncated !== false) continue;
          expect({ ...zone, node: null }, boot).toMatchObject({ managedPages: reported.managedPages, presentPages: reported.presentPages, lowmemReserve: reported.lowmemReserve });
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(30);
  });
});
