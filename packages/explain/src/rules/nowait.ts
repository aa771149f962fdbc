import { addNowarn } from '../advice/code.js';
import { HAS_FALLBACK, opportunisticSeverity } from '../opportunistic.js';
import type { Rule } from '../rule.js';

/** `GFP_NOWAIT`: no sleep, and no claim on the reserves either. */
export const nowait: Rule = {
  name: 'nowait',
  source: 'include/linux/gfp_types.h, GFP_NOWAIT (silent since v6.8)',
  applies(event, facts) {
    const { permits } = facts;
    if (event.kind !== 'page-allocation-failure' || permits === null || permits.sleep || permits.reserves !== 'none') return null;
    if (facts.order !== null && facts.order > 3) return null;
    return {
      cause: 'opportunistic', severity: opportunisticSeverity(facts), confidence: 'inferred',
      why: ['The caller may not wait and has no claim on the reserves (GFP_NOWAIT): it is the first to be refused when memory is low, and has to expect it.'],
      means: HAS_FALLBACK,
      advice: addNowarn(),
    };
  },
};
