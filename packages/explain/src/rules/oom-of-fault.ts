import { upgrade } from '../advice/upgrade.js';
import { killsForFault } from '../event-detail.js';
import type { Advice } from '../explanation.js';
import { mostHeld } from '../message/most-held.js';
import type { Rule } from '../rule.js';
import { allShort, amountFailed, whatIsFree } from '../zones/zone-amounts.js';

const readBefore = (): Advice => ({
  id: 'read-before', for: 'operator', text: 'Read what the kernel wrote before: a control group at its limit, a driver without memory of its own and a damaged swap entry are told there.',
  command: 'journalctl -k --no-pager | grep -B40 "gfp_mask=0x0"',
});

/** A kill by the handler of page faults: nobody asked for a page, and memory need not have been short. */
export const oomOfFault: Rule = {
  name: 'oom-of-fault',
  source: 'mm/oom_kill.c, pagefault_out_of_memory(), v5.15; it kills nobody since v5.16 (commit 60e2793d440a)',
  applies(event, facts) {
    if (!killsForFault(event) || amountFailed(facts) || allShort(facts)) return null;
    return {
      cause: 'unknown', severity: 'act', confidence: 'inferred',
      why: [
        'The empty mask is that of the page fault handler, not of a request for a page: something below it gave up (VM_FAULT_OOM), and kernels before 5.16 kill a process then, whether memory is short or not.',
        ...whatIsFree(facts), ...mostHeld(event),
      ],
      advice: [
        readBefore(),
        // The report itself tells that the kernel is older.
        upgrade(event, { fixedIn: '5.16', text: 'it tries such a fault again, and kills nobody.' }),
      ],
    };
  },
};
