import { readFileSync } from 'node:fs';
import { takeReading, type Reading } from '@nopage/metrics';
import { registerMetrics } from '@nopage/metrics/prom';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { hostMemory } from '../src/host-memory.js';

describe('hostMemory', () => {
  const saved = (name: string): string => readFileSync(new URL(`../../metrics/test/fixtures/uniprocessor-movable/${name}.txt`, import.meta.url), 'utf8');

  it.each([undefined, null, 5, 'zoneinfo'])('refuses what nothing can be read with: %s', (read) => {
    expect(() => hostMemory({ read: read as never })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }) as Error);
  });

  it.each([0, -4096, 1.5, Number.NaN, '4096', null])('refuses pages of %s bytes', (pageBytes) => {
    expect(() => hostMemory({ read: saved, pageBytes: pageBytes as never })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }) as Error);
  });

  it('reads zones, mobilities and counters of a host', () => {
    const reading = takeReading({ memory: hostMemory({ read: saved }) });
    expect(reading.up).toEqual({ memory: true });
    expect(reading.zones.map(({ zone, state }) => [zone, state.freePages])).toEqual([['DMA', 65], ['DMA32', 0], ['Movable', 11_207]]);
    expect(reading.zones[2]?.state.freeBlocks[10]?.byMigratetype?.slice(0, 4)).toEqual([0, 10, 0, 0]);
    expect(reading.vmstat['pgfree']).toBeGreaterThan(0);
    expect(reading.pressure).toBeNull();
  });

  it('does with what it may read, but not without zoneinfo', () => {
    const only = (allowed: string) => (name: string): string => {
      if (name !== allowed) throw new Error(`EACCES ${name}`);
      return saved(name);
    };
    const poor = takeReading({ memory: hostMemory({ read: only('zoneinfo') }) });
    expect(poor.up).toEqual({ memory: true });
    expect(poor.zones.map(({ freeBlocks }) => freeBlocks.length)).toEqual([0, 0, 0]);
    expect(takeReading({ memory: hostMemory({ read: only('vmstat') }) }).up).toEqual({ memory: false });
  });

  it('takes pressure as seconds', () => {
    const text = 'some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n';
    const { pressure } = takeReading({ memory: hostMemory({ read: (name) => (name === 'pressure/memory' ? text : saved(name)) }) });
    expect(pressure).toEqual({ someSeconds: 2.5, fullSeconds: 1 });
  });
});

/** A folder of `/proc` as an object. */
const folder = (files: Readonly<Record<string, string>>) => (name: string): string => {
  const text = files[name];
  if (text === undefined) throw new Error(`ENOENT ${name}`);
  return text;
};

const sampleLines = async (files: Readonly<Record<string, string>>, wanted: RegExp): Promise<string[]> => {
  const registry = new Registry();
  registerMetrics({ registry, sources: { memory: hostMemory({ read: folder(files) }) } });
  return (await registry.metrics()).split('\n').filter((line) => !line.startsWith('#') && wanted.test(line));
};

