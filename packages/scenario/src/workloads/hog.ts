import { __GFP_MEMALLOC, __GFP_NOWARN, GFP_ATOMIC, or } from '@nopage/gfp';
import type { WorkloadContext } from '../scenario.js';
import type { Step } from '../step.js';

const lastPage = or(GFP_ATOMIC, __GFP_MEMALLOC, __GFP_NOWARN);

/** Takes every page there is, watermarks or not, and keeps it: whoever comes next is refused. */
export function* hog({ memoryPages, firstSlot }: WorkloadContext): Generator<Step, undefined> {
  for (let i = 0; i < memoryPages; i++) yield { op: 'alloc', slot: firstSlot + i, order: 0, gfp: lastPage, site: 'memory_hog', comm: 'hog' };
}
