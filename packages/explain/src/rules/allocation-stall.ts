import { findConsumer } from '../advice/machine.js';
import type { Rule } from '../rule.js';
import { spanText } from '../words.js';

/** 4.9 to 4.13 print how long a request waits: it is slow, it has not failed. */
export const allocationStall: Rule = {
  name: 'allocation-stall',
  source: 'mm/page_alloc.c, __alloc_pages_slowpath(), v4.12; https://lore.kernel.org/r/20170201152742.GA3728@dhcp22.suse.cz',
  applies(event, facts) {
    if (event.kind !== 'allocation-stall') return null;
    const ms = event.detail['stallMs'];
    const span = typeof ms === 'number' ? ` for ${spanText(ms)}` : '';
    if (facts.path?.role === 'huge-page' || (facts.order !== null && facts.order >= 9)) {
      return {
        cause: 'opportunistic', severity: 'benign', confidence: 'inferred',
        why: [`A request for a huge page has waited${span}. Nothing failed: huge pages are optional, and the thread that collects them runs at low priority.`],
        means: 'Programs run with small pages meanwhile.',
        advice: [{ id: 'upgrade-kernel', for: 'operator', text: 'Kernels from 4.14 no longer print this message.' }],
      };
    }
    const { memory } = facts;
    const fewFile = memory.filePages !== null && memory.managedPages !== null && memory.filePages < memory.managedPages / 20;
    return {
      cause: 'exhausted', severity: 'act', confidence: event.zones.length > 0 ? 'computed' : 'inferred',
      why: [
        `A request that may sleep has waited${span}: nothing failed, but memory is freed more slowly than it is asked for.`,
        ...(fewFile ? ['There is next to no page cache left to free.'] : []),
        'Often the disk is the bottleneck: reclaim waits for writes, or for file system metadata.',
      ],
      means: 'Programs that need memory hang for as long as the message says.',
      advice: [
        { id: 'check-io', for: 'operator', text: 'Look at the disk first: if it is saturated, memory can not be freed in time. Fewer writers, or earlier write-back (vm.dirty_background_bytes).', command: 'iostat -x 5; grep -E "Dirty|Writeback" /proc/meminfo', verify: 'Dirty falls, and no new stalls are printed' },
        ...findConsumer(facts),
      ],
    };
  },
};
