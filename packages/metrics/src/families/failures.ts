import { single, type Family } from '../family.js';

/** What failed, what was said about it, and what was made to fail. */
export const failureFamilies: readonly Family[] = [
  {
    name: 'nopage_alloc_failures_total',
    help: 'Allocation requests that were refused, by the first caller outside the allocator, block order and cause.',
    type: 'counter',
    unit: null,
    labels: ['site', 'order', 'cause'],
    read: ({ failures }, emit) => {
      for (const { site, order, cause, count, exemplar } of failures?.series ?? []) emit(count, [site, order, cause], exemplar);
    },
  },
  {
    name: 'nopage_alloc_failures_withheld_total',
    help: 'Failures that never reached us one by one, by who kept them: the producer (callbacks suppressed) or the syslog (message repeated).',
    type: 'counter',
    unit: null,
    labels: ['by'],
    read: ({ failures }, emit) => {
      for (const [by, count] of Object.entries(failures?.withheld ?? {})) emit(count, [by]);
    },
  },
  single('nopage_alloc_failures_told_total', 'Failures that a line accounts for: its own, and those held back before it.', 'counter', null, ({ ledger }) => ledger?.told),
  {
    name: 'nopage_alloc_failures_held',
    help: 'Failures held back and not told yet, by reason.',
    type: 'gauge',
    unit: null,
    labels: ['reason'],
    read: ({ ledger }, emit) => {
      for (const [reason, count] of ledger?.heldByReason ?? []) emit(count, [reason]);
    },
  },
  single('nopage_alloc_failures_pending', 'Failures in lines that have been written but not taken yet.', 'gauge', null, ({ ledger }) => ledger?.pending),
  {
    name: 'nopage_alloc_warnings_total',
    help: 'Votes of the warning policy, one for each failure, by verdict and reason.',
    type: 'counter',
    unit: null,
    labels: ['verdict', 'reason'],
    read: ({ votes }, emit) => {
      for (const { verdict, reason, count } of votes ?? []) emit(count, [verdict, reason]);
    },
  },
  single('nopage_alloc_warning_lines_total', 'Lines that were told, disclosures of what was held included.', 'counter', null, ({ ledger }) => ledger?.lines),
  single('nopage_alloc_warning_sites', 'Call sites whose warnings the ledger keeps apart.', 'gauge', null, ({ ledger }) => ledger?.keys),
  single('nopage_alloc_faults_injected_total', 'Requests that were made to fail by fault injection.', 'counter', null, ({ faults }) => faults?.injected),
  single('nopage_alloc_fault_decisions_total', 'Requests that fault injection could have made to fail.', 'counter', null, ({ faults }) => faults?.hits),
  {
    name: 'nopage_source_up',
    help: 'Whether a source of these metrics could be read: 1 when it could, 0 when its metrics are missing.',
    type: 'gauge',
    unit: null,
    labels: ['source'],
    read: ({ up }, emit) => {
      for (const source in up) emit(up[source] === true ? 1 : 0, [source]);
    },
  },
];
