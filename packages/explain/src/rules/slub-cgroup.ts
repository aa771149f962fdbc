import { groupOfCache, slubCache } from '../event-detail.js';
import type { Facts } from '../facts.js';
import { isBefore } from '../kernel/version.js';
import type { Rule } from '../rule.js';

/** SLUB's message without one of the page allocator: a limit on kernel memory, not RAM. */
export const slubCgroup: Rule = {
  name: 'slub-cgroup',
  source: 'mm/slub.c, slab_out_of_memory(), v5.8; https://lore.kernel.org/r/20191022233708.365764-1-hannes@cmpxchg.org',
  applies(event, facts: Facts) {
    if (event.kind !== 'slub-failure') return null;
    const cache = slubCache(event);
    const group = groupOfCache(cache);
    const named = group !== null;
    const charged = facts.has('__GFP_ACCOUNT') && !isBefore(facts.age, '5.9');
    if (!named && !charged) return null;
    return {
      cause: 'cgroup-limit', severity: 'act', confidence: named ? 'inferred' : 'guess',
      why: [
        `The cache belongs to one control group${group === null || group === '' ? '' : ` (${group.slice(0, 40)})`}: its limit on kernel memory was reached, and the machine's memory was not.`,
        ...(isBefore(facts.age, '4.5') || facts.release?.major === 3 ? ['Kernels 3.10 to 4.4 also leak in this accounting: groups that are gone still count.'] : []),
      ],
      means: 'System calls, or the network, fail inside that container while the machine has memory.',
      advice: [
        { id: 'raise-cgroup-limit', for: 'operator', text: "Raise the container's memory limit (or its kmem limit), or find the kernel objects it piles up.", command: `find /sys/fs/cgroup/memory -path '*${group !== null && /^[\w.-]{4,64}$/.test(group) ? group : 'GROUP'}*/memory.kmem.*_in_bytes' -exec grep -H . {} +`, verify: 'memory.kmem.failcnt stops growing' },
        { id: 'upgrade-kernel', for: 'operator', text: 'Move to a kernel from 5.9, which accounts by object without a limit of its own; before that, cgroup.memory=nokmem on the command line switches the accounting off.', cost: 'a reboot' },
      ],
    };
  },
};
