import type { FailureEvent } from '@nopage/gfp';
import { fromElsewhere } from '../advice/owner.js';
import type { Facts } from '../facts.js';
import { isBefore } from '../kernel/version.js';
import type { Rule } from '../rule.js';
import { sizeText } from '../words.js';

/**
 * Does the report show that there are no blocks of its order? From 2.6.31 on a headline shows the contrary: an order
 * that the kernel does not have is a WARN and no report. Some kernels have more than ten (ARM boards, large pages).
 */
// mm/page_alloc.c, __alloc_pages_slowpath(): WARN_ON_ONCE(order >= MAX_ORDER), v2.6.31
function isBeyond({ zones }: FailureEvent, { order, age }: Facts): boolean {
  if (order === null || order <= 10) return false;
  const printed = zones.filter(({ freeBlocks }) => freeBlocks.length > 0);
  return printed.length > 0 ? printed.every(({ freeBlocks }) => freeBlocks.length <= order) : isBefore(age, '2.6.31');
}

/** Larger than any block there is: no amount of free memory helps. */
export const orderTooLarge: Rule = {
  name: 'order-too-large',
  source: 'mm/page_alloc.c, __alloc_pages_noprof(): WARN_ON_ONCE_GFP(order > MAX_PAGE_ORDER), v6.12',
  applies(event, facts) {
    const { order, pageBytes } = facts;
    if (event.kind !== 'order-too-large' && event.reason !== 'order-too-large' && !(event.kind === 'page-allocation-failure' && isBeyond(event, facts))) return null;
    const size = order === null ? 'a block' : `a block of order ${order} (${sizeText(2 ** order * pageBytes)})`;
    return {
      cause: 'size', severity: 'watch', confidence: 'computed',
      why: [`The code asked for ${size}; the allocator has none larger than its largest order (10 as a rule, 4 MiB), however much memory is free.`],
      means: 'The operation that asked for it fails every time; the machine is not short of memory.',
      advice: [...fromElsewhere(facts), {
        id: 'bound-size', for: 'developer',
        text: 'If the code is yours: check where the size comes from (a value from user space or from a device, an overflow), bound it, and use kvmalloc() for sizes this large.',
      }],
    };
  },
};
