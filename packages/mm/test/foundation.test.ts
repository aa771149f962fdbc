// What an allocator of bytes stands on: blocks cut to size, memory that comes while a request waits for it, refusals told
// on behalf of somebody else.
import { __GFP_NORETRY, GFP_ATOMIC, GFP_KERNEL, or } from '@nopage/gfp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captureOrigin, MmError, NO_PAGE, PageAllocator, type PageAllocatorOptions } from '../src/index.js';

const make = (options: Partial<PageAllocatorOptions> = {}): PageAllocator =>
  new PageAllocator({ zones: [{ name: 'Normal', pages: 64 }], minFreeKbytes: 0, maxOrder: 6, pageblockOrder: 4, pcp: false, watermarkBoostFactor: 0, ...options });

/** The blocks that so many pages are made of, largest first. */
function partsOf(pages: number): number[] {
  return Array.from(pages.toString(2)).reverse().flatMap((bit, order) => (bit === '1' ? [order] : [])).reverse();
}

describe('trim keeps the first pages of a block and gives the others back', () => {
  it.each([false, {}] as const)('whatever the order and the number of pages, per-CPU lists %j', (pcp) => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(6), fc.nat(63)), { maxLength: 20 }), (requests) => {
      const mm = make({ pcp });
      const held: [pfn: number, order: number][] = [];
      for (const [order, cut] of requests) {
        const pfn = mm.alloc(GFP_ATOMIC, order);
        if (pfn === NO_PAGE) continue;
        const pages = 1 + cut % 2 ** order;
        const before = mm.memInfo();
        mm.trim(pfn, order, pages);
        expect(mm.check()).toEqual([]);
        expect(mm.memInfo().freePages).toBe(before.freePages + 2 ** order - pages);
        let at = pfn;
        for (const part of partsOf(pages)) {
          held.push([at, part]);
          at += 2 ** part;
        }
      }
      for (const [pfn, order] of held) mm.free(pfn, order);
      mm.drain();
      expect(mm.check()).toEqual([]);
      expect(mm.memInfo().freePages).toBe(64);
    }), { seed: 11, numRuns: 60 });
  });

  it.each([0, -1, 1.5, 9, NaN])('and %d of 8 pages is PAGES_RANGE, the block as it was', (pages) => {
    const mm = make();
    const pfn = mm.alloc(GFP_ATOMIC, 3);
    const before = mm.state();
    expect(() => { mm.trim(pfn, 3, pages); }).toThrow(MmError);
    expect(mm.state()).toEqual(before);
  });

  it('and a block that is not held is refused as free would refuse it', () => {
    const mm = make();
    const pfn = mm.alloc(GFP_ATOMIC, 3);
    const before = mm.state();
    expect(() => { mm.trim(pfn, 2, 1); }).toThrow(/order 3, not 2/);
    expect(() => { mm.trim(pfn + 8, 3, 1); }).toThrow(/is free/);
    expect(() => { mm.trim(999, 3, 1); }).toThrow(/in no zone/);
    expect(mm.state()).toEqual(before);
  });

  it('and serves whoever waits for what came back', async () => {
    const mm = make();
    const pfn = mm.alloc(GFP_ATOMIC, 6);
    const waiting = mm.allocWait(GFP_KERNEL, 2);
    await Promise.resolve();
    mm.trim(pfn, 6, 60);
    expect(await waiting).toEqual({ ok: true, pfn: pfn + 60 });
  });
});

