import type { FailureEvent } from '@nopage/gfp';
import type { Facts } from '../facts.js';
import type { Finding, Rule } from '../rule.js';
import type { ZoneMath } from '../arithmetic.js';
import { defragment, reserveEarly, smallerBlocks } from '../advice/code.js';
import { receiveAdvice } from '../advice/network.js';
import { raiseMinFree } from '../advice/reserve.js';
import { pagesText, sizeText, zoneText } from '../words.js';

/** From this share on, in percent, a block of the order is luck. */
const MOSTLY_UNUSABLE = 90;

/** Share of the free memory, in percent, that lies in blocks too small for the order. Source: mm/vmstat.c, unusable_free_index(), v6.12 */
export function unusablePercent(zone: ZoneMath, order: number): number | null {
  const { freeBlocks } = zone.state;
  if (freeBlocks.length === 0) return null;
  let free = 0;
  let suitable = 0;
  freeBlocks.forEach((blocks, o) => {
    free += blocks.count * 2 ** o;
    if (o >= order) suitable += blocks.count * 2 ** o;
  });
  return free === 0 ? null : Math.floor(((free - suitable) * 1000) / free) / 10;
}

function severityOf(facts: Facts): Finding['severity'] {
  if (facts.path?.harm === 'broken') return 'act';
  return 'watch';
}

function advise(event: FailureEvent, facts: Facts): Finding['advice'] {
  const receive = receiveAdvice(event, facts);
  return [
    ...(facts.canSleep === false ? raiseMinFree(facts) : []),
    ...receive,
    ...defragment(facts),
    ...reserveEarly(facts),
    ...(receive.length > 0 ? [] : smallerBlocks(facts)),
  ];
}

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
    if (event.kind !== 'page-allocation-failure' || order === null || order <= 0) return null;
    const zone = facts.eligible
      .filter((candidate) => candidate.amountOk === true && candidate.blockOk === false)
      .reduce<ZoneMath | null>((most, next) => (most === null || (next.state.freePages ?? 0) > (most.state.freePages ?? 0) ? next : most), null);
    if (zone === null || facts.eligible.some((other) => other.verdict.allowed === true)) return null;
    const unusable = unusablePercent(zone, order);
    return {
      cause: 'fragmentation', severity: severityOf(facts), confidence: 'computed',
      why: [
        inWords(zone, order, facts.pageBytes),
        ...(unusable === null ? [] : [`${unusable} % of its free memory can not serve this order: fragmentation, not exhaustion.`]),
        ...(facts.canSleep === false ? ['The caller can not wait, so memory could not be moved together for it.'] : order > 3 ? ['Above order 3 the kernel tries once and then refuses; it kills nothing for such a request.'] : []),
      ],
      advice: advise(event, facts),
    };
  },
};

/** Blocks of the order are free by now, but so few that a moment ago there was none. */
export const latelyFragmented: Rule = {
  name: 'lately-fragmented',
  source: 'mm/page_alloc.c, warn_alloc(): the zones are printed after the failed walk; mm/vmstat.c, unusable_free_index(), v6.12',
  applies(event, facts) {
    const { order } = facts;
    if (event.kind !== 'page-allocation-failure' || order === null || order <= 0) return null;
    const granting = facts.eligible.filter((zone) => zone.verdict.allowed === true);
    const [zone] = granting;
    if (zone === undefined) return null;
    const unusable = unusablePercent(zone, order);
    if (unusable === null || unusable < MOSTLY_UNUSABLE || granting.some((other) => (unusablePercent(other, order) ?? 0) < MOSTLY_UNUSABLE)) return null;
    return {
      cause: 'fragmentation', severity: severityOf(facts), confidence: 'inferred',
      why: [
        `${zoneText(zone.state)}: ${unusable} % of its free memory can not serve this order. The few blocks that could were not there a moment before the zones were printed.`,
      ],
      advice: advise(event, facts),
    };
  },
};

/** No zones in the report, but mask and order say enough. */
export const likelyFragmentation: Rule = {
  name: 'likely-fragmentation',
  source: 'include/linux/mmzone.h, PAGE_ALLOC_COSTLY_ORDER, v6.12; https://lore.kernel.org/r/20061130150406.3d0b6afd@localhost.localdomain',
  applies(event, facts) {
    const { order } = facts;
    if (event.kind !== 'page-allocation-failure' || order === null || order <= 0) return null;
    if (facts.eligible.some((zone) => zone.verdict.allowed === true)) return null;
    if (facts.eligible.length > 0 && facts.eligible.every((zone) => zone.verdict.allowed !== null)) return null;
    if (facts.canSleep === true && order <= 3) return null;
    const block = sizeText(2 ** order * facts.pageBytes);
    return {
      cause: 'fragmentation', severity: severityOf(facts), confidence: 'inferred',
      why: [
        facts.canSleep === false
          ? `${block} in one piece for a caller that can not wait: nothing keeps such blocks ready, and none was free. Most likely fragmentation.`
          : `${block} in one piece (order ${order}): above order 3 the kernel tries once and then refuses, however much is free in smaller pieces. Most likely fragmentation.`,
      ],
      advice: advise(event, facts),
    };
  },
};
