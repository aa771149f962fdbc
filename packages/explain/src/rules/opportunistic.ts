import type { Facts } from '../facts.js';
import type { Finding, Rule } from '../rule.js';
import { addNowarn } from '../advice/code.js';

const SOURCE = 'include/linux/gfp_types.h, "Reclaim modifiers", v6.12';

function severityOf(facts: Facts): Finding['severity'] {
  return facts.path?.harm === 'broken' ? 'watch' : 'benign';
}

const FALLBACK = 'Nothing fails unless an error of the caller follows in the log.';

/** Huge pages are taken when they are there, and done without when not. */
export const hugePage: Rule = {
  name: 'huge-page',
  source: 'mm/huge_memory.c, vma_thp_gfp_mask(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure' && event.kind !== 'mem-info') return null;
    if (facts.path?.role === 'memory-hotplug') {
      return {
        cause: 'opportunistic', severity: 'benign', confidence: 'inferred',
        why: ['The kernel wanted a large block for the map of new memory; when it gets none, it builds the map of small pages.'],
        advice: [{ id: 'check-online', for: 'operator', text: 'Check that the added memory came online; CONFIG_MEMORY_HOTPLUG_DEFAULT_ONLINE (or memhp_default_state=online) does it at once.', command: 'grep -c online /sys/devices/system/memory/memory*/state; lsmem --summary' }],
      };
    }
    if (facts.path?.role !== 'huge-page') return null;
    return {
      cause: 'opportunistic', severity: facts.path.harm === 'absorbed' ? 'benign' : 'watch', confidence: 'inferred',
      why: ['A huge page needs one block of 2 MiB or more; on a machine that has run for a while there often is none.'],
      advice: facts.path.harm === 'absorbed' ? [] : [{ id: 'reserve-at-boot', for: 'operator', text: 'Reserve the pool at boot, when large blocks are still there.', persist: 'hugepages=N on the kernel command line', cost: 'that memory is set aside whether used or not' }],
    };
  },
};

/** `__GFP_NORETRY`, or `__GFP_RETRY_MAYFAIL` above order 0: the caller said it can do without. */
export const retryNotWanted: Rule = {
  name: 'retry-not-wanted',
  source: SOURCE,
  applies(event, facts) {
    const { permits, order } = facts;
    if (event.kind !== 'page-allocation-failure' || !permits?.sleep) return null;
    const noretry = permits.retry === 'noretry';
    if (!noretry && !(permits.retry === 'mayfail' && order !== null && order > 0)) return null;
    const flag = noretry ? '__GFP_NORETRY' : '__GFP_RETRY_MAYFAIL';
    return {
      cause: 'opportunistic', severity: severityOf(facts), confidence: 'inferred',
      why: [noretry
        ? `${flag}: the caller asked for one light attempt, because it has something to fall back on (single pages, vmalloc, a smaller size).`
        : `${flag}: the caller asked to try, but not to kill anything for it; it handles the refusal.`],
      means: facts.path?.harm === 'broken' ? `It should be handled; check that it was. ${facts.path.consequence}` : FALLBACK,
      advice: addNowarn(),
    };
  },
};

/** A speculative attempt: no sleep, no reserves. */
export const noReservesWanted: Rule = {
  name: 'no-reserves-wanted',
  source: 'mm/page_alloc.c, gfp_to_alloc_flags(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure' || facts.permits === null || !facts.has('__GFP_NOMEMALLOC') || facts.has('__GFP_HIGH')) return null;
    if (facts.canSleep === true && facts.context !== 'reclaimer' && facts.path?.role !== 'reclaim') return null;
    return {
      cause: 'opportunistic', severity: severityOf(facts), confidence: 'inferred',
      why: facts.canSleep === true
        ? ['The thread that frees memory asked for some without leave to use the reserves (__GFP_NOMEMALLOC): it can neither wait for itself nor dip in, so it is refused at once.', 'Such callers keep something else to fall back on.']
        : ['The caller asked not to wait and not to touch the reserves (__GFP_NOMEMALLOC): a quick attempt, usually for a larger block that single pages replace.'],
      means: FALLBACK,
      advice: addNowarn(),
    };
  },
};

/** `GFP_NOWAIT`: no sleep, and no claim on the reserves either. */
export const nowait: Rule = {
  name: 'nowait',
  source: 'include/linux/gfp_types.h, GFP_NOWAIT (silent since v6.8)',
  applies(event, facts) {
    const { permits } = facts;
    if (event.kind !== 'page-allocation-failure' || permits === null || permits.sleep || permits.reserves !== 'none') return null;
    if (facts.order !== null && facts.order > 3) return null;
    return {
      cause: 'opportunistic', severity: severityOf(facts), confidence: 'inferred',
      why: ['The caller may not wait and has no claim on the reserves (GFP_NOWAIT): it is the first to be refused when memory is low, and has to expect it.'],
      means: FALLBACK,
      advice: addNowarn(),
    };
  },
};
