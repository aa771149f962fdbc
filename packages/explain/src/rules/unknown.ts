import { collectMore } from '../advice/collect-more.js';
import { isBefore } from '../kernel/version.js';
import { missingParts } from '../message/missing-parts.js';
import type { Rule } from '../rule.js';

/** Nothing above holds. */
export const unknown: Rule = {
  name: 'unknown',
  source: 'https://lore.kernel.org/r/20171130135016.dfzj2s7ngz55tfws@dhcp22.suse.cz',
  applies(event, facts) {
    const mask = event.mode?.consistent === false ? ['a mask that can be believed'] : facts.permits !== null ? [] : [event.mode === null ? 'the mask' : 'the kernel release, by which the mask is read'];
    const missing = [...(facts.order === null ? ['the order'] : []), ...mask, ...missingParts(event, facts)];
    return {
      cause: 'unknown', severity: 'watch', confidence: 'guess',
      why: [missing.length === 0 ? 'No known pattern fits these numbers.' : `The report is too short to say why: it lacks ${missing.join(', ')}.`],
      // A headline is all that 2.4 prints.
      advice: collectMore(isBefore(facts.age, '2.5.0') ? [] : missing, facts),
    };
  },
};
