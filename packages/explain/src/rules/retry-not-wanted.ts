import { addNowarn } from '../advice/code.js';
import { isBefore } from '../kernel/version.js';
import { HAS_FALLBACK, opportunisticSeverity } from '../opportunistic.js';
import type { Rule } from '../rule.js';

/** `__GFP_NORETRY`, or `__GFP_RETRY_MAYFAIL` above order 0: the caller said it can do without. */
export const retryNotWanted: Rule = {
  name: 'retry-not-wanted',
  source: 'include/linux/gfp_types.h, "Reclaim modifiers", v6.12',
  applies(event, facts) {
    const { permits, order } = facts;
    if (event.kind !== 'page-allocation-failure' || !permits?.sleep) return null;
    const noretry = permits.retry === 'noretry';
    // Up to 4.12 the same bit is __GFP_REPEAT: try harder above order 3. Who sets it wants the block.
    if (!noretry && isBefore(facts.age, '4.13')) return null;
    if (!noretry && !(permits.retry === 'mayfail' && order !== null && order > 0)) return null;
    const flag = noretry ? '__GFP_NORETRY' : '__GFP_RETRY_MAYFAIL';
    return {
      cause: 'opportunistic', severity: opportunisticSeverity(facts), confidence: 'inferred',
      why: [noretry
        ? `${flag}: the caller asked for one light attempt, because it has something to fall back on (single pages, vmalloc, a smaller size).`
        : `${flag}: the caller asked to try, but not to kill anything for it; it handles the refusal.`],
      means: facts.path?.harm === 'broken' ? `It should be handled; check that it was. ${facts.path.consequence}` : HAS_FALLBACK,
      advice: addNowarn(),
    };
  },
};
