import { findConsumer } from '../advice/machine.js';
import type { Facts } from '../facts.js';
import type { Rule } from '../rule.js';
import { spanText } from '../words.js';

/** Does the program itself wait, in the page fault, and not the thread that collects huge pages? */
function inPageFault({ comm, frames }: Facts): boolean {
  return !/^khugepaged\d*$/.test(comm ?? '') && frames.all.some((name) => /^_*(?:handle_mm_fault|do_page_fault|do_huge_pmd_(?:wp|anonymous)_page\w*)$/.test(name));
}

/** 4.9 to 4.13 print how long a request waits: it is slow, it has not failed. */
export const allocationStall: Rule = {
  name: 'allocation-stall',
  source: 'mm/page_alloc.c, __alloc_pages_slowpath(), v4.12; https://lore.kernel.org/r/20170201152742.GA3728@dhcp22.suse.cz',
  applies(event, facts) {
    if (event.kind !== 'allocation-stall') return null;
    const ms = event.detail['stallMs'];
    const span = typeof ms === 'number' ? ` for ${spanText(ms)}` : '';
    const huge = facts.path?.role === 'huge-page' || (facts.order !== null && facts.order >= 9);
    if (huge && inPageFault(facts)) {
      return {
        cause: 'opportunistic', severity: 'act', confidence: 'inferred',
        why: [
          `A program touched memory and has waited${span} for a huge page to be made for it. It would run with small pages, but is told to wait for the huge one.`,
          ...(facts.permits?.thisNode === true ? ['The page has to come from one node (__GFP_THISNODE): memory is moved and swapped out there while other nodes may have plenty.'] : []),
        ],
        means: 'That program hangs for as long as the message says.',
        advice: [{
          id: 'defer-huge-pages', for: 'operator', text: 'Have huge pages made in the background only, not while a program waits.',
          command: 'echo defer > /sys/kernel/mm/transparent_hugepage/defrag', persist: 'write the same word at each boot (a systemd-tmpfiles line); transparent_hugepage=never on the kernel command line goes further',
          cost: 'programs get their huge pages later', verify: 'no new stalls, and compact_stall in /proc/vmstat stands still',
        }],
      };
    }
    if (huge) {
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
