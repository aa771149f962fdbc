import { collectMore } from '../advice/machine.js';
import type { Rule } from '../rule.js';

/** Nothing above holds. */
export const unknown: Rule = {
  name: 'unknown',
  source: 'https://lore.kernel.org/r/20171130135016.dfzj2s7ngz55tfws@dhcp22.suse.cz',
  applies(event, facts) {
    const missing = [
      ...(facts.permits === null ? ['the mask'] : []),
      ...(event.zones.length === 0 ? ['the memory part (Mem-Info)'] : []),
      ...(event.stack.length === 0 ? ['the stack'] : []),
    ];
    return {
      cause: 'unknown', severity: 'watch', confidence: 'guess',
      why: [missing.length === 0 ? 'No known pattern fits these numbers.' : `The report is too short to say why: it lacks ${missing.join(', ')}.`],
      advice: collectMore(missing),
    };
  },
};
