import type { Rule } from '../rule.js';

/** Only a count: the kernel held reports back, and says how many. */
export const suppressedOnly: Rule = {
  name: 'suppressed-only',
  source: 'lib/ratelimit.c, ___ratelimit(), v6.12',
  applies(event) {
    if (event.kind !== 'suppressed') return null;
    return {
      cause: 'unknown', severity: 'watch', confidence: 'guess',
      why: [`The kernel held back ${event.suppressed} report${event.suppressed === 1 ? '' : 's'} of this kind; which callers they came from it does not say.`],
      means: 'More was refused than the log shows.',
      advice: [{ id: 'find-callers', for: 'operator', text: 'Look at the reports around it: most of what was held back is of the same kind as the one that comes next.', command: 'dmesg | grep -A12 "page allocation failure"' }],
    };
  },
};
