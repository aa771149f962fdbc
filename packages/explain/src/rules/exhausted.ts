import type { FailureEvent } from '@nopage/gfp';
import { smallerBlocks } from '../advice/code.js';
import { collectMore } from '../advice/collect-more.js';
import { findConsumer, moreMemory, swapAdvice } from '../advice/machine.js';
import { dropBoost } from '../advice/reserve.js';
import { zfsAdvice } from '../advice/zfs.js';
import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import { isBefore } from '../kernel/version.js';
import type { Finding, Rule } from '../rule.js';
import { blocksAlone } from '../zones/blocks-alone.js';
import { freePagesIn } from '../zones/free-pages.js';
import { nearestZoneText } from '../zones/nearest-zone.js';
import { allShort, amountFailed, nothingToFree, zonesTell } from '../zones/zone-amounts.js';

/** The kernel's own words on who was killed: 2.4 had no OOM report. */
function whoWasKilled({ age }: Facts): Advice {
  if (isBefore(age, '2.5.0')) return { id: 'check-oom', for: 'operator', text: 'Look for "VM: killing process" near this report: it names whom the page was for.', command: 'dmesg | grep "VM: killing"' };
  return { id: 'check-oom', for: 'operator', text: 'Look for "oom-killer" and "Killed process" near this report: they name who held the memory.', command: 'dmesg | grep -iE "oom|killed process"' };
}

/** Without what the zones tell: by what the summary holds, or by what a small request that may wait is never refused for. */
function byTheSummary(event: FailureEvent, facts: Facts): Finding | null {
  if (facts.order === null) return null;
  if (facts.memory.filePages !== null && nothingToFree(event, facts)) {
    return {
      cause: 'exhausted', severity: 'act', confidence: 'inferred',
      why: [`There is next to nothing left that could be freed${facts.memory.swapFreePages === 0 ? ', and no free swap' : ''}: memory is used up, whatever the size of the request.`],
      advice: [...findConsumer(facts), ...swapAdvice(facts), ...moreMemory(facts)],
    };
  }
  if (facts.order > 3 || (facts.order > 0 && blocksAlone(facts)?.cutUp === true)) return null;
  return {
    cause: 'exhausted', severity: 'act', confidence: 'guess',
    why: [`A request of order ${facts.order} that may wait is not refused lightly: memory was exhausted, or the task was just being killed.`],
    advice: [...(typeof event.detail['victim'] === 'string' ? [] : [whoWasKilled(facts)]), ...zfsAdvice(facts), ...findConsumer(facts)],
  };
}

/** Without a mask that can be read: by the marks alone. */
function byTheMarks(facts: Facts): Finding | null {
  if (!allShort(facts)) return null;
  return {
    cause: 'exhausted', severity: 'watch', confidence: 'guess',
    why: ['What the request was allowed is not known; every zone is at or below its min mark and what it keeps back, so memory was short when it was refused.'],
    advice: [...findConsumer(facts), ...collectMore(['a mask that can be read'], facts)],
  };
}

/** Little more than the marks is free, and nothing can be added to it: blocks can not be made, whatever lies where. */
function isSpent(event: FailureEvent, facts: Facts): boolean {
  const free = freePagesIn(facts.eligible);
  const high = facts.eligible.reduce((sum, { state }) => sum + (state.highPages ?? 0), 0);
  return facts.eligible.every(({ verdict }) => verdict.allowed === false) && free <= high && nothingToFree(event, facts);
}

/** A caller that may wait found too little, and waiting did not help. */
export const exhausted: Rule = {
  name: 'exhausted',
  source: 'mm/page_alloc.c, __alloc_pages_slowpath(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure') return null;
    if (facts.permits === null) return byTheMarks(facts);
    if (!facts.permits.sleep) return null;
    if (!zonesTell(facts)) return byTheSummary(event, facts);
    const short = amountFailed(facts);
    if (!short && !isSpent(event, facts)) return null;
    const boosted = facts.eligible.some((zone) => zone.amountOkWithout.boost);
    const large = facts.order !== null && facts.order > 3;
    const nothingLeft = nothingToFree(event, facts);
    return {
      cause: 'exhausted', severity: large && !nothingLeft && facts.path?.harm !== 'broken' ? 'watch' : 'act', confidence: 'computed',
      why: [
        ...(short ? [`Even after trying to free memory, every zone had too little${large ? ' for a block of this size' : ''}.`, ...nearestZoneText(facts)] : ['Hardly more is free than the kernel keeps back, so that no block of this size can be made.']),
        ...(nothingLeft ? ['There is next to nothing left that could be freed.'] : []),
        ...(boosted ? ['Without the temporary boost of min it would have passed.'] : []),
      ],
      advice: [...zfsAdvice(facts), ...findConsumer(facts), ...swapAdvice(facts), ...(boosted ? dropBoost() : []), ...moreMemory(facts), ...(large ? smallerBlocks(facts) : [])],
    };
  },
};