/** As 4.4 prints it: no counters of a node, no boost, pages that were scanned, a ratio at the end. */
const linux44 = {
  zoneinfo: `Node 0, zone      DMA
  pages free     3976
        min      67
        low      83
        high     100
        scanned  0
        spanned  4095
        present  3997
        managed  3976
    nr_free_pages 3976
    nr_alloc_batch 17
    nr_inactive_anon 0
    nr_free_cma  0
        protection: (0, 1893, 1893, 1893)
  pagesets
    cpu: 0
              count: 0
              high:  0
              batch: 1
  vm stats threshold: 2
  all_unreclaimable: 1
  start_pfn:         1
  inactive_ratio:    1
Node 0, zone    DMA32
  pages free     190311
        min      8203
        low      10253
        high     12304
        scanned  0
        spanned  520158
        present  520158
        managed  485116
    nr_free_pages 190311
    nr_alloc_batch 2051
    nr_inactive_file 41021
    nr_free_cma  0
        protection: (0, 0, 0, 0)
  pagesets
    cpu: 0
              count: 137
              high:  186
              batch: 31
  vm stats threshold: 12
    cpu: 1
              count: 55
              high:  186
              batch: 31
  vm stats threshold: 12
  all_unreclaimable: 0
  start_pfn:         4096
  inactive_ratio:    3
`,
  buddyinfo: `Node 0, zone      DMA      0      0      1      1      2      1      1      0      1      1      3 
Node 0, zone    DMA32    543    210     80     16      2      2      1      3      1      2    184 
`,
  pagetypeinfo: `Page block order: 9
Pages per block:  512

Free pages count per migrate type at order       0      1      2      3      4      5      6      7      8      9     10 
Node    0, zone      DMA, type    Unmovable      0      0      1      1      2      1      1      0      1      1      0 
Node    0, zone      DMA, type      Movable      0      0      0      0      0      0      0      0      0      0      3 
Node    0, zone      DMA, type  Reclaimable      0      0      0      0      0      0      0      0      0      0      0 
Node    0, zone      DMA, type   HighAtomic      0      0      0      0      0      0      0      0      0      0      0 
Node    0, zone      DMA, type      Isolate      0      0      0      0      0      0      0      0      0      0      0 
Node    0, zone    DMA32, type    Unmovable     43     10      0      0      0      0      0      1      0      0      0 
Node    0, zone    DMA32, type      Movable    500    200     80     16      2      2      1      2      1      2    184 
Node    0, zone    DMA32, type  Reclaimable      0      0      0      0      0      0      0      0      0      0      0 
Node    0, zone    DMA32, type   HighAtomic      0      0      0      0      0      0      0      0      0      0      0 
Node    0, zone    DMA32, type      Isolate      0      0      0      0      0      0      0      0      0      0      0 

Number of blocks type     Unmovable      Movable  Reclaimable   HighAtomic      Isolate 
Node 0, zone      DMA            1            7            0            0            0 
Node 0, zone    DMA32           30          980            6            0            0 
`,
  vmstat: 'nr_free_pages 194287\nnr_inactive_file 41021\nnr_active_file 60107\nallocstall 12\npgalloc_dma 3\npgalloc_dma32 77\ncompact_stall 4\n',
  meminfo: 'MemTotal:        1956368 kB\nMemFree:          777148 kB\nMemAvailable:    1201044 kB\n',
};

/** As 6.6 prints it on arm64 with pages of 64 KiB: two nodes, 14 orders, CMA, isolation, a zone without memory. */
const zoneOf64K = (node: number, name: string, free: number, present: number): string => `Node ${node}, zone ${name.padStart(8)}
  per-node stats
      nr_inactive_anon 21
      nr_active_file 4711
  pages free     ${free}
        boost    0
        min      ${present >> 8}
        low      ${present >> 7}
        high     ${present >> 6}
        spanned  ${present}
        present  ${present}
        managed  ${present}
        cma      ${name === 'DMA' ? 512 : 0}
        protection: (0, 0, 32, 0)
      nr_free_pages ${free}
      nr_zone_inactive_anon 21
      nr_free_cma  ${name === 'DMA' ? 512 : 0}
      numa_hit     991
  pagesets
    cpu: 0
              count: 7
              high:  28
              batch: 7
  vm stats threshold: 60
  node_unreclaimable:  0
  start_pfn:           32768
`;
const orders = (...blocks: readonly (readonly [order: number, count: number])[]): string => Array.from({ length: 14 }, (_, order) => `${String(blocks.find(([at]) => at === order)?.[1] ?? 0).padStart(6)} `).join('');
const kinds64K = (node: number, zone: string, lists: Readonly<Record<string, string>>): string =>
  ['Unmovable', 'Movable', 'Reclaimable', 'HighAtomic', 'CMA', 'Isolate'].map((kind) => `Node ${String(node).padStart(4)}, zone ${zone.padStart(8)}, type ${kind.padStart(12)} ${lists[kind] ?? orders()}\n`).join('');
