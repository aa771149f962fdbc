import { fragmented } from '../advice/fragmentation.js';
import type { Rule } from '../rule.js';
import { zoneText } from '../words.js';
import { unusablePercent } from '../zones/unusable-percent.js';

/** From this share on, in percent, a block of the order is luck. */
const MOSTLY_UNUSABLE = 90;

/** Blocks of the order are free by now, but so few that a moment ago there was none. */
export const latelyFragmented: Rule = {
  name: 'lately-fragmented',
  source: 'mm/page_alloc.c, warn_alloc(): the zones are printed after the failed walk; mm/vmstat.c, unusable_free_index(), v6.12',
  applies(event, facts) {
    const { order } = facts;
    if (event.kind !== 'page-allocation-failure' || order === null || order <= 0) return null;
    const [zone] = facts.granting;
    if (zone === undefined) return null;
    const unusable = unusablePercent(zone, order);
    if (unusable === null || unusable < MOSTLY_UNUSABLE || facts.granting.some((other) => (unusablePercent(other, order) ?? 0) < MOSTLY_UNUSABLE)) return null;
    return fragmented(facts, 'inferred', [
      `${zoneText(zone.state)}: ${unusable} % of its free memory can not serve this order. The few blocks that could were not there a moment before the zones were printed.`,
    ]);
  },
};
