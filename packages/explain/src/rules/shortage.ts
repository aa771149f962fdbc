import type { FailureEvent } from '@nopage/gfp';
import type { Facts } from '../facts.js';
import type { Role } from '../roles.js';
import type { Finding, Rule } from '../rule.js';
import { addNowarn, maySleepInstead } from '../advice/code.js';
import { findConsumer, moreMemory, swapAdvice } from '../advice/machine.js';
import { receiveAdvice } from '../advice/network.js';
import { dropBoost, raiseMinFree, raiseScaleFactor } from '../advice/reserve.js';
import { pagesText, sizeText, zoneText } from '../words.js';
import { freeElsewhere } from './zone-limit.js';

/** Every zone that was tested failed by amount, and at least one was. */
function amountFailed(facts: Facts): boolean {
  const tested = facts.eligible.filter((zone) => zone.amountOk !== null);
  return tested.length > 0 && tested.every((zone) => zone.amountOk === false);
}

/** The zone that came nearest to serving the request, in a sentence with its two numbers. */
export function nearestZone(facts: Facts): string[] {
  const tested = facts.eligible.filter((zone) => zone.verdict.usablePages !== null && zone.verdict.neededPages !== null);
  const gap = (zone: (typeof tested)[number]): number => (zone.verdict.neededPages ?? 0) - (zone.verdict.usablePages ?? 0);
  const [first] = [...tested].sort((a, b) => gap(a) - gap(b));
  if (first === undefined) return [];
  const more = tested.length > 1 ? ' No other zone came nearer.' : '';
  return [`${zoneText(first.state)}: ${pagesText(Math.max(first.verdict.usablePages ?? 0, 0))} free for this request, more than ${first.verdict.neededPages ?? 0} needed.${more}`];
}

/** Is there nothing left that reclaim could free? */
export function nothingToFree(event: FailureEvent, { memory, eligible }: Facts): boolean {
  const { managedPages, filePages, swapTotalPages, swapFreePages, anonPages } = memory;
  const nodes = event.nodes ?? [];
  if (nodes.length > 0 && nodes.every((node) => node.allUnreclaimable === true)) return true;
  if (eligible.length > 0 && eligible.every(({ state }) => state.counters['all_unreclaimable'] === 1)) return true;
  if (managedPages === null || filePages === null) return false;
  const noSwap = swapTotalPages !== null && (swapTotalPages === 0 || (swapFreePages !== null && swapFreePages * 50 < swapTotalPages));
  return filePages * 50 < managedPages && (noSwap || (anonPages !== null && anonPages * 50 < managedPages));
}

/** No watermark holds against the caller, and there was still no page. */
export const reservesGone: Rule = {
  name: 'reserves-gone',
  source: 'mm/page_alloc.c, __gfp_pfmemalloc_flags(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure') return null;
    const all = facts.permits?.reserves === 'all';
    const size = 2 ** (facts.order ?? 0);
    const free = facts.eligible.reduce((sum, zone) => sum + (zone.state.freePages ?? 0), 0);
    const known = facts.eligible.some((zone) => zone.state.freePages !== null);
    const gone = known ? free < size && (all || size <= 8) : all;
    if (!gone && !(all && facts.eligible.every((zone) => zone.blockOk === false))) return null;
    const why = !known
      ? 'The caller may take the last page, because it helps to free memory, and was refused: even the reserves were gone.'
      : free < size
        ? `Only ${pagesText(free)} ${free === 1 ? 'is' : 'are'} free in all zones it may use, and it asked for ${pagesText(size)}: even the reserves are gone.`
        : `The caller may take the last page, because it helps to free memory, and no block of order ${facts.order ?? 0} was left.`;
    return {
      cause: free < size * 4 ? 'exhausted' : 'fragmentation', severity: 'act', confidence: known ? 'computed' : 'inferred', why: [why],
      means: all ? 'Writing memory out to free it may itself stop for want of memory: the machine can hang.' : 'Whoever asks for memory now is refused or waits; the machine can hang.',
      advice: [...raiseMinFree(facts), ...findConsumer(facts), ...swapAdvice(facts)],
    };
  },
};

