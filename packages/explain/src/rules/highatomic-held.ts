import { raiseMinFree } from '../advice/reserve.js';
import type { ZoneMath } from '../arithmetic.js';
import type { Rule } from '../rule.js';
import { isSince } from '../version.js';
import { pagesText, zoneText } from '../words.js';
import { onlyBlocksOf } from '../zone-amounts.js';

/** Free pages that are kept for atomic requests above order 0. */
export const highatomicHeld: Rule = {
  name: 'highatomic-held',
  source: 'mm/page_alloc.c, reserve_highatomic_pageblock(), v6.12; https://lore.kernel.org/r/20200619235958.11283-1-jaewon31.kim@samsung.com',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure') return null;
    // Single pages are not taken from H blocks, whatever the mask: mm/page_alloc.c, rmqueue(), v4.19 to v6.10.
    const mayTakeHigh = facts.order !== 0 && facts.permits?.reserves === 'atomic';
    const allHigh = (zone: ZoneMath): boolean => {
      if (mayTakeHigh) return false;
      const free = zone.state.freeBlocks.filter((blocks) => blocks.count > 0);
      return free.length > 0 && free.every((blocks) => blocks.types === 'H');
    };
    const zone = facts.eligible.find((candidate) => candidate.amountOkWithout.highatomic || onlyBlocksOf(candidate, /H/) || allHigh(candidate));
    if (zone === undefined || facts.eligible.some((other) => other !== zone && other.verdict.allowed === true)) return null;
    const held = zone.state.freeHighatomicPages ?? zone.state.reservedHighatomicPages;
    return {
      cause: 'highatomic-held', severity: 'watch', confidence: 'computed',
      why: [
        `${zoneText(zone.state)}: ${allHigh(zone) ? 'all free blocks are' : held === null ? 'the free blocks large enough are' : `${pagesText(held)} are`} in the reserve for urgent requests of more than one page (H); this request may not use it.`,
        `So ${zone.state.freePages ?? '?'} pages look free and are not, for this request.`,
      ],
      advice: [
        ...(isSince(facts.age, '6.8') ? [] : [{ id: 'upgrade-kernel', for: 'operator' as const, text: 'Upgrade to kernel 6.8 or newer: from 5.9 the quick check takes the reserve into account, and from 6.8 a small zone reserves no more than 1 % this way.', cost: 'a reboot' }]),
        ...raiseMinFree(facts),
      ],
    };
  },
};
