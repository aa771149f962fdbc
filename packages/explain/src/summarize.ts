import type { FailureEvent, Permits } from '@nopage/gfp';
import type { Cause, Explanation, Severity } from './explanation.js';
import { failuresIn, ratePerHour, severityWithFrequency } from './frequency.js';
import { maskText } from './words.js';

/** An event and its explanation, side by side. */
export interface Explained {
  readonly event: FailureEvent;
  readonly explanation: Explanation;
}

/** What a mask is, as far as it matters for who can be refused. */
export type MaskClass = 'atomic' | 'nowait' | 'may-fail' | 'may-sleep' | 'unknown';

/** One kind of failure: what, where, how large, with what leave. */
export interface SummaryRow {
  readonly kind: FailureEvent['kind'];
  readonly site: string | null;
  readonly order: number | null;
  readonly maskClass: MaskClass;
  /** The mask of the first report. */
  readonly mask: string | null;
  /** Failures: reports, repeats, and what the kernel held back. */
  readonly count: number;
  /** Reports that were read. */
  readonly reports: number;
  /** Milliseconds on the events' clock; null when no event has a time. */
  readonly first: number | null;
  readonly last: number | null;
  readonly perHour: number | null;
  readonly problemPerHour: number;
  /** The worst of its reports, one step worse when it comes too often. */
  readonly severity: Severity;
  /** The most frequent cause. */
  readonly cause: Cause;
  readonly causes: Readonly<Partial<Record<Cause, number>>>;
  /** The explanation of the report that has most to tell. */
  readonly example: Explanation;
}

const RANK: Readonly<Record<Severity, number>> = { benign: 0, watch: 1, act: 2 };
const TOLD: Readonly<Record<Explanation['confidence'], number>> = { guess: 0, inferred: 1, computed: 2 };

/** Which class a mask belongs to. */
export function maskClassOf(permits: Permits | null): MaskClass {
  if (permits === null) return 'unknown';
  if (!permits.sleep) return permits.reserves === 'none' ? 'nowait' : 'atomic';
  return permits.retry === 'noretry' || permits.retry === 'mayfail' ? 'may-fail' : 'may-sleep';
}

interface Group {
  readonly items: Explained[];
  readonly causes: Map<Cause, number>;
  count: number;
  first: number | null;
  last: number | null;
}

/**
 * One row for each kind of failure, the worst and most frequent first.
 *
 * Counts are failures, not reports: repeats and what the kernel says it held back are added in. Time O(n log n).
 */
export function summarize(explained: Iterable<Explained>): SummaryRow[] {
  const groups = new Map<string, Group>();
  for (const item of explained) {
    const { event, explanation } = item;
    const key = JSON.stringify([event.kind, event.site, event.order, maskClassOf(event.permits)]);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { items: [], causes: new Map(), count: 0, first: null, last: null }));
    const failures = failuresIn(event);
    group.items.push(item);
    group.count += failures;
    group.causes.set(explanation.cause, (group.causes.get(explanation.cause) ?? 0) + failures);
    if (event.at !== null) {
      group.first = Math.min(group.first ?? event.at, event.at);
      group.last = Math.max(group.last ?? event.at, event.at);
    }
  }
  return [...groups.values()].map(rowOf).sort((a, b) => RANK[b.severity] - RANK[a.severity] || b.count - a.count);
}

function rowOf({ items, causes, count, first, last }: Group): SummaryRow {
  const [head] = items;
  if (head === undefined) throw new Error('a group has at least one event');
  const example = items.reduce((best, next) => (TOLD[next.explanation.confidence] > TOLD[best.explanation.confidence] ? next : best)).explanation;
  const worst = items.reduce<Severity>((most, { explanation: { severity } }) => (RANK[severity] > RANK[most] ? severity : most), 'benign');
  const perHour = ratePerHour(count, first === null || last === null ? 0 : last - first);
  const { problemPerHour } = example.frequency;
  const [cause] = [...causes].sort((a, b) => b[1] - a[1])[0] ?? [example.cause];
  return {
    kind: head.event.kind, site: head.event.site, order: head.event.order, maskClass: maskClassOf(head.event.permits), mask: maskText(head.event),
    count, reports: items.length, first, last, perHour, problemPerHour,
    severity: cause === 'injected' ? worst : severityWithFrequency(worst, { perHour, problemPerHour, seen: count }),
    cause, causes: Object.fromEntries(causes), example,
  };
}
