import { smallerBlocks } from '../advice/code.js';
import { defragment } from '../advice/large-blocks.js';
import { receiveAdvice } from '../advice/network.js';
import { raiseMinFree } from '../advice/reserve.js';
import type { Rule } from '../rule.js';
import { pagesText, zoneText } from '../words.js';
import { servedByNow } from '../zones/zone-amounts.js';

/** The numbers in the report would allow the request. */
export const transient: Rule = {
  name: 'transient',
  source: 'mm/page_alloc.c, warn_alloc(): the zones are printed after the failed walk, v6.12',
  applies(event, facts) {
    const [zone] = facts.granting;
    if (event.kind !== 'page-allocation-failure' || zone === undefined) return null;
    const later = servedByNow(facts);
    const harm = facts.path?.harm;
    return {
      cause: 'transient', severity: harm === 'broken' ? 'act' : facts.canSleep === false && harm === 'absorbed' && facts.path?.role === 'dma-map' ? 'benign' : 'watch', confidence: 'computed',
      why: [
        ...(later === null ? [] : [later]),
        `${zoneText(zone.state)}: ${pagesText(zone.verdict.usablePages ?? zone.state.freePages ?? 0)} free for this request, more than ${zone.verdict.neededPages ?? 0} needed.`,
      ],
      advice: facts.canSleep === false ? [...raiseMinFree(facts), ...receiveAdvice(facts)] : facts.order === null || facts.order === 0 ? [] : [...defragment(facts), ...smallerBlocks(facts)],
    };
  },
};
