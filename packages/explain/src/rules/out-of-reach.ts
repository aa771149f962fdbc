import type { Rule } from '../rule.js';
import { pagesText } from '../words.js';
import { freeElsewhere } from '../zones/zone-amounts.js';

/** Kernel memory can not come from the movable zone, however empty that is. */
export const outOfReach: Rule = {
  name: 'out-of-reach',
  source: 'mm/show_mem.c, show_free_areas(): max_zone_idx, v6.1',
  applies(event, facts) {
    const free = freeElsewhere(facts);
    if (event.kind !== 'page-allocation-failure' || facts.canSleep !== true || free === 0 || facts.eligible.some((zone) => zone.amountOk !== false)) return null;
    return {
      cause: 'zone-limit', severity: 'act', confidence: 'computed',
      why: [`${pagesText(free)} are free, but in zones or on nodes that this request may not use (kernel data can not live in zone Movable); what it may use is used up.`],
      advice: [{
        id: 'smaller-movable-zone', for: 'operator', text: 'Give less memory to the movable zone, so that more is for the kernel.', command: 'grep -A5 "zone *Movable" /proc/zoneinfo',
        persist: 'a smaller movablecore= (or a larger kernelcore=) on the kernel command line; for hot-added memory online_kernel instead of online_movable', cost: 'less memory can be unplugged, or used for huge pages', verify: 'Normal has more managed pages in /proc/zoneinfo',
      }],
    };
  },
};
