import { GFP_ATOMIC, GFP_KERNEL, __GFP_NOFAIL, or, type GfpRequest, type MayWait } from '@nopage/gfp';
import { describe, expectTypeOf, it } from 'vitest';
import { PageAllocator, type MayFail } from '../src/index.js';

describe('words that contradict a call do not compile', () => {
  const mm = new PageAllocator({ zones: [{ name: 'Normal', pages: 64 }], maxOrder: 5 });
  it('alloc takes whatever may fail; allocWait whatever may wait', () => {
    expectTypeOf(GFP_ATOMIC).toExtend<MayFail>();
    expectTypeOf(GFP_KERNEL).toExtend<MayFail>();
    expectTypeOf(GFP_KERNEL).toExtend<MayWait>();
    expectTypeOf(GFP_ATOMIC).not.toExtend<MayWait>();
    expectTypeOf<GfpRequest>().not.toExtend<MayFail>();
    expectTypeOf<number>().not.toExtend<MayFail>();
    // @ts-expect-error A word that must not wait is nothing to wait for.
    const waits = (): unknown => mm.allocWait(GFP_ATOMIC);
    // @ts-expect-error A word that must not fail is for a call that can wait.
    const fails = (): unknown => mm.alloc(or(GFP_KERNEL, __GFP_NOFAIL));
    // @ts-expect-error Must not fail, must not wait: no call can honour that.
    const neither = (): unknown => mm.allocWait(__GFP_NOFAIL);
    expectTypeOf([waits, fails, neither]).toExtend<(() => unknown)[]>();
  });
});
