import { __GFP_NOWARN, GFP_ATOMIC, GFP_KERNEL, GFP_NOWAIT, or, type FailureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { NO_PAGE, PageAllocator, type PageAllocatorOptions } from '../src/index.js';

const zones = [{ name: 'Normal', pages: 256 }] as const;

function failing(options: Partial<PageAllocatorOptions> = {}): { mm: PageAllocator; events: FailureEvent[] } {
  const events: FailureEvent[] = [];
  return { events, mm: new PageAllocator({ zones, maxOrder: 6, pcp: false, onFailure: (event) => events.push(event), ...options }) };
}

describe('a refusal says why, and what would have been served', () => {
  it('below-watermark: too little memory', () => {
    const { mm } = failing({ minFreeKbytes: 400 });
    while (mm.alloc(GFP_NOWAIT) !== NO_PAGE);
    expect(mm.tryAlloc(GFP_NOWAIT, 2)).toMatchObject({ ok: false, reason: 'below-watermark', order: 2, gfp: GFP_NOWAIT, largestOrder: -1, zones: [{ name: 'Normal', freePages: 100, minPages: 100 }] });
    expect(mm.tryAlloc(GFP_ATOMIC).ok).toBe(true);
  });

  it('no-suitable-block: memory enough, in pieces too small', () => {
    const { mm } = failing({ minFreeKbytes: 0 });
    const held: number[] = [];
    for (let pfn = mm.alloc(GFP_ATOMIC); pfn !== NO_PAGE; pfn = mm.alloc(GFP_ATOMIC)) held.push(pfn);
    held.forEach((pfn) => { if ((pfn & 3) >= 2) mm.free(pfn); });
    expect(mm.tryAlloc(GFP_ATOMIC, 2)).toMatchObject({ ok: false, reason: 'no-suitable-block', largestOrder: 1, zones: [{ freePages: 128 }] });
  });

  it('order-too-large: larger than any block', () => {
    const { mm, events } = failing();
    expect(mm.tryAlloc(GFP_ATOMIC, 7)).toMatchObject({ ok: false, reason: 'order-too-large', largestOrder: 6 });
    expect(mm.alloc(GFP_ATOMIC, 1000)).toBe(NO_PAGE);
    expect(events.map(({ kind }) => kind)).toEqual(['order-too-large', 'order-too-large']);
  });

  it('no-eligible-zone: none that the word allows has memory', () => {
    const { mm } = failing({ zones: [{ name: 'DMA', pages: 0 }, { name: 'Normal', pages: 100 }] });
    expect(mm.tryAlloc(or(GFP_ATOMIC, 1 as typeof GFP_ATOMIC))).toMatchObject({ ok: false, reason: 'no-eligible-zone', zones: [], largestOrder: -1 });
  });

  it('injected: the fault point said so, before anything was tried', () => {
    const asked: [number, number][] = [];
    const { mm, events } = failing({ fault: { shouldFail: (gfp, order) => asked.push([gfp, order]) % 2 === 0 } });
    const before = mm.snapshot();
    expect(mm.alloc(GFP_KERNEL, 3)).not.toBe(NO_PAGE);
    const between = mm.snapshot();
    expect(between).not.toEqual(before);
    expect(mm.tryAlloc(GFP_ATOMIC, 1)).toMatchObject({ ok: false, reason: 'injected' });
    expect(mm.snapshot()).toEqual(between);
    expect(asked).toEqual([[GFP_KERNEL, 3], [GFP_ATOMIC, 1]]);
    expect(events).toMatchObject([{ kind: 'fault-injection', order: 1, reason: 'injected' }]);
    // A bulk request is asked about once, and an injected one gets nothing.
    const out = new Int32Array(4);
    expect([mm.allocBulk(GFP_ATOMIC, out), mm.allocBulk(GFP_ATOMIC, out)]).toEqual([4, 0]);
    expect(events.slice(1)).toMatchObject([{ kind: 'fault-injection', order: 0, reason: 'injected' }]);
    expect(events[1]?.site).toMatch(/failure\.test/);
  });
});

describe('a failure event has everything that a report of the kernel has', () => {
  it('request, time, site and zones', () => {
    const { mm, events } = failing({ minFreeKbytes: 100, clock: () => 1234.5 });
    while (mm.alloc(GFP_NOWAIT) !== NO_PAGE);
    expect(events).toHaveLength(1);
    const [event] = events;
    expect(event).toMatchObject({
      kind: 'page-allocation-failure', at: 1234.5, kernel: 'linux-6.12', order: 0, bytes: 4096, pageBytes: 4096,
      mode: { mask: 0x2800, names: ['GFP_NOWAIT'], from: 'decoded', consistent: true },
      permits: { sleep: false, warn: false, reserves: 'none' }, reason: 'below-watermark', largestOrder: -1,
    });
    expect(event?.zones).toMatchObject([{ node: 0, name: 'Normal', freePages: 25, minPages: 25, managedPages: 256, freePcpPages: 0 }]);
    expect(event?.zones[0]?.freeBlocks).toHaveLength(7);
    expect(event?.site).toMatch(/failure\.test/);
    expect(event?.stack[0]).toBe(event?.site);
    expect(structuredClone(event)).toEqual(event);
  });

  it('__GFP_NOWARN is told, too, and says so', () => {
    const { mm, events } = failing();
    mm.alloc(or(GFP_ATOMIC, __GFP_NOWARN), 7);
    mm.alloc(GFP_ATOMIC, 7);
    expect(events.map(({ permits }) => permits?.warn)).toEqual([false, true]);
  });

  it('the site may be named more cheaply', () => {
    const { mm, events } = failing({ siteOf: () => 'network driver' });
    mm.alloc(GFP_ATOMIC, 7);
    expect(events[0]?.site).toBe('network driver');
  });
});

describe('without anyone to tell, a refusal is a number', () => {
  it('and the allocator goes on', () => {
    const mm = new PageAllocator({ zones, maxOrder: 6 });
    while (mm.alloc(GFP_ATOMIC) !== NO_PAGE);
    expect(mm.alloc(GFP_ATOMIC)).toBe(NO_PAGE);
    expect(mm.check()).toEqual([]);
  });
});
