import { addNowarn } from '../advice/code.js';
import { raiseMinFree } from '../advice/reserve.js';
import { plainCache, slubCache } from '../event-detail.js';
import { HAS_FALLBACK } from '../opportunistic.js';
import type { Rule } from '../rule.js';
import { isSince } from '../version.js';

/** SLUB's message from a cache of the whole machine: the page allocator's own line was held back. */
export const slubShortage: Rule = {
  name: 'slub-shortage',
  source: 'mm/slub.c, slab_out_of_memory(), v6.12; https://lore.kernel.org/r/20200214160149.11681-222-sashal@kernel.org',
  applies(event, facts) {
    if (event.kind !== 'slub-failure') return null;
    const cache = plainCache(slubCache(event));
    if (facts.permits?.sleep === false && facts.permits.reserves === 'none') {
      return {
        cause: 'opportunistic', severity: 'benign', confidence: 'inferred',
        why: [`The cache ${cache === '' ? 'that is named' : cache} could not grow for a caller that may not wait and has no claim on the reserves (GFP_NOWAIT), and has to expect it.`],
        means: HAS_FALLBACK,
        advice: addNowarn(),
      };
    }
    if (facts.canSleep === false || (facts.canSleep === null && isSince(facts.age, '2.6.32'))) {
      return {
        cause: 'atomic-reserve', severity: 'benign', confidence: 'inferred',
        why: [`The cache ${cache === '' ? 'that is named' : cache} could not grow for a caller that must not wait; such callers expect it and try again.`],
        means: 'The operation is tried again or a packet is dropped; the flood of messages costs more than the failures.',
        advice: [...raiseMinFree(facts), ...addNowarn()],
      };
    }
    return {
      cause: 'exhausted', severity: 'act', confidence: 'guess',
      why: [`The cache ${cache === '' ? 'that is named' : cache} could not grow: either memory is short, or the control group of the process reached its limit. A report of the page allocator beside it tells which.`],
      advice: [{ id: 'check-cgroup', for: 'operator', text: 'If no page allocation failure stands beside it, look at the limit of the control group first.', command: 'systemd-cgtop -m; dmesg | grep -c "page allocation failure"' }],
    };
  },
};
