import { describe, expect, it } from 'vitest';
import { explain, zoneMathOf } from '../src/index.js';
import { blocks, refused, zone } from './build.js';

const reserves = (event: Parameters<typeof zoneMathOf>[0]): readonly number[] => zoneMathOf(event, event.kernel).map(({ reservePages }) => reservePages);

describe('the entry of lowmem_reserve[] that holds', () => {
  const reserve = [0, 11, 22, 33];
  const dma = zone({ name: 'DMA', managedPages: 3840, minPages: 30, lowmemReserve: reserve });

  it.each([
    ['Normal of x86-64, third of four', [dma, zone({ name: 'DMA32' }), zone()], 'GFP_KERNEL', 22],
    ['Normal of a 2.6.18 for i386, third although DMA32 is empty: what DMA keeps does not grow there', [zone({ name: 'DMA', managedPages: null, presentPages: 4096, lowmemReserve: [0, 0, 880, 2960] }), zone({ lowmemReserve: [0, 0, 0, 16640] }), zone({ name: 'HighMem' })], 'GFP_KERNEL', 880],
    ['Normal, although only DMA and DMA32 are populated', [dma, zone({ name: 'DMA32' })], 'GFP_KERNEL', 22],
    ['Normal of a 32-bit machine, second', [dma, zone(), zone({ name: 'HighMem' })], 'GFP_KERNEL', 11],
    ['Normal, second by its size where HighMem is left out', [zone({ name: 'DMA', node: null, managedPages: 3977, lowmemReserve: [0, 833, 3008, 3008] }), zone({ node: null, managedPages: 213_582 })], 'GFP_KERNEL', 833],
    ['Normal, for what 32 bits reach, where there is no zone of that', [zone({ name: 'DMA', node: null, managedPages: 3977, lowmemReserve: [0, 833, 3008, 3008] }), zone({ node: null, managedPages: 213_582 })], 'GFP_USER|GFP_DMA32', 833],
    ['HighMem where it is left out', [zone({ name: 'DMA', node: null, managedPages: 3977, lowmemReserve: [0, 833, 3008, 3008] }), zone({ node: null, managedPages: 213_582 })], 'GFP_HIGHUSER', 3008],
    ['Movable where it is left out', [zone({ name: 'DMA32', node: null, managedPages: 721_700, lowmemReserve: [0, 3000, 4000] }), zone({ node: null, managedPages: 768_000 })], 'GFP_HIGHUSER', 3000],
    ['DMA32, second by its size where Normal is left out', [zone({ name: 'DMA', managedPages: 3840, lowmemReserve: [0, 2819, 6323, 6323] }), zone({ name: 'DMA32', managedPages: 721_700 })], 'GFP_USER|GFP_DMA32', 2819],
    ['HighMem of a 32-bit machine, third', [dma, zone(), zone({ name: 'HighMem' })], 'GFP_HIGHUSER', 22],
    ['movable memory, last', [dma, zone({ name: 'DMA32' }), zone()], 'GFP_HIGHUSER_MOVABLE', 33],
    ['DMA itself', [dma], 'GFP_KERNEL|GFP_DMA', 0],
  ])('%s', (_title, zones, flags, expected) => expect(reserves(refused({ flags, zones }))[0]).toBe(expected));

  it('arm64 with DMA, Normal and Movable', () => {
    expect(reserves(refused({ kernel: '4.1.18', zones: [zone({ name: 'DMA', lowmemReserve: [0, 415, 415] }), zone({ lowmemReserve: [0, 0, 0] })] }))).toEqual([415, 0]);
  });

  it('one zone and an empty movable one', () => {
    expect(reserves(refused({ zones: [zone({ lowmemReserve: [0, 0] })] }))).toEqual([0]);
  });
});

