import { collectMore } from '../advice/machine.js';
import { missingParts } from '../missing-parts.js';
import type { Rule } from '../rule.js';

/** Nothing above holds. */
export const unknown: Rule = {
  name: 'unknown',
  source: 'https://lore.kernel.org/r/20171130135016.dfzj2s7ngz55tfws@dhcp22.suse.cz',
  applies(event, facts) {
    const missing = [...(facts.permits === null ? ['the mask'] : []), ...missingParts(event, facts)];
    return {
      cause: 'unknown', severity: 'watch', confidence: 'guess',
      why: [missing.length === 0 ? 'No known pattern fits these numbers.' : `The report is too short to say why: it lacks ${missing.join(', ')}.`],
      advice: collectMore(missing),
    };
  },
};
