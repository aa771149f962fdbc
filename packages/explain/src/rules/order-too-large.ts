import type { Rule } from '../rule.js';
import { sizeText } from '../words.js';

/** Larger than any block there is: no amount of free memory helps. */
export const orderTooLarge: Rule = {
  name: 'order-too-large',
  source: 'mm/page_alloc.c, __alloc_pages_noprof(): WARN_ON_ONCE_GFP(order > MAX_PAGE_ORDER), v6.12',
  applies(event, { order, pageBytes }) {
    const beyond = order !== null && order > 10 && event.zones.every((zone) => zone.freeBlocks.length <= order) && event.kind === 'page-allocation-failure';
    if (event.kind !== 'order-too-large' && event.reason !== 'order-too-large' && !beyond) return null;
    const size = order === null ? 'a block' : `a block of order ${order} (${sizeText(2 ** order * pageBytes)})`;
    return {
      cause: 'size', severity: 'watch', confidence: 'computed',
      why: [`The code asked for ${size}; the allocator has none larger than its largest order (10 as a rule, 4 MiB), however much memory is free.`],
      means: 'The operation that asked for it fails every time; the machine is not short of memory.',
      advice: [{
        id: 'bound-size', for: 'developer',
        text: 'If the code is yours: check where the size comes from (a value from user space or from a device, an overflow), bound it, and use kvmalloc() for sizes this large.',
      }],
    };
  },
};