describe('memory grows for a request that may wait', () => {
  const growing = (most: number, options: Partial<PageAllocatorOptions> = {}): { readonly mm: PageAllocator; readonly asked: number[] } => {
    const asked: number[] = [];
    let left = most;
    const mm: PageAllocator = make({
      ...options,
      growMemory: (_gfp, order) => {
        asked.push(order);
        if (left-- <= 0) return false;
        mm.addMemory('Normal', 64);
        return true;
      },
    });
    mm.alloc(GFP_ATOMIC, 6);
    return { mm, asked };
  };

  it.each([0, 3, 5, 6])('order %i, at once', (order) => {
    const { mm, asked } = growing(1);
    expect(mm.tryAlloc(GFP_KERNEL, order)).toEqual({ ok: true, pfn: 64 });
    expect(asked).toEqual([order]);
    expect(mm.check()).toEqual([]);
  });

  it.each([0, 3, 5, 6])('order %i, before it waits for its turn', async (order) => {
    const { mm, asked } = growing(1);
    expect(await mm.allocWait(GFP_KERNEL, order)).toEqual({ ok: true, pfn: 64 });
    expect(asked).toEqual([order]);
  });

  it('but not for one that may not, nor for one that forbids to try hard', async () => {
    const { mm, asked } = growing(1);
    expect(mm.alloc(GFP_ATOMIC)).toBe(NO_PAGE);
    expect(mm.alloc(or(GFP_KERNEL, __GFP_NORETRY))).toBe(NO_PAGE);
    expect((await mm.allocWait(or(GFP_KERNEL, __GFP_NORETRY))).ok).toBe(false);
    expect(asked).toEqual([]);
  });

  it('after shrinkers, and before anything is killed', () => {
    const order: string[] = [];
    const { mm } = growing(1, {
      shrinkers: [{ count: () => 1, scan: () => { order.push('reclaim'); return 0; } }],
      outOfMemory: () => { order.push('kill'); return false; },
    });
    expect(mm.alloc(GFP_KERNEL)).toBe(64);
    expect(new Set(order)).toEqual(new Set(['reclaim']));
  });

  it('as often as it takes, and a no is a refusal', () => {
    const { mm, asked } = growing(3, { maxOrder: 8, zones: [{ name: 'Normal', pages: 64 }] });
    expect(mm.alloc(GFP_KERNEL, 7)).toBe(128);
    expect(asked).toEqual([7, 7, 7]);
    expect(mm.tryAlloc(GFP_KERNEL, 8)).toMatchObject({ ok: false, reason: 'below-watermark', largestOrder: 6 });
  });

  it('and not once the request was called off', async () => {
    const controller = new AbortController();
    const { mm, asked } = growing(1, { shrinkers: [{ count: () => 1, async: true, scan: async () => { controller.abort(); await Promise.resolve(); return 0; } }] });
    expect(await mm.allocWait(GFP_KERNEL, 0, { signal: controller.signal })).toMatchObject({ ok: false, reason: 'aborted' });
    expect(asked).toEqual([]);
  });
});

describe('an allocator on top tells of its own callers', () => {
  it('refusal and eventOf give what onFailure would have been told', () => {
    const mm = make();
    mm.alloc(GFP_ATOMIC, 6);
    expect(mm.alloc(GFP_ATOMIC, 1)).toBe(NO_PAGE);
    const refusal = mm.refusal(GFP_ATOMIC, 1);
    expect(refusal).toMatchObject({ ok: false, reason: 'below-watermark', order: 1, largestOrder: -1 });
    expect(mm.eventOf(refusal, { site: 'caller', stack: ['caller'] })).toMatchObject({ kind: 'page-allocation-failure', site: 'caller', order: 1, reason: 'below-watermark' });
  });

  it('captureOrigin leaves out the method itself and what it called', () => {
    const onTop = { ask() { return captureOrigin(this, 'ask', null); } };
    const asker = (): ReturnType<typeof captureOrigin> => onTop.ask();
    expect(asker().site).toMatch(/^asker/);
  });

  it('largestFreeOrder is the largest order that a block is free of', () => {
    const mm = make();
    expect(mm.largestFreeOrder()).toBe(6);
    mm.alloc(GFP_ATOMIC, 0);
    expect(mm.largestFreeOrder()).toBe(5);
    while (mm.alloc(GFP_ATOMIC, 0) !== NO_PAGE);
    expect(mm.largestFreeOrder()).toBe(-1);
  });
});
