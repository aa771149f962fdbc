import { addNowarn } from '../advice/code.js';
import { HAS_FALLBACK, opportunisticSeverity } from '../opportunistic.js';
import type { Rule } from '../rule.js';

/** A speculative attempt: no sleep, no reserves. */
export const noReservesWanted: Rule = {
  name: 'no-reserves-wanted',
  source: 'mm/page_alloc.c, gfp_to_alloc_flags(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure' || facts.permits === null || !facts.has('__GFP_NOMEMALLOC') || facts.has('__GFP_HIGH')) return null;
    if (facts.canSleep === true && facts.context !== 'reclaimer' && facts.path?.role !== 'reclaim') return null;
    return {
      cause: 'opportunistic', severity: opportunisticSeverity(facts), confidence: 'inferred',
      why: facts.canSleep === true
        ? ['The thread that frees memory asked for some without leave to use the reserves (__GFP_NOMEMALLOC): it can neither wait for itself nor dip in, so it is refused at once.', 'Such callers keep something else to fall back on.']
        : ['The caller asked not to wait and not to touch the reserves (__GFP_NOMEMALLOC): a quick attempt, usually for a larger block that single pages replace.'],
      means: HAS_FALLBACK,
      advice: addNowarn(),
    };
  },
};
