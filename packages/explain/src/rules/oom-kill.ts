import { findConsumer, moreMemory, swapAdvice } from '../advice/machine.js';
import type { Rule } from '../rule.js';
import { sizeText } from '../words.js';

/** The OOM killer ran for the whole machine, or for the nodes a task is confined to. */
export const oomKill: Rule = {
  name: 'oom-kill',
  source: 'mm/oom_kill.c, out_of_memory(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'oom-kill') return null;
    const { memory } = facts;
    const noSwap = memory.swapTotalPages === 0 || (memory.swapTotalPages !== null && memory.swapFreePages !== null && memory.swapFreePages < memory.swapTotalPages / 50);
    const { order } = facts;
    const inPieces = event.zones.length === 0 && order !== null && order > 0;
    return {
      cause: 'exhausted', severity: 'act', confidence: event.zones.length > 0 ? 'computed' : inPieces ? 'guess' : 'inferred',
      why: [
        'A request that may sleep found nothing left to free, so the kernel killed a process to go on.',
        ...(inPieces ? [`It wanted ${sizeText(2 ** order * facts.pageBytes)} in one piece: there may have been enough in smaller ones, and only the zones (Mem-Info) would tell.`] : []),
        ...(noSwap ? [memory.swapTotalPages === 0 ? 'There is no swap.' : 'Swap is full.'] : []),
      ],
      advice: [...findConsumer(facts), ...swapAdvice(facts), ...moreMemory(facts)],
    };
  },
};