const arm64 = {
  zoneinfo: [
    zoneOf64K(0, 'DMA', 9216, 32_768),
    'Node 0, zone    DMA32\n  pages free     0\n        boost    0\n        min      0\n        low      0\n        high     0\n        spanned  0\n        present  0\n        managed  0\n        cma      0\n        protection: (0, 0, 32, 0)\n',
    zoneOf64K(1, 'Normal', 270_000, 2_064_384),
  ].join(''),
  buddyinfo: `Node 0, zone      DMA ${orders([9, 2], [13, 1])}\nNode 1, zone   Normal ${orders([0, 270_000])}\n`,
  pagetypeinfo: [
    'Page block order: 13\nPages per block:  8192\n\n',
    `Free pages count per migrate type at order ${orders()}\n`,
    kinds64K(0, 'DMA', { Movable: orders([13, 1]), CMA: orders([9, 1]), Isolate: orders([9, 1]) }),
    kinds64K(1, 'Normal', { Unmovable: orders([0, 31_000]), Movable: orders().replace('     0 ', '>100000 ') }),
    '\nNumber of blocks type     Unmovable      Movable  Reclaimable   HighAtomic          CMA      Isolate \n',
  ].join(''),
  vmstat: 'nr_active_file 4711\nallocstall_dma 0\nallocstall_normal 2\nallocstall_movable 9\noom_kill 1\n',
  meminfo: 'MemTotal:       134217728 kB\nMemAvailable:   17000000 kB\n',
};

describe('hosts of every kind', () => {
  it('4.4: 4 KiB pages, one counter of stalls for the machine', async () => {
    const reading: Reading = takeReading({ memory: hostMemory({ read: folder(linux44) }) });
    expect(reading.up).toEqual({ memory: true });
    expect(reading.pageBytes).toBe(4096);
    expect(reading.zones.map(({ zone, state }) => [zone, state.freePages, state.minPages, state.boostPages, state.freePcpPages])).toEqual([['DMA', 3976, 67, null, 0], ['DMA32', 190_311, 8203, null, 192]]);
    expect(await sampleLines(linux44, /nopage_buddy_free_bytes\{node="0",zone="DMA32",order="10",mobility="movable"\}|page_cache|allocstall/)).toEqual([
      `nopage_buddy_free_bytes{node="0",zone="DMA32",order="10",mobility="movable"} ${184 * 4096 * 1024}`,
      `nopage_page_cache_bytes ${(41_021 + 60_107) * 4096}`,
      'nopage_vmstat_allocstall_total{zone="any"} 12',
    ]);
  });

  it('arm64 with pages of 64 KiB: bytes are right, on every node, and free blocks of all kinds sum up', async () => {
    const lines = await sampleLines(arm64, /nopage_zone_(free|free_cma)_bytes|nopage_buddy_free_bytes.* [1-9]|largest|allocstall/);
    expect(lines).toEqual([
      `nopage_zone_free_bytes{node="0",zone="DMA"} ${9216 * 65_536}`,
      `nopage_zone_free_bytes{node="1",zone="Normal"} ${270_000 * 65_536}`,
      `nopage_zone_free_cma_bytes{node="0",zone="DMA"} ${512 * 65_536}`,
      'nopage_zone_free_cma_bytes{node="1",zone="Normal"} 0',
      `nopage_buddy_free_bytes{node="0",zone="DMA",order="9",mobility="cma"} ${512 * 65_536}`,
      `nopage_buddy_free_bytes{node="0",zone="DMA",order="9",mobility="isolate"} ${512 * 65_536}`,
      `nopage_buddy_free_bytes{node="0",zone="DMA",order="13",mobility="movable"} ${8192 * 65_536}`,
      `nopage_buddy_free_bytes{node="1",zone="Normal",order="0",mobility="unmovable"} ${31_000 * 65_536}`,
      `nopage_buddy_free_bytes{node="1",zone="Normal",order="0",mobility="movable"} ${239_000 * 65_536}`,
      `nopage_buddy_largest_free_block_bytes{node="0",zone="DMA"} ${8192 * 65_536}`,
      `nopage_buddy_largest_free_block_bytes{node="1",zone="Normal"} 65536`,
      'nopage_vmstat_allocstall_total{zone="DMA"} 0',
      'nopage_vmstat_allocstall_total{zone="Normal"} 2',
      'nopage_vmstat_allocstall_total{zone="Movable"} 9',
    ]);
  });

  it('a page size that is given is believed', () => {
    expect(takeReading({ memory: hostMemory({ read: folder(arm64), pageBytes: 16_384 }) }).pageBytes).toBe(16_384);
  });
});
