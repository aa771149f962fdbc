import { __GFP_COMP, __GFP_RECLAIMABLE, GFP_KERNEL, GFP_NOFS, or } from '@nopage/gfp';
import type { WorkloadContext } from '../scenario.js';
import type { Step } from '../step.js';

/** What the kernel's own objects ask for: where, how large, how often. */
const kinds = [
  { site: 'kmalloc_large', order: 0, gfp: GFP_KERNEL, weight: 8 },
  { site: 'alloc_inode', order: 0, gfp: or(GFP_NOFS, __GFP_RECLAIMABLE), weight: 6 },
  { site: 'dentry_alloc', order: 1, gfp: or(GFP_KERNEL, __GFP_RECLAIMABLE), weight: 3 },
  { site: 'alloc_thread_stack', order: 2, gfp: GFP_KERNEL, weight: 2 },
  { site: 'new_slab', order: 3, gfp: or(GFP_KERNEL, __GFP_COMP), weight: 1 },
] as const;

const bag = kinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));

/**
 * Slabs, stacks and tables: blocks of several sizes that can't be moved, some of them reclaimable, that come and go in
 * no order. `churnPercent` of memory is what they fill on average.
 */
export function* churn({ random, parameters, memoryPages, firstSlot }: WorkloadContext): Generator<Step, undefined> {
  const meanPages = bag.reduce((sum, { order }) => sum + 2 ** order, 0) / bag.length;
  for (;;) {
    const { churnPercent = 10 } = parameters;
    // Half of the slots are full on average, as each visit to a slot is as often a free as it is an alloc.
    const slots = Math.ceil((2 * memoryPages * churnPercent) / 100 / meanPages);
    for (let i = 0; i < 8 && slots > 0; i++) {
      const slot = firstSlot + random.below(slots);
      const kind = bag[random.below(bag.length)];
      if (kind === undefined || random.next() < 0.5) yield { op: 'free', slot };
      else yield { op: 'alloc', slot, order: kind.order, gfp: kind.gfp, site: kind.site, comm: 'kworker/0:1' };
    }
    yield { op: 'tick', ms: 2 };
  }
}
