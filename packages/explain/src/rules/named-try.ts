import { addNowarn } from '../advice/code.js';
import { HAS_FALLBACK, opportunisticSeverity } from '../opportunistic.js';
import type { Rule } from '../rule.js';

/** A function that is named after an attempt expects to be refused. */
export const namedTry: Rule = {
  name: 'named-try',
  source: 'kernel naming: a try_ function reports failure and its caller goes on; https://github.com/writeboost/dm-writeboost/issues/72',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure' || facts.order === null || facts.order === 0) return null;
    if (event.site === null || !/^_*try_(?:to_)?alloc/.test(event.site)) return null;
    return {
      cause: 'opportunistic', severity: opportunisticSeverity(facts), confidence: 'guess',
      why: ['The function that asked is named after an attempt (try_...), so it is prepared to be refused.'],
      means: HAS_FALLBACK,
      advice: addNowarn(),
    };
  },
};
