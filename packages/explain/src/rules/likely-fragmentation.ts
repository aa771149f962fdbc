import { fragmented } from '../advice/fragmentation.js';
import type { Rule } from '../rule.js';
import { sizeText } from '../words.js';
import { blocksAlone } from '../zones/blocks-alone.js';

/** No zones in the report, but mask and order say enough. */
export const likelyFragmentation: Rule = {
  name: 'likely-fragmentation',
  source: 'include/linux/mmzone.h, PAGE_ALLOC_COSTLY_ORDER, v6.12; https://lore.kernel.org/r/20061130150406.3d0b6afd@localhost.localdomain',
  applies(event, facts) {
    const { order } = facts;
    if (event.kind !== 'page-allocation-failure' || order === null || order <= 0 || facts.granting.length > 0) return null;
    if (facts.eligible.length > 0 && facts.eligible.every((zone) => zone.verdict.allowed !== null)) return null;
    const alone = blocksAlone(facts);
    const cutUp = alone?.cutUp === true;
    if (facts.canSleep === true && order <= 3 && !cutUp) return null;
    const block = sizeText(2 ** order * facts.pageBytes);
    const piece = `${block} in one piece (order ${order})`;
    return fragmented(facts, 'inferred', [
      cutUp ? `${piece}: no block of that size is listed that this request could have had, and ${sizeText(alone.freePages * facts.pageBytes)} in others. Most likely fragmentation.`
        : facts.canSleep === false ? `${block} in one piece for a caller that can not wait: nothing keeps such blocks ready, and none was free. Most likely fragmentation.`
        : order <= 3 ? `${piece}: blocks of several pages run out long before single pages do. Most likely fragmentation.`
          : `${piece}: above order 3 the kernel tries once and then refuses, however much is free in smaller pieces. Most likely fragmentation.`,
    ]);
  },
};
