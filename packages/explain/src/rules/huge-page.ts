import type { Rule } from '../rule.js';

/** Huge pages are taken when they are there, and done without when not. */
export const hugePage: Rule = {
  name: 'huge-page',
  source: 'mm/huge_memory.c, vma_thp_gfp_mask(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure' || facts.path?.role !== 'huge-page') return null;
    return {
      cause: 'opportunistic', severity: facts.path.harm === 'absorbed' ? 'benign' : 'watch', confidence: 'inferred',
      why: ['A huge page needs one block of 2 MiB or more; on a machine that has run for a while there often is none.'],
      advice: facts.path.harm === 'absorbed' ? [] : [{ id: 'reserve-at-boot', for: 'operator', text: 'Reserve the pool at boot, when large blocks are still there.', persist: 'hugepages=N on the kernel command line', cost: 'that memory is set aside whether used or not' }],
    };
  },
};
