import { __GFP_NORETRY, __GFP_NOWARN, GFP_KERNEL, GFP_NOWAIT, or } from '@nopage/gfp';
import type { WorkloadContext } from '../scenario.js';
import type { Step } from '../step.js';

const probe = or(GFP_KERNEL, __GFP_NORETRY);
const filler = or(GFP_NOWAIT, __GFP_NOWARN);

/**
 * Fills memory with single pages that can't be moved and frees every `gap`th: plenty is free, and nothing of it is in
 * one piece. Then asks for blocks of each order in turn.
 */
export function* checkerboard({ memoryPages, parameters, firstSlot }: WorkloadContext): Generator<Step, undefined> {
  for (let i = 0; i < memoryPages; i++) {
    yield { op: 'alloc', slot: firstSlot + i, order: 0, gfp: filler, site: 'memory_hog', comm: 'hog' };
    if (i % 512 === 511) yield { op: 'tick', ms: 1 };
  }
  const { gapPages = 2 } = parameters;
  for (let i = 0; i < memoryPages; i += gapPages) yield { op: 'free', slot: firstSlot + i };
  yield { op: 'drain' };
  const slot = firstSlot + memoryPages;
  for (;;) {
    for (let order = 0; order <= 9; order++) {
      yield { op: 'tick', ms: 100 };
      yield { op: 'alloc', slot, order, gfp: probe, site: `order_${order}_user`, comm: 'probe' };
      yield { op: 'free', slot };
    }
  }
}
