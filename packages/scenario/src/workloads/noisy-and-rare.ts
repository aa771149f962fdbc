import { GFP_ATOMIC } from '@nopage/gfp';
import type { WorkloadContext } from '../scenario.js';
import type { Step } from '../step.js';

/** Two callers in need, one a hundred times a second, one once a minute: will anybody hear of the second? */
export function* noisyAndRare({ random, parameters, firstSlot }: WorkloadContext): Generator<Step, undefined> {
  const { noisyMeanMs = 10, rareMeanMs = 60_000 } = parameters;
  let noisyAt = random.waitMs(noisyMeanMs);
  let rareAt = random.waitMs(rareMeanMs);
  let now = 0;
  for (;;) {
    const at = Math.min(noisyAt, rareAt);
    yield { op: 'tick', ms: at - now };
    now = at;
    if (at === rareAt) {
      yield { op: 'alloc', slot: firstSlot + 1, order: 0, gfp: GFP_ATOMIC, site: 'journal_start', comm: 'jbd2/sda1-8' };
      yield { op: 'free', slot: firstSlot + 1 };
      rareAt += random.waitMs(rareMeanMs);
    } else {
      yield { op: 'alloc', slot: firstSlot, order: 0, gfp: GFP_ATOMIC, site: 'nic_rx_refill', comm: 'ksoftirqd/0' };
      yield { op: 'free', slot: firstSlot };
      noisyAt += random.waitMs(noisyMeanMs);
    }
  }
}
