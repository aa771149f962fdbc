import type { FailureEvent } from '@nopage/gfp';
import type { Facts } from '../facts.js';
import type { Rule } from '../rule.js';
import { addNowarn } from '../advice/code.js';
import { raiseMinFree } from '../advice/reserve.js';
import { isBefore, isSince } from '../version.js';
import { cleanText } from '../words.js';

// Up to 5.8 each control group had caches of its own, named `kmalloc-128(1793:group)`. mm/slab_common.c, v5.8
const GROUP_CACHE = /\(\d+:[^)]*\)?$/;

function cacheOf(event: FailureEvent): string {
  const { cache } = event.detail;
  return typeof cache === 'string' ? cleanText(cache) : '';
}

/** SLUB's message without one of the page allocator: a limit on kernel memory, not RAM. */
export const slubCgroup: Rule = {
  name: 'slub-cgroup',
  source: 'mm/slub.c, slab_out_of_memory(), v5.8; https://lore.kernel.org/r/20191022233708.365764-1-hannes@cmpxchg.org',
  applies(event, facts: Facts) {
    if (event.kind !== 'slub-failure') return null;
    const cache = cacheOf(event);
    const named = GROUP_CACHE.test(cache);
    const charged = facts.has('__GFP_ACCOUNT') && !isBefore(facts.release, '5.9');
    if (!named && !charged) return null;
    const group = /\(\d+:([^)]*)\)?$/.exec(cache)?.[1] ?? '';
    return {
      cause: 'cgroup-limit', severity: 'act', confidence: named ? 'inferred' : 'guess',
      why: [
        `The cache belongs to one control group${group === '' ? '' : ` (${group.slice(0, 40)})`}: its limit on kernel memory was reached, and the machine's memory was not.`,
        ...(isBefore(facts.release, '4.5') || facts.release?.major === 3 ? ['Kernels 3.10 to 4.4 also leak in this accounting: groups that are gone still count.'] : []),
      ],
      means: 'System calls, or the network, fail inside that container while the machine has memory.',
      advice: [
        { id: 'raise-cgroup-limit', for: 'operator', text: "Raise the container's memory limit (or its kmem limit), or find the kernel objects it piles up.", command: 'cat /sys/fs/cgroup/memory/GROUP/memory.kmem.{limit,usage}_in_bytes', verify: 'memory.kmem.failcnt stops growing' },
        { id: 'upgrade-kernel', for: 'operator', text: 'Or move to a kernel from 5.9, which accounts by object without a limit of its own; before that, cgroup.memory=nokmem on the command line switches the accounting off.', cost: 'a reboot' },
      ],
    };
  },
};

/** SLUB's message from a cache of the whole machine: the page allocator's own line was held back. */
export const slubShortage: Rule = {
  name: 'slub-shortage',
  source: 'mm/slub.c, slab_out_of_memory(), v6.12; https://lore.kernel.org/r/20200214160149.11681-222-sashal@kernel.org',
  applies(event, facts) {
    if (event.kind !== 'slub-failure') return null;
    const cache = cacheOf(event).replace(GROUP_CACHE, '');
    if (facts.canSleep === false || (facts.canSleep === null && isSince(facts.release, '2.6.32'))) {
      return {
        cause: 'atomic-reserve', severity: 'benign', confidence: 'inferred',
        why: [`The cache ${cache === '' ? 'that is named' : cache} could not grow for a caller that must not wait; such callers expect it and try again.`],
        means: 'The operation is tried again or a packet is dropped; the flood of messages costs more than the failures.',
        advice: [...raiseMinFree(facts), ...addNowarn()],
      };
    }
    return {
      cause: 'exhausted', severity: 'watch', confidence: 'guess',
      why: [`The cache ${cache === '' ? 'that is named' : cache} could not grow: either memory is short, or the control group of the process reached its limit. A report of the page allocator beside it tells which.`],
      advice: [{ id: 'check-cgroup', for: 'operator', text: 'If no page allocation failure stands beside it, look at the limit of the control group first.', command: 'systemd-cgtop -m; dmesg | grep -c "page allocation failure"' }],
    };
  },
};
