import { describe, expect, it } from 'vitest';
import { families, labelText, largestFreeOrder, takeReading, type ArenaSource, type Family } from '../src/index.js';
import { sampleSources, sampleZone } from './sample-sources.js';

const all = families({ nodeExporter: true });
const familyOf = (name: string): Family => all.find((family) => family.name === name)!;

/** A family's samples as `a,b value`. */
function samples(name: string, sources = sampleSources() as Parameters<typeof takeReading>[0]): string[] {
  const out: string[] = [];
  familyOf(name).read(takeReading(sources), (value, labels) => out.push(`${labels.join(',')} ${value}`.trim()));
  return out;
}

describe('names', () => {
  it('are unique', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it.each(all.map((family) => [family.name, family] as const))('%s follows the rules', (name, { type, unit, help, labels }) => {
    expect(name).toMatch(/^(nopage_[a-z0-9]+|node_[A-Za-z0-9]+)(_[A-Za-z0-9]+)*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (unit !== null) expect(name.replace(/_total$/, '')).toMatch(new RegExp(`_${unit}$`));
    // node_exporter counts a zone's pages, and spells /proc/meminfo's fields as they are.
    if (name.startsWith('nopage_')) expect(name).not.toMatch(/_(pages|kb|kbytes|ms|percent)(_|$)|[A-Z]/);
    expect(help).toMatch(/^[A-Z][^\n]+\.$/);
    for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
  });

  it.each(all.map((family) => [family.name, family] as const))('%s emits a number for each label, and does for the sample', (_name, family) => {
    let count = 0;
    family.read(takeReading(sampleSources()), (value, labels) => {
      count++;
      expect(Number.isFinite(value)).toBe(true);
      expect(labels.length).toBe(family.labels.length);
      expect(labels.every((label) => label === labelText(label))).toBe(true);
    });
    if (!family.name.startsWith('nopage_vmstat_')) expect(count).toBeGreaterThan(0);
  });

  it.each(all.map((family) => [family.name, family] as const))('%s says nothing without a source', (_name, family) => {
    family.read(takeReading({}), () => expect.unreachable());
  });
});

describe('values', () => {
  it.each([
    ['nopage_zone_free_bytes', ['0,DMA 36864', '0,Normal 65536']],
    ['nopage_buddy_largest_free_block_bytes', ['0,DMA 16384', '0,Normal 8192']],
    ['nopage_buddy_unusable_free_ratio', ['0,DMA,0 0', '0,DMA,1 0.111', '0,DMA,2 0.111', '0,Normal,0 0', '0,Normal,1 0.625', '0,Normal,2 1']],
    ['nopage_buddy_fragmentation_index', ['0,DMA,0 -1', '0,DMA,1 -1', '0,DMA,2 -1', '0,Normal,0 -1', '0,Normal,1 -1', '0,Normal,2 0.616']],
    ['nopage_zone_watermark_bytes', ['min 65536', 'low 81920', 'high 98304', 'boost 0'].flatMap((mark) => [`0,DMA,${mark}`]).concat(['min 65536', 'low 81920', 'high 98304', 'boost 0'].map((mark) => `0,Normal,${mark}`))],
    ['nopage_page_cache_bytes', ['61440']],
    ['nopage_vmstat_pgalloc_total', ['DMA 7', 'Normal 90']],
    ['nopage_vmstat_compact_stall_total', ['2']],
    ['nopage_vmstat_oom_kill_total', []],
    ['nopage_alloc_failures_total', ['skb_alloc,2,no-suitable-block 6']],
    ['nopage_alloc_failures_told_total', ['5']],
    ['nopage_alloc_failures_held', ['rate/full 1']],
    ['nopage_alloc_failures_pending', ['0']],
    ['nopage_alloc_warnings_total', ['emit,rate/pass 2', 'suppress,rate/full 4']],
    ['nopage_alloc_warning_lines_total', ['2']],
    ['nopage_alloc_faults_injected_total', ['3']],
    ['nopage_arena_largest_free_bytes', ['heap 32768']],
    ['nopage_arena_waiting', ['heap 2']],
    ['nopage_memory_stalled_seconds_total', ['some 1.5', 'full 0.25']],
    ['node_zoneinfo_min_pages', ['0,DMA 16', '0,Normal 16']],
    ['node_zoneinfo_nr_free_pages', ['0,DMA 9', '0,Normal 16']],
    ['node_memory_MemTotal_bytes', ['8388608']],
    ['node_pressure_memory_waiting_seconds_total', ['1.5']],
    ['node_pressure_memory_stalled_seconds_total', ['0.25']],
    ['node_buddyinfo_blocks', ['0,DMA,0 1', '0,DMA,1 0', '0,DMA,2 2', '0,Normal,0 10', '0,Normal,1 3', '0,Normal,2 0']],
  ])('%s', (name, expected) => {
    expect(samples(name)).toEqual(expected);
  });

  it.each([
    ['nopage_vmstat_allocstall_total', 'one counter for the machine (before 4.10)', { allocstall: 12 }, ['any 12']],
    ['nopage_vmstat_pgscan_direct_total', 'a counter for each zone (before 4.8)', { pgscan_direct_dma: 1, pgscan_direct_normal: 40, pgscan_direct_throttle: 9000 }, ['41']],
    ['nopage_vmstat_pgscan_direct_total', 'one for the machine beside others that begin alike', { pgscan_direct: 7, pgscan_direct_throttle: 9000 }, ['7']],
    ['nopage_vmstat_pgalloc_total', 'a zone that the kernel has not', { pgalloc_dma32: 3, pgalloc_pool: 5 }, ['DMA32 3', 'pool 5']],
  ])('%s: %s', (name, _what, vmstat, expected) => {
    expect(samples(name, { memory: { memInfo: () => ({ zones: [] }), vmstat: () => vmstat } })).toEqual(expected);
  });

  it('a page size that can not be told is 4 KiB, and the source is down', () => {
    const memory = { ...sampleSources().memory, get pageBytes(): number { throw new Error('EIO'); } };
    expect(samples('nopage_source_up', { memory })).toEqual(['memory 0']);
  });

  it('a zone out of a log has no mobilities, and its blocks are of any', () => {
    const zone = { ...sampleZone('Normal', []), node: null, freeBlocks: [{ count: 9, types: 'UM' }] };
    expect(samples('nopage_buddy_free_blocks', { memory: { memInfo: () => ({ zones: [zone] }) } })).toEqual(['0,Normal,0,any 9']);
  });

  it.each(['nopage_zone_free_bytes', 'nopage_buddy_largest_free_block_bytes', 'nopage_buddy_unusable_free_ratio'])('%s: what a zone does not know has no sample, not a zero', (name) => {
    const zone = sampleZone('Normal', [], { freePages: null, boostPages: null });
    expect(samples(name, { memory: { memInfo: () => ({ zones: [zone] }) } })).toEqual([]);
  });

  it('the largest free block of a zone where nothing is free has no bytes', () => {
    const zone = sampleZone('Normal', [[0, 0, 0, 0], [0, 0, 0, 0]]);
    expect(samples('nopage_buddy_largest_free_block_bytes', { memory: { memInfo: () => ({ zones: [zone] }) } })).toEqual(['0,Normal 0']);
  });

  it('a source that throws costs its own metrics, and is told', () => {
    const broken = { ...sampleSources(), memory: { memInfo: () => { throw new Error('EACCES'); } } };
    expect(samples('nopage_source_up', broken)).toEqual(['memory 0', 'failures 1', 'ledger 1', 'votes 1', 'faults 1', 'arena/heap 1']);
    expect(samples('nopage_alloc_faults_injected_total', broken)).toEqual(['3']);
  });

  it('a reason may have any name, also one that every object knows', () => {
    const reasons = Object.fromEntries([['constructor', 2], ['toString', 3], ['__proto__', 4]]);
    const ledger = { totals: () => ({ told: 0, held: 9, pending: 0, lines: 0, keys: 1 }), counts: () => [{ reasons }, { reasons }] };
    expect(samples('nopage_alloc_failures_held', { ledger })).toEqual(['constructor 4', 'toString 6', '__proto__ 8']);
  });
});

describe('arenas', () => {
  const { heap } = sampleSources().arenas;
  const broken: ArenaSource = { ...heap!, get freeBytes(): number { throw new Error('detached'); } };

  it('each that can not be read is told, and costs no other its metrics', () => {
    const arenas = { heap: heap!, broken };
    expect(samples('nopage_source_up', { arenas })).toEqual(['arena/heap 1', 'arena/broken 0']);
    expect(samples('nopage_arena_free_bytes', { arenas })).toEqual(['heap 45056']);
  });

  it('whose names make one label are added up, as two series of one label would cost a scraper the whole page', () => {
    const arenas = { 'a\n': heap!, 'a\r': { ...heap!, largestFreeBytes: 100 }, 'b\u0000': broken, 'b\u0001': heap! };
    expect(samples('nopage_arena_served_total', { arenas })).toEqual(['a 10', 'b_ 5']);
    expect(samples('nopage_arena_largest_free_bytes', { arenas })).toEqual(['a 32768', 'b_ 32768']);
    expect(samples('nopage_source_up', { arenas })).toEqual(['arena/a 1', 'arena/b_ 0']);
  });

  it('beyond a hundred are added up under (other)', () => {
    const many = (arena: ArenaSource): Record<string, ArenaSource> => Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`worker ${n}`, arena]));
    const served = samples('nopage_arena_served_total', { arenas: many(heap!) });
    expect(served.length).toBe(101);
    expect(served.at(-1)).toBe('(other) 250');
    for (const arena of [heap!, broken]) expect(samples('nopage_source_up', { arenas: many(arena) }).length).toBe(101);
  });
});

describe('largestFreeOrder', () => {
  it.each([
    [[], -1],
    [[0, 0, 0], -1],
    [[3, 0, 0], 0],
    [[3, 1, 0], 1],
    [[0, 0, 1], 2],
  ])('of %j is %d', (freeBlocks, order) => {
    expect(largestFreeOrder(freeBlocks)).toBe(order);
  });
});
