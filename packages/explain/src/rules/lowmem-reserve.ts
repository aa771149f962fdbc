import { raiseMinFree } from '../advice/reserve.js';
import type { Rule } from '../rule.js';
import { pagesText, zoneText } from '../words.js';
import { freePagesIn } from '../zones/free-pages.js';

/** Enough is free, but it is kept from requests that could have used a higher zone. */
export const lowmemReserve: Rule = {
  name: 'lowmem-reserve',
  source: 'mm/page_alloc.c, setup_per_zone_lowmem_reserve(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure') return null;
    const kept = facts.eligible.filter((zone) => zone.amountOk === false && zone.amountOkWithout.reserve);
    if (kept.length === 0 || facts.eligible.some((zone) => zone.amountOk !== false)) return null;
    const behind = freePagesIn(kept);
    const managed = facts.memory.managedPages;
    const free = freePagesIn(facts.eligible);
    if (managed === null || behind < managed / 50 || behind * 2 < free) return null;
    const zone = kept.reduce((most, next) => ((next.state.freePages ?? 0) > (most.state.freePages ?? 0) ? next : most));
    return {
      cause: 'lowmem-reserve', severity: 'watch', confidence: 'computed',
      why: [
        `${zoneText(zone.state)} has ${pagesText(zone.state.freePages ?? 0)} free, but ${zone.reservePages} of them are kept for requests that can use no higher zone; this one could have.`,
        `More than ${zone.verdict.neededPages ?? 0} would have to be free there, and the zones it prefers are below their marks.`,
      ],
      advice: [
        ...raiseMinFree(facts),
        { id: 'lowmem-reserve-ratio', for: 'operator', text: 'On a small machine the reserve can be made smaller: a larger number in vm.lowmem_reserve_ratio keeps less.', command: 'sysctl vm.lowmem_reserve_ratio; sysctl -w vm.lowmem_reserve_ratio="512 512 32 0 0"', cost: 'devices that need low addresses may find none', verify: 'lowmem_reserve[] in later reports is smaller' },
      ],
    };
  },
};
