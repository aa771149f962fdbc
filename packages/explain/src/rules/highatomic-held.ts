import { raiseMinFree } from '../advice/reserve.js';
import { isSince } from '../kernel/version.js';
import type { Rule } from '../rule.js';
import { pagesText, zoneText } from '../words.js';
import { freePagesOf, isLargePart } from '../zones/free-pages.js';
import { onlyBlocksOf } from '../zones/zone-amounts.js';
import type { ZoneMath } from '../zones/zone-math.js';

/** Is it the reserve that makes the free memory too little? */
function isHeldBack({ amountOkWithout, state }: ZoneMath): boolean {
  return amountOkWithout.highatomic && isLargePart(state.freeHighatomicPages ?? state.reservedHighatomicPages ?? 0, state);
}

/** Free pages that are kept for atomic requests above order 0. */
export const highatomicHeld: Rule = {
  name: 'highatomic-held',
  source: 'mm/page_alloc.c, reserve_highatomic_pageblock(), v6.12; https://lore.kernel.org/r/20200619235958.11283-1-jaewon31.kim@samsung.com',
  applies(event, facts) {
    const killed = event.kind === 'oom-kill';
    if (event.kind !== 'page-allocation-failure' && !killed) return null;
    // Single pages are not taken from H blocks, whatever the mask: mm/page_alloc.c, rmqueue(), v4.19 to v6.10.
    const mayTakeHigh = facts.order !== 0 && facts.permits?.reserves === 'atomic';
    const allHigh = ({ commonBlockTypes }: ZoneMath): boolean => !mayTakeHigh && commonBlockTypes === 'H';
    // Of a block above order 3 it says more that memory is cut up than that the last such blocks are in the reserve.
    const costly = (facts.order ?? 0) > 3;
    // Before it kills, the kernel gives the reserve back where it can (since v4.10): then only what is left in it counts.
    const held = (candidate: ZoneMath): boolean => allHigh(candidate) || (!killed && !costly && (isHeldBack(candidate) || onlyBlocksOf(candidate, /H/)));
    const [zone] = facts.eligible.filter(held).sort((a, b) => (freePagesOf(b.state) ?? 0) - (freePagesOf(a.state) ?? 0));
    if (zone === undefined || (killed && zone.amountOk !== true) || facts.granting.some((other) => other !== zone)) return null;
    const pages = zone.state.freeHighatomicPages ?? zone.state.reservedHighatomicPages;
    return {
      cause: 'highatomic-held', severity: killed ? 'act' : 'watch', confidence: 'computed',
      why: [
        `${zoneText(zone.state)}: ${allHigh(zone) ? 'all free blocks are' : pages === null ? 'the free blocks large enough are' : `${pagesText(pages)} are`} in the reserve for urgent requests of more than one page (H); this request may not use it.`,
        `So ${pagesText(freePagesOf(zone.state) ?? 0)} look free and are not, for this request.`,
      ],
      advice: [
        ...(isSince(facts.age, '6.8') ? [] : [{ id: 'upgrade-kernel', for: 'operator' as const, text: 'Upgrade to kernel 6.8 or newer: from 5.9 the quick check takes the reserve into account, and from 6.8 a small zone reserves no more than 1 % this way.', cost: 'a reboot' }]),
        ...raiseMinFree(facts),
      ],
    };
  },
};
