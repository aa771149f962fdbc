import { GFP_ATOMIC, GFP_KERNEL, __GFP_MOVABLE, or } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { NO_PAGE, PageAllocator } from '../src/index.js';

describe('memory can be added', () => {
  it.each([false, {}])('behind a zone, per-CPU lists %j: watermarks follow, nothing that is held moves', (pcp) => {
    const mm = new PageAllocator({ zones: [{ name: 'DMA32', pages: 100 }, { name: 'Normal', startPfn: 128, pages: 200 }], maxOrder: 6, pageblockOrder: 4, pcp });
    const held: number[] = [];
    for (let pfn = mm.alloc(GFP_ATOMIC, 1); pfn !== NO_PAGE; pfn = mm.alloc(GFP_ATOMIC, 1)) held.push(pfn);
    const before = mm.memInfo();
    mm.addMemory('Normal', 1000);
    const after = mm.memInfo();
    expect(after.freePages).toBe(before.freePages + 1000);
    expect(after.managedPages).toBe(1300);
    expect(after.zones[1]?.managedPages).toBe(1200);
    expect(after.zones[1]?.highPages).toBeGreaterThan(before.zones[1]?.highPages ?? 0);
    expect(mm.check()).toEqual([]);
    expect(mm.alloc(GFP_ATOMIC, 6)).not.toBe(NO_PAGE);
    for (const pfn of held) mm.free(pfn, 1);
    mm.drain();
    expect(mm.check()).toEqual([]);
    expect(mm.memInfo().freePages).toBe(1300 - 64);
  });

  it('and no boost of a watermark outlasts it', () => {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 4096 }], minFreeKbytes: 400, pcp: false });
    const held = Array.from({ length: 4000 }, () => mm.alloc(or(GFP_ATOMIC, __GFP_MOVABLE)));
    held.forEach((pfn, i) => { if (i % 4 === 0) mm.free(pfn); });
    mm.alloc(GFP_ATOMIC);
    expect(mm.zoneNumbers(0)?.boostPages).toBeGreaterThan(0);
    mm.addMemory('Normal', 1024);
    expect(mm.zoneNumbers(0)?.boostPages).toBe(0);
    expect(mm.check()).toEqual([]);
  });

  it('serves who waits', async () => {
    const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 64 }], maxOrder: 5, minFreeKbytes: 0 });
    while (mm.alloc(GFP_ATOMIC) !== NO_PAGE);
    const wait = mm.allocWait(GFP_KERNEL, 3);
    await Promise.resolve();
    mm.addMemory('Normal', 64);
    expect(await wait).toMatchObject({ ok: true });
  });
});
