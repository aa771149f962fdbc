import type { FailureEvent } from '@nopage/gfp';
import { SEVERITIES, type Cause, type Explanation, type Severity } from '../explanation.js';
import { maskText } from '../words.js';
import { failuresIn, frequencyText, ratePerHour, severityWithFrequency } from './frequency.js';
import { failureKey, maskClassOf, subjectOf, type MaskClass } from './kind-of-failure.js';
import { RunningClock } from './running-clock.js';

/** An event and its explanation, side by side. */
export interface Explained {
  readonly event: FailureEvent;
  readonly explanation: Explanation;
}

/** One kind of failure: what, where, how large, with what leave. */
export interface SummaryRow {
  readonly kind: FailureEvent['kind'];
  readonly site: string | null;
  /** The site; for SLUB the cache, for a kill the control group or `the machine`. */
  readonly subject: string | null;
  readonly order: number | null;
  readonly maskClass: MaskClass;
  /** The mask of the first report. */
  readonly mask: string | null;
  /** Failures: reports, repeats, and what the kernel held back. */
  readonly count: number;
  /** Reports that were read. */
  readonly reports: number;
  /** Milliseconds on the events' clock, which over several boots may fall back; null when no event has a time. */
  readonly first: number | null;
  readonly last: number | null;
  /** How many starts of the machine its reports are of, where the log's clock counts from boot; otherwise 1. */
  readonly boots: number;
  readonly perHour: number | null;
  readonly problemPerHour: number;
  /** The worst of its reports, one step worse when it comes too often. */
  readonly severity: Severity;
  /** The most frequent cause. */
  readonly cause: Cause;
  readonly causes: Readonly<Partial<Record<Cause, number>>>;
  /** The explanation of the report that has most to tell; its frequency is that of the row. */
  readonly example: Explanation;
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);
const TOLD: Readonly<Record<Explanation['confidence'], number>> = { guess: 0, inferred: 1, computed: 2 };

/** A moment on the log's clock, and on one that knows no reboot. */
interface Moment {
  readonly at: number;
  readonly running: number;
  readonly boot: number;
}

interface Group {
  readonly head: FailureEvent;
  readonly causes: Map<Cause, number>;
  example: Explanation;
  worst: Severity;
  count: number;
  reports: number;
  first: Moment | null;
  last: Moment | null;
}

/**
 * A summary that grows with the kinds of failure, not with their number. Explain its events without sightings: how often
 * a kind came is judged once, over the whole span.
 */
export class Summary {
  readonly #groups = new Map<string, Group>();
  readonly #clock = new RunningClock();

  add({ event, explanation }: Explained): void {
    const key = failureKey(event);
    let group = this.#groups.get(key);
    if (!group) {
      group = { head: event, causes: new Map(), example: explanation, worst: 'benign', count: 0, reports: 0, first: null, last: null };
      this.#groups.set(key, group);
    }
    const failures = failuresIn(event);
    group.count += failures;
    group.reports++;
    group.causes.set(explanation.cause, (group.causes.get(explanation.cause) ?? 0) + failures);
    if (rank(explanation.severity) > rank(group.worst)) group.worst = explanation.severity;
    if (TOLD[explanation.confidence] > TOLD[group.example.confidence]) group.example = explanation;
    if (event.at === null) return;
    const moment = { at: event.at, running: this.#clock.of(event.at), boot: this.#clock.boots };
    if (group.first === null || moment.running < group.first.running) group.first = moment;
    if (group.last === null || moment.running > group.last.running) group.last = moment;
  }

  /** One row for each kind of failure, the worst and most frequent first. */
  rows(): SummaryRow[] {
    return [...this.#groups.values()].map(rowOf).sort((a, b) => rank(b.severity) - rank(a.severity) || b.count - a.count);
  }
}

/**
 * One row for each kind of failure, the worst and most frequent first.
 *
 * Counts are failures, not reports: repeats and what the kernel says it held back are added in.
 */
export function summarize(explained: Iterable<Explained>): SummaryRow[] {
  const summary = new Summary();
  for (const one of explained) summary.add(one);
  return summary.rows();
}

function rowOf({ head, causes, example, worst, count, reports, first, last }: Group): SummaryRow {
  const spanMs = first === null || last === null ? 0 : last.running - first.running;
  const [perHour, { problemPerHour }] = [ratePerHour(count, spanMs), example.frequency];
  const [cause] = [...causes].sort((a, b) => b[1] - a[1])[0] ?? [example.cause];
  const sure = cause !== 'injected' && example.confidence !== 'guess';
  return {
    kind: head.kind, site: head.site, subject: subjectOf(head), order: head.order, maskClass: maskClassOf(head.permits), mask: maskText(head),
    count, reports, first: first?.at ?? null, last: last?.at ?? null, boots: (last?.boot ?? 1) - (first?.boot ?? 1) + 1, perHour, problemPerHour,
    severity: sure ? severityWithFrequency(worst, { perHour, problemPerHour, seen: count }) : worst,
    cause, causes: Object.fromEntries(causes),
    example: { ...example, frequency: { seen: count, perHour, problemPerHour, text: frequencyText(count, spanMs, problemPerHour) } },
  };
}