describe('a zone that is not asked', () => {
  it('lies above the highest that the mask allows', () => {
    const { zones } = explain(refused({ zones: [zone({ lowmemReserve: [0, 0, 0] }), zone({ name: 'HighMem', lowmemReserve: [0, 0, 0] })] }));
    expect(zones.map(({ reason, allowed }) => [reason, allowed])).toEqual([['granted', true], ['above-highest-zone', false]]);
  });

  it('has no pages', () => {
    expect(explain(refused({ zones: [zone({ managedPages: 0, freePages: 0 })] })).zones[0]).toMatchObject({ reason: 'no-pages', largestOrder: -1 });
  });

  it.each([['0', false], ['0-1', true], ['1', true], ['(null)', true], [null, true]])('mems_allowed %s: node 1 may serve: %s', (memsAllowed, allowed) => {
    expect(explain(refused({ memsAllowed, zones: [zone({ node: 1 })] })).zones[0]?.allowed).toBe(allowed);
  });

  it('a caller in an interrupt is not held to the cpuset of the task', () => {
    expect(explain(refused({ flags: 'GFP_ATOMIC', memsAllowed: '0', zones: [zone({ node: 1 })] })).zones[0]?.allowed).toBe(true);
  });
});

describe('what the report lacks is not made up', () => {
  it('without free pages or min nothing is decided', () => {
    expect(explain(refused({ zones: [zone({ minPages: null })] })).zones[0]).toMatchObject({ allowed: null, reason: 'unknown', usablePages: null });
  });

  it('without blocks an order above 0 is not decided, and order 0 is', () => {
    const bare = zone({ freeBlocks: [] });
    expect(explain(refused({ order: 2, zones: [bare] })).zones[0]).toMatchObject({ allowed: null, largestOrder: null });
    expect(explain(refused({ zones: [bare] })).zones[0]).toMatchObject({ allowed: true, largestOrder: null });
  });

  it('without a mask nothing is decided', () => {
    expect(explain({ ...refused({ zones: [zone()] }), permits: null, mode: null }).zones[0]).toMatchObject({ allowed: null, steps: [] });
  });
});

describe('a single page that the check would grant', () => {
  const bare = zone({ freePages: 77, minPages: 0, freeBlocks: blocks('0') });

  it('is not to be had where no list holds one', () => {
    const { zones, cause } = explain(refused({ kernel: '4.4.0', flags: 'GFP_ATOMIC', zones: [bare] }));
    expect(zones[0]).toMatchObject({ allowed: false, reason: 'no-suitable-block', usablePages: 0, steps: expect.arrayContaining(['but no list holds a page']) as string[] });
    expect(cause).toBe('atomic-reserve');
  });

  it('is to be had where the lists are not printed', () => {
    expect(explain(refused({ flags: 'GFP_ATOMIC', zones: [{ ...bare, freeBlocks: [] }] })).zones[0]?.allowed).toBe(true);
  });

  it('needs a reserve to be set aside at all', () => {
    const { why, advice } = explain(refused({ kernel: '4.4.0', flags: 'GFP_ATOMIC', zones: [bare] }));
    expect(why[0]).toContain('somebody set vm.min_free_kbytes to 0');
    expect(advice[0]?.text).toContain('Raise vm.min_free_kbytes from 0 to 163840');
  });
});

describe('if just one thing were not so', () => {
  it.each([
    ['the reserve for low zones', { freePages: 5000, lowmemReserve: [0, 0, 6000, 6000], name: 'DMA32' }, { reserve: true, cma: false, highatomic: false, boost: false }],
    ['CMA', { freePages: 5000, freeCmaPages: 4500 }, { reserve: false, cma: true, highatomic: false, boost: false }],
    ['the highatomic reserve', { freePages: 5000, reservedHighatomicPages: 4500 }, { reserve: false, cma: false, highatomic: true, boost: false }],
    ['the boost', { freePages: 5000, minPages: 6000, boostPages: 5000 }, { reserve: false, cma: false, highatomic: false, boost: true }],
  ])('%s', (_title, fields, expected) => {
    const event = refused({ kernel: '6.5.0', zones: [zone({ name: 'DMA', managedPages: 3840 }), zone({ freeBlocks: blocks('900UM'), ...fields })] });
    expect(zoneMathOf(event, event.kernel)[1]?.amountOkWithout).toEqual(expected);
  });
});
