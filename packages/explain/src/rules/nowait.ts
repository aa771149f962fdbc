import { addNowarn } from '../advice/code.js';
import { isSince } from '../kernel/version.js';
import { HAS_FALLBACK, opportunisticSeverity } from '../opportunistic.js';
import type { Rule } from '../rule.js';

/** `GFP_NOWAIT`: no sleep, and no claim on the reserves either. */
export const nowait: Rule = {
  name: 'nowait',
  source: 'include/linux/gfp_types.h, GFP_NOWAIT (silent since v6.8)',
  applies(event, facts) {
    const { permits } = facts;
    if (event.kind !== 'page-allocation-failure' || permits === null || permits.sleep) return null;
    // Up to 4.3 whoever may not wait got a part of the reserve, asked for or not.
    if (permits.reserves !== 'none' && (permits.reserves !== 'harder' || isSince(facts.age, '4.4'))) return null;
    if (facts.order !== null && facts.order > 3) return null;
    if (!permits.kswapd && isSince(facts.age, '4.4')) {
      return {
        cause: 'opportunistic', severity: 'watch', confidence: 'inferred',
        why: [`The mask has no leave at all: not to wait, not to use the reserves, not even to wake the thread that frees memory. Hardly anybody means that; a mask that was passed on wrongly looks like this, and is refused as soon as memory is low.`],
        means: facts.path?.consequence ?? HAS_FALLBACK,
        advice: [{ id: 'check-flags', for: 'developer', text: 'If the code is yours: see which flags reach the allocator. GFP_ATOMIC where it may not sleep, GFP_KERNEL where it may, GFP_NOWAIT where it has something to fall back on.' }],
      };
    }
    return {
      cause: 'opportunistic', severity: opportunisticSeverity(facts), confidence: 'inferred',
      why: ['The caller may not wait and does not ask for the reserves (GFP_NOWAIT): it is the first to be refused when memory is low, and has to expect it.'],
      means: HAS_FALLBACK,
      advice: addNowarn(),
    };
  },
};
