import type { FailureEvent } from '@nopage/gfp';
import { addNowarn, maySleepInstead } from '../advice/code.js';
import { findConsumer, swapAdvice } from '../advice/machine.js';
import { receiveAdvice } from '../advice/network.js';
import { dropBoost, raiseMinFree, raiseScaleFactor } from '../advice/reserve.js';
import { zfsAdvice } from '../advice/zfs.js';
import type { Role } from '../caller/roles.js';
import type { Facts } from '../facts.js';
import type { Finding, Rule } from '../rule.js';
import { lowerFirst, pagesText, sizeText } from '../words.js';
import { nearestZoneText } from '../zones/nearest-zone.js';
import { amountFailed, freeElsewhere, kernelGaveUp, nothingToFree, zonesTell } from '../zones/zone-amounts.js';

const FROM_TASKS: readonly Role[] = ['syscall', 'open', 'filesystem', 'page-fault', 'interface-up', 'ring-change'];

function severityOf(facts: Facts): Finding['severity'] {
  if (facts.path?.role === 'dma-map') return 'benign';
  return facts.path?.harm === 'broken' || facts.path?.role === 'reclaim' ? 'act' : 'watch';
}

function codeAdvice(facts: Facts): Finding['advice'] {
  if (facts.path?.role === 'dma-map') return addNowarn();
  const fromTask = facts.canSleep === false && facts.context === 'task' && facts.path !== null && FROM_TASKS.includes(facts.path.role);
  return fromTask ? maySleepInstead() : [];
}

function computedAtomic(event: FailureEvent, facts: Facts): Finding {
  const elsewhere = freeElsewhere(facts);
  const short = elsewhere === 0 && nothingToFree(event, facts);
  const gaveUp = short && facts.order === 0 && kernelGaveUp(event, facts);
  const boosted = facts.eligible.some((zone) => zone.amountOkWithout.boost);
  const cache = facts.memory.filePages;
  return {
    cause: 'atomic-reserve', severity: gaveUp ? 'act' : severityOf(facts), confidence: 'computed',
    ...(gaveUp ? { means: `Nothing is left to free, and programs are next.${facts.path === null ? '' : ` For now: ${lowerFirst(facts.path.consequence)}`}` } : {}),
    why: [
      facts.memory.minFreePages === 0
        ? 'The caller can not wait for memory to be freed, and nothing is set aside for such callers: min is 0 in every zone. By itself a kernel sets more; somebody set vm.min_free_kbytes to 0.'
        : facts.permits?.sleep === true
          ? 'The caller may use part of the reserve but not all of it, and in every zone free memory was below what it had to leave.'
          : 'The caller can not wait for memory to be freed, and in every zone the part of the reserve it may use was gone.',
      ...nearestZoneText(facts),
      ...(elsewhere > 0
        ? [`${pagesText(elsewhere)} are free in zones or on nodes that it may not use (zone Movable holds no kernel data).`]
        : short ? ['And there is next to nothing that could be freed: memory is really short.']
        : cache !== null && cache > 0 ? [`${sizeText(cache * facts.pageBytes)} of page cache could have been freed, but not in time: it was a burst.`] : []),
      ...(boosted ? ['Without the temporary boost of min it would have passed.'] : []),
    ],
    advice: [
      ...(short ? findConsumer(facts) : []),
      ...zfsAdvice(facts), ...raiseMinFree(facts), ...raiseScaleFactor(facts), ...(boosted ? dropBoost() : []), ...(short ? swapAdvice(facts) : receiveAdvice(facts)), ...codeAdvice(facts),
    ],
  };
}

function inferredAtomic(facts: Facts): Finding {
  return {
    cause: 'atomic-reserve', severity: severityOf(facts), confidence: 'inferred',
    why: [
      facts.permits?.sleep === true
        ? 'The request came while memory was being freed, and may use only part of the reserve; that part was gone.'
        : 'A single page for a caller that can not wait: such a request fails only when the reserve for it is used up, as a rule in a burst.',
    ],
    advice: [...zfsAdvice(facts), ...raiseMinFree(facts), ...raiseScaleFactor(facts), ...receiveAdvice(facts), ...codeAdvice(facts)],
  };
}

/** A caller that can't wait came when the reserve was used up: the ordinary kind. */
export const atomicReserve: Rule = {
  name: 'atomic-reserve',
  source: 'mm/page_alloc.c, __zone_watermark_ok(), v6.12; https://lore.kernel.org/r/20171130135016.dfzj2s7ngz55tfws@dhcp22.suse.cz',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure' || facts.permits === null || facts.permits.reserves === 'all') return null;
    const lowOnReserve = facts.permits.sleep && facts.permits.reserves !== 'none' && (facts.path?.role === 'reclaim' || facts.has('__GFP_NOMEMALLOC'));
    if (facts.permits.sleep && !lowOnReserve) return null;
    const told = zonesTell(facts);
    if (told ? !amountFailed(facts) : !(facts.order === null || facts.order === 0)) return null;
    return told ? computedAtomic(event, facts) : inferredAtomic(facts);
  },
};
