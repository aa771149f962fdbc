import { __GFP_DMA32, __GFP_HIGH, __GFP_MEMALLOC, __GFP_MOVABLE, __GFP_NOMEMALLOC, __GFP_NORETRY, __GFP_RECLAIMABLE, GFP_ATOMIC, GFP_KERNEL, GFP_NOWAIT, or } from '@nopage/gfp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_PAGE, PageAllocator, TaskFlag, type PageAllocatorOptions } from '../src/index.js';

const words: readonly number[] = [
  GFP_ATOMIC, GFP_NOWAIT, or(GFP_KERNEL, __GFP_NORETRY), or(GFP_KERNEL, __GFP_NORETRY, __GFP_HIGH), or(GFP_ATOMIC, __GFP_MOVABLE), or(GFP_ATOMIC, __GFP_RECLAIMABLE),
  or(GFP_NOWAIT, __GFP_MEMALLOC), or(GFP_ATOMIC, __GFP_NOMEMALLOC), or(GFP_ATOMIC, __GFP_DMA32), or(GFP_NOWAIT, __GFP_MOVABLE),
];
const tasks: readonly number[] = [0, 0, 0, TaskFlag.MEMALLOC, TaskFlag.OOM_VICTIM, TaskFlag.REALTIME];

const machines: readonly (readonly [string, Partial<PageAllocatorOptions>])[] = [
  ['linux-6.12', { minFreeKbytes: 1200 }],
  ['linux-6.1', { minFreeKbytes: 1200, profile: 'linux-6.1' }],
  ['hardly any reserve', { minFreeKbytes: 40 }],
  ['no per-CPU lists', { minFreeKbytes: 1200, pcp: false }],
];

describe('the largest order that a refusal names is served just then, and no larger one', () => {
  it.each(machines)('%s', (_what, options) => {
    let refusals = 0;
    const move = fc.tuple(fc.nat(words.length - 1), fc.nat(6), fc.nat(tasks.length - 1), fc.nat(9999));
    fc.assert(fc.property(fc.array(move, { minLength: 60, maxLength: 160 }), (moves) => {
      const refused: number[] = [];
      const mm = new PageAllocator({
        zones: [{ name: 'DMA32', startPfn: 5, pages: 300 }, { name: 'Normal', startPfn: 512, pages: 1900 }], maxOrder: 6, pageblockOrder: 4,
        onFailure: ({ largestOrder }) => refused.push(largestOrder ?? -2), ...options,
      });
      const held: [number, number][] = [];
      for (const [word, order, task, at] of moves) {
        const gfp = words[word]!;
        // Several at a time, so that memory runs short; some come back in between.
        for (let i = 0; i < 40; i++) {
          const pfn = mm.allocAs(gfp, order, tasks[task]!);
          if (pfn === NO_PAGE) break;
          held.push([pfn, order]);
        }
        const largest = refused.pop();
        if (largest !== undefined) {
          refusals++;
          const before = mm.snapshot();
          for (let asked = 6; asked >= 0; asked--) {
            const served = mm.allocAs(gfp, asked, tasks[task]!) !== NO_PAGE;
            mm.restore(before);
            if (served !== (asked <= largest) && (served || asked === largest)) expect.fail(`word 0x${gfp.toString(16)}, task ${tasks[task]!}: order ${asked} is ${served ? 'served' : 'refused'} where ${largest} was the largest`);
          }
          refused.length = 0;
        }
        for (let i = 0; i < at % 37; i++) {
          const [block] = held.splice((at + i * 7) % (held.length || 1), 1);
          if (block !== undefined) mm.free(...block);
        }
      }
    }), { seed: 5, numRuns: 2 });
    expect(refusals).toBeGreaterThan(20);
  });
});
