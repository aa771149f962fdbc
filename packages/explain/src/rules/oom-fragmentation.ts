import { smallerBlocks } from '../advice/code.js';
import { defragment } from '../advice/large-blocks.js';
import { lowmemAdvice } from '../advice/lowmem.js';
import { findConsumer } from '../advice/machine.js';
import type { Facts } from '../facts.js';
import type { Rule } from '../rule.js';
import { sizeText } from '../words.js';
import { blocksAlone } from '../zones/blocks-alone.js';
import { whatIsFree } from '../zones/zone-amounts.js';
import type { ZoneMath } from '../zones/zone-math.js';

/** Where the marks are not printed: what is more than any machine but a large server keeps back. 16 MiB of the usual pages. */
const MUCH_PAGES = 4096;

/** Is memory in pieces where most of it is? A low zone that would serve the request a moment later may only just pass. */
function isCutUp({ eligible, granting }: Facts): boolean {
  const size = ({ state }: ZoneMath): number => state.managedPages ?? state.presentPages ?? 0;
  const largest = (zones: readonly ZoneMath[]): number => Math.max(-1, ...zones.map(size));
  return largest(eligible.filter(({ blockOk }) => blockOk === false)) > largest(granting);
}

/** A kill for a block of memory in one piece, with enough memory in smaller ones. */
export const oomFragmentation: Rule = {
  name: 'oom-fragmentation',
  source: 'mm/page_alloc.c, __alloc_pages_may_oom(): orders up to PAGE_ALLOC_COSTLY_ORDER, v6.12',
  applies(event, facts) {
    const { order, eligible } = facts;
    if (event.kind !== 'oom-kill' || order === null || order <= 0) return null;
    const cutUp = isCutUp(facts);
    if (facts.granting.length > 0 && !cutUp) return null;
    // The line with the blocks is lost, but a kill comes only when the high mark can not be met in one piece either.
    const blocksLost = eligible.some(({ amountOk, blockOk, state }) => amountOk === true && blockOk === null && (state.freePages ?? 0) > (state.highPages ?? Infinity));
    const alone = blocksAlone(facts);
    const onlyListed = alone?.cutUp === true && alone.freePages >= MUCH_PAGES;
    if (!cutUp && !blocksLost && !onlyListed) return null;
    return {
      cause: 'fragmentation', severity: 'act', confidence: cutUp ? 'computed' : onlyListed ? 'guess' : 'inferred',
      why: [onlyListed
        ? `${sizeText(alone.freePages * facts.pageBytes)} are listed as free, in blocks too small for order ${order} or kept for others: the kernel killed a process in the hope of getting one.`
        : `Enough memory is free, but ${cutUp ? 'no' : 'most likely no'} block of order ${order}: the kernel killed a process in the hope of getting one.`, ...whatIsFree(facts)],
      advice: [...lowmemAdvice(facts), ...defragment(facts), ...findConsumer(facts).filter(({ id }) => id === 'find-slab'), ...smallerBlocks(facts)],
    };
  },
};
