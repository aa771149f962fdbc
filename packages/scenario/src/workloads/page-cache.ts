import { GFP_HIGHUSER_MOVABLE } from '@nopage/gfp';
import type { WorkloadContext } from '../scenario.js';
import type { Step } from '../step.js';

/** Pages that one read brings in. */
const READ_PAGES = 16;
/** Share of reads that go to a file already cached, which then replaces its pages. */
const REPLACING = 0.25;

/**
 * Files being read: single movable pages that stay until something needs the memory. `cachePressurePercent` of all
 * memory is what the files would fill; at 100 the cache takes whatever is left, as it does on any busy machine.
 */
export function* pageCache({ random, parameters, memoryPages, firstSlot }: WorkloadContext): Generator<Step, undefined> {
  let cursor = 0;
  let size = 0;
  for (;;) {
    const { cachePressurePercent = 100 } = parameters;
    const wanted = Math.floor((memoryPages * Math.min(cachePressurePercent, 100)) / 100);
    while (size > wanted) yield { op: 'free', slot: firstSlot + --size };
    size = wanted;
    for (let i = 0; i < READ_PAGES && wanted > 0; i++) {
      // Mostly on through the file, sometimes anywhere: so the oldest pages lie scattered, not in a row.
      const slot = firstSlot + (random.next() < REPLACING ? random.below(wanted) : cursor++ % wanted);
      yield { op: 'alloc', slot, order: 0, gfp: GFP_HIGHUSER_MOVABLE, site: 'filemap_alloc_folio', comm: 'rsync', cache: true };
    }
    yield { op: 'tick', ms: 1 };
  }
}
