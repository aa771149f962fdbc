import { fragmented } from '../advice/fragmentation.js';
import type { Rule } from '../rule.js';
import { pagesText, sizeText, zoneText } from '../words.js';
import { unusablePercent } from '../zones/unusable-percent.js';
import type { ZoneMath } from '../zones/zone-math.js';

function inWords(zone: ZoneMath, order: number, pageBytes: number): string {
  const free = zone.state.freePages ?? 0;
  const block = sizeText(2 ** order * pageBytes);
  if (zone.refusedBy !== null) {
    const { freePages, needPages } = zone.refusedBy;
    const blocks = zone.state.freeBlocks.slice(order).reduce((sum, one) => sum + one.count, 0);
    return `${zoneText(zone.state)}: ${pagesText(free)} free, ${blocks === 1 ? 'one block' : `${blocks} blocks`} big enough, and still refused: `
      + `with smaller blocks left out ${pagesText(Math.max(freePages, 0))} ${freePages === 1 ? 'counts' : 'count'}, and more than ${needPages} must.`;
  }
  const largest = zone.largestBlockOrder ?? -1;
  const size = largest < 0 ? 'there is no free block' : `the largest free block is ${sizeText(2 ** largest * pageBytes)}`;
  return largest >= order
    ? `${zoneText(zone.state)}: ${sizeText(free * pageBytes)} free, but no block of ${block} that this request may use (only type ${zone.bigBlockTypes}).`
    : `${zoneText(zone.state)}: ${sizeText(free * pageBytes)} free, but not ${block} in one piece: ${size}.`;
}

/** Enough is free, but not in one piece. */
export const fragmentation: Rule = {
  name: 'fragmentation',
  source: 'mm/page_alloc.c, __zone_watermark_ok(); mm/vmstat.c, unusable_free_index(), v6.12',
  applies(event, facts) {
    const { order } = facts;
    if (event.kind !== 'page-allocation-failure' || order === null || order <= 0 || facts.granting.length > 0) return null;
    const zone = facts.eligible
      .filter((candidate) => candidate.amountOk === true && candidate.blockOk === false)
      .reduce<ZoneMath | null>((most, next) => (most === null || (next.state.freePages ?? 0) > (most.state.freePages ?? 0) ? next : most), null);
    if (zone === null) return null;
    const unusable = unusablePercent(zone, order);
    return fragmented(facts, 'computed', [
      inWords(zone, order, facts.pageBytes),
      ...(unusable === null ? [] : [`${zoneText(zone.state)}: ${unusable} % of the free memory is in blocks too small for this order.`]),
      ...(facts.canSleep === false ? ['The caller can not wait, so memory could not be moved together for it.'] : order > 3 ? ['Above order 3 the kernel tries once and then refuses; it kills nothing for such a request.'] : []),
    ]);
  },
};
