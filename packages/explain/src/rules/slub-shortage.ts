import type { FailureEvent } from '@nopage/gfp';
import { addNowarn } from '../advice/code.js';
import { raiseMinFree } from '../advice/reserve.js';
import { plainCache, slubCache } from '../event-detail.js';
import type { Facts } from '../facts.js';
import { isSince } from '../kernel/version.js';
import { HAS_FALLBACK } from '../opportunistic.js';
import type { Rule } from '../rule.js';
import { sizeText } from '../words.js';

const TRIED_AGAIN = 'The operation is tried again or a packet is dropped; a flood of these messages costs more than the failures.';

/** The blocks that the cache can't do without, where it needs more than single pages. SLAB has one order for a cache, SLUB a least one. */
function blocksWanted({ detail }: FailureEvent, { pageBytes }: Facts): { readonly order: number; readonly bytes: number; readonly debugged: boolean } | null {
  const { objectBytes, bufferBytes } = detail;
  const order = detail['allocator'] === 'SLAB' ? detail['defaultOrder'] : detail['minOrder'];
  if (typeof order !== 'number' || order < 1) return null;
  return { order, bytes: 2 ** order * pageBytes, debugged: typeof objectBytes === 'number' && typeof bufferBytes === 'number' && bufferBytes >= 1.25 * objectBytes };
}

/** SLUB's message from a cache of the whole machine: the page allocator's own line was held back. */
export const slubShortage: Rule = {
  name: 'slub-shortage',
  source: 'mm/slub.c, slab_out_of_memory(), v6.12; https://lore.kernel.org/r/20200214160149.11681-222-sashal@kernel.org',
  applies(event, facts) {
    if (event.kind !== 'slub-failure') return null;
    const cache = plainCache(slubCache(event));
    const who = cache === '' ? 'A cache' : `The cache ${cache}`;
    const blocks = blocksWanted(event, facts);
    if (blocks !== null && (facts.canSleep === false ? facts.permits?.reserves !== 'none' : blocks.order > 3)) {
      return {
        cause: 'fragmentation', severity: 'watch', confidence: 'inferred',
        why: [`${who} grows by blocks of ${sizeText(blocks.bytes)} in one piece (order ${blocks.order}), and none was to be had.`],
        ...(facts.canSleep === false ? { means: TRIED_AGAIN } : {}),
        advice: [
          ...(blocks.debugged ? [{ id: 'slub-debug-off', for: 'operator' as const, text: 'The cache is being debugged, which makes its objects larger: start the kernel with slub_debug=O, or without slub_debug.', persist: 'slub_debug=O on the kernel command line', cost: 'errors in the use of this cache are no longer found', verify: 'min order in later lines is lower' }] : []),
          ...(facts.canSleep === false ? [...raiseMinFree(facts), ...addNowarn()] : []),
        ],
      };
    }
    const light = facts.permits?.retry === 'noretry';
    if (light || (facts.permits?.sleep === false && facts.permits.reserves === 'none')) {
      return {
        cause: 'opportunistic', severity: 'benign', confidence: 'inferred',
        why: [`${who} could not grow for a caller that ${light ? 'asked for one light attempt (__GFP_NORETRY)' : 'may not wait and has no claim on the reserves (GFP_NOWAIT)'}, and has to expect it.`],
        means: HAS_FALLBACK,
        advice: addNowarn(),
      };
    }
    if (facts.canSleep === false || (facts.canSleep === null && isSince(facts.age, '2.6.32'))) {
      return {
        cause: 'atomic-reserve', severity: 'watch', confidence: 'inferred',
        why: [`${who} could not grow for a caller that must not wait; such callers expect it and try again.`],
        means: TRIED_AGAIN,
        advice: [...raiseMinFree(facts), ...addNowarn()],
      };
    }
    return {
      cause: 'exhausted', severity: 'act', confidence: 'guess',
      why: [`${who} could not grow: either memory is short, or the control group of the process reached its limit. A report of the page allocator beside it tells which.`],
      advice: [{ id: 'check-cgroup', for: 'operator', text: 'If no page allocation failure stands beside it, look at the limit of the control group first.', command: 'systemd-cgtop -m; dmesg | grep -c "page allocation failure"' }],
    };
  },
};
