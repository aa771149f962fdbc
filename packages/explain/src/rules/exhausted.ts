import { findConsumer, moreMemory, swapAdvice } from '../advice/machine.js';
import { dropBoost } from '../advice/reserve.js';
import type { Rule } from '../rule.js';
import { amountFailed, nearestZone, nothingToFree } from '../zone-amounts.js';

/** A caller that may wait found too little, and waiting did not help. */
export const exhausted: Rule = {
  name: 'exhausted',
  source: 'mm/page_alloc.c, __alloc_pages_slowpath(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure' || !facts.permits?.sleep) return null;
    if (facts.zones.length === 0) {
      if (facts.order === null) return null;
      if (facts.memory.filePages !== null && nothingToFree(event, facts)) {
        return {
          cause: 'exhausted', severity: 'act', confidence: 'inferred',
          why: [`There is next to nothing left that could be freed${facts.memory.swapFreePages === 0 ? ', and no free swap' : ''}: memory is used up, whatever the size of the request.`],
          advice: [...findConsumer(facts), ...swapAdvice(facts), ...moreMemory(facts)],
        };
      }
      if (facts.order > 3) return null;
      return {
        cause: 'exhausted', severity: 'act', confidence: 'guess',
        why: [`A request of order ${facts.order} that may wait is not refused lightly: memory was exhausted, or the task was just being killed.`],
        advice: [{ id: 'check-oom', for: 'operator', text: 'Look for "oom-killer" and "Killed process" near this report: they name who held the memory.', command: 'dmesg | grep -iE "oom|killed process"' }, ...findConsumer(facts)],
      };
    }
    if (!amountFailed(facts)) return null;
    const boosted = facts.eligible.some((zone) => zone.amountOkWithout.boost);
    const large = facts.order !== null && facts.order > 3;
    return {
      cause: 'exhausted', severity: large && facts.path?.harm !== 'broken' ? 'watch' : 'act', confidence: 'computed',
      why: [
        `Even after trying to free memory, every zone had too little${large ? ' for a block of this size' : ''}.`,
        ...nearestZone(facts),
        ...(nothingToFree(event, facts) ? ['There is next to nothing left that could be freed.'] : []),
        ...(boosted ? ['Without the temporary boost of min it would have passed.'] : []),
      ],
      advice: [...findConsumer(facts), ...swapAdvice(facts), ...(boosted ? dropBoost() : []), ...moreMemory(facts)],
    };
  },
};