/** The kernel that saves a crash dump, or a machine with hardly any memory. */
export const tinyMachine: Rule = {
  name: 'tiny-machine',
  source: 'Documentation/admin-guide/kdump/kdump.rst, v6.12',
  applies(event, facts) {
    const { managedPages } = facts.memory;
    if (event.kind !== 'page-allocation-failure' || facts.order === null) return null;
    const bytes = managedPages === null ? null : managedPages * facts.pageBytes;
    const tiny = bytes !== null && bytes < 16 * 2 ** 20 && 2 ** facts.order * facts.pageBytes * 8 > bytes;
    if (!tiny && !(facts.crashKernel && amountFailed(facts))) return null;
    return {
      cause: 'exhausted', severity: 'act', confidence: 'computed',
      why: [
        `${facts.crashKernel ? 'The crash kernel' : 'The machine'} has ${bytes === null ? 'very little memory' : sizeText(bytes)} in all, and ${sizeText(2 ** facts.order * facts.pageBytes)} in one piece is a large part of it.`,
        ...nearestZone(facts),
      ],
      advice: [
        ...(facts.path?.role === 'boot' || event.comm === 'swapper/0' || event.comm === 'swapper' ? [{ id: 'smaller-initramfs', for: 'operator' as const, text: 'If this happens while booting: make the initramfs smaller; it is unpacked into the same memory.' }] : []),
        ...moreMemory(facts),
      ],
    };
  },
};

/** A caller that can't wait came when the reserve was used up: the ordinary kind. */
export const atomicReserve: Rule = {
  name: 'atomic-reserve',
  source: 'mm/page_alloc.c, __zone_watermark_ok(), v6.12; https://lore.kernel.org/r/20171130135016.dfzj2s7ngz55tfws@dhcp22.suse.cz',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure' || facts.permits === null || facts.permits.reserves === 'all') return null;
    const lowOnReserve = facts.permits.sleep && facts.permits.reserves !== 'none' && (facts.path?.role === 'reclaim' || facts.has('__GFP_NOMEMALLOC'));
    if (facts.permits.sleep && !lowOnReserve) return null;
    if (facts.zones.length > 0 ? !amountFailed(facts) : !(facts.order === null || facts.order === 0)) return null;
    return facts.zones.length > 0 ? computedAtomic(event, facts) : inferredAtomic(event, facts);
  },
};

function severityOf(facts: Facts): Finding['severity'] {
  if (facts.path?.role === 'dma-map') return 'benign';
  return facts.path?.harm === 'broken' || facts.path?.role === 'reclaim' ? 'act' : 'watch';
}

const FROM_TASKS: readonly Role[] = ['syscall', 'open', 'filesystem', 'page-fault', 'ring-change'];

function codeAdvice(facts: Facts): Finding['advice'] {
  if (facts.path?.role === 'dma-map') return addNowarn();
  const fromTask = facts.canSleep === false && facts.context === 'task' && facts.path !== null && FROM_TASKS.includes(facts.path.role);
  return fromTask ? maySleepInstead() : [];
}

function computedAtomic(event: FailureEvent, facts: Facts): Finding {
  const elsewhere = freeElsewhere(facts);
  const short = elsewhere === 0 && nothingToFree(event, facts);
  const boosted = facts.eligible.some((zone) => zone.amountOkWithout.boost);
  const cache = facts.memory.filePages;
  return {
    cause: 'atomic-reserve', severity: severityOf(facts), confidence: 'computed',
    why: [
      facts.permits?.sleep === true
        ? 'The caller may use part of the reserve but not all of it, and in every zone free memory was below what it had to leave.'
        : 'The caller can not wait for memory to be freed, and in every zone the part of the reserve it may use was gone.',
      ...nearestZone(facts),
      ...(elsewhere > 0
        ? [`${pagesText(elsewhere)} are free in zones or on nodes that it may not use (zone Movable holds no kernel data).`]
        : short ? ['And there is next to nothing that could be freed: memory is really short.']
        : cache !== null && cache > 0 ? [`${sizeText(cache * facts.pageBytes)} of page cache could have been freed, but not in time: it was a burst.`] : []),
      ...(boosted ? ['Without the temporary boost of min it would have passed.'] : []),
    ],
    advice: [
      ...(short ? findConsumer(facts) : []),
      ...raiseMinFree(facts), ...raiseScaleFactor(facts), ...(boosted ? dropBoost() : []), ...receiveAdvice(event, facts), ...codeAdvice(facts),
      ...(short ? swapAdvice(facts) : []),
    ],
  };
}

function inferredAtomic(event: FailureEvent, facts: Facts): Finding {
  return {
    cause: 'atomic-reserve', severity: severityOf(facts), confidence: 'inferred',
    why: [
      facts.permits?.sleep === true
        ? 'The request came while memory was being freed, and may use only part of the reserve; that part was gone.'
        : 'A single page for a caller that can not wait: such a request fails only when the reserve for it is used up, as a rule in a burst.',
    ],
    advice: [...raiseMinFree(facts), ...raiseScaleFactor(facts), ...receiveAdvice(event, facts), ...codeAdvice(facts)],
  };
}

/** A caller that may wait found too little, and waiting did not help. */
export const exhausted: Rule = {
  name: 'exhausted',
  source: 'mm/page_alloc.c, __alloc_pages_slowpath(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure' || !facts.permits?.sleep) return null;
    if (facts.zones.length === 0) {
      if (facts.order === null || facts.order > 3) return null;
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
