import type { FailureEvent } from '@nopage/gfp';
import type { Harm } from '../caller/call-path.js';
import type { Frequency, Severity } from '../explanation.js';
import { spanText } from '../words.js';

/** How often a kind of failure was seen, and over which span. */
export interface Sightings {
  /** Failures: reports, their repeats and what was held back. */
  readonly seen: number;
  /** From the first to the last; 0 for a single one. */
  readonly spanMs: number;
}

/**
 * Failures an hour from which it is a problem, by who notices: once a minute where the caller copes by itself, six an
 * hour where somebody may notice, the first one where something breaks.
 */
export const PROBLEM_PER_HOUR: Readonly<Record<Harm, number>> = { absorbed: 60, degraded: 6, broken: 1 };

/** How many failures one event stands for. A count that is held back elsewhere is not in it. */
export function failuresIn(event: Pick<FailureEvent, 'kind' | 'repeats' | 'suppressed'>): number {
  return event.kind === 'suppressed' ? event.suppressed : event.repeats + event.suppressed;
}

function often(perHour: number): string {
  if (perHour >= 3600) return `${Math.round(perHour / 3600)} a second`;
  if (perHour >= 60) return `${Math.round(perHour / 60)} a minute`;
  if (perHour >= 1) return `${Math.round(perHour)} an hour`;
  return perHour * 24 >= 1 ? `${Math.round(perHour * 24)} a day` : 'less than one a day';
}

/** Failures an hour; null for a single one and for a burst of less than a minute, which is no rate. */
export function ratePerHour(seen: number, spanMs: number): number | null {
  return seen > 1 && spanMs >= 60_000 ? ((seen - 1) * 3_600_000) / spanMs : null;
}

/** How often, in words, against what would be a problem. */
export function frequencyText(seen: number, spanMs: number, problemPerHour: number): string {
  const perHour = ratePerHour(seen, spanMs);
  const limit = problemPerHour <= 1 ? 'Once is enough to matter.' : `A problem from about ${problemPerHour >= 60 ? 'one a minute' : `${problemPerHour} an hour`}.`;
  const count = seen === 1 ? 'Seen once' : `Seen ${seen} times${spanMs >= 1000 ? ` in ${spanText(spanMs)}` : ''}`;
  return `${count}${perHour === null ? '' : ` (${often(perHour)})`}. ${limit}`;
}

/** How often it happened, in numbers and in words, against what would be a problem. A kill is one each time. */
export function frequencyOf(event: FailureEvent, harm: Harm | null, sightings?: Sightings): Frequency {
  const seen = Math.max(sightings?.seen ?? 0, failuresIn(event));
  const spanMs = sightings?.spanMs ?? 0;
  const felt = event.kind === 'oom-kill' ? 'broken' : (harm ?? (event.permits?.sleep === false ? 'absorbed' : 'degraded'));
  const problemPerHour = PROBLEM_PER_HOUR[felt];
  return { seen, perHour: ratePerHour(seen, spanMs), problemPerHour, text: frequencyText(seen, spanMs, problemPerHour) };
}

/** At the rate that is a problem; without a rate (a burst, an unknown span) a hundred times, a thousand where callers cope. */
export function isTooOften({ perHour, problemPerHour, seen }: Pick<Frequency, 'perHour' | 'problemPerHour' | 'seen'>): boolean {
  if (perHour !== null) return seen >= 3 && perHour >= problemPerHour;
  return seen >= (problemPerHour >= PROBLEM_PER_HOUR.absorbed ? 1000 : 100);
}

/** One step worse when it comes too often. */
export function severityWithFrequency(severity: Severity, { perHour, problemPerHour, seen }: Pick<Frequency, 'perHour' | 'problemPerHour' | 'seen'>): Severity {
  if (severity === 'act' || !isTooOften({ perHour, problemPerHour, seen })) return severity;
  return severity === 'benign' ? 'watch' : 'act';
}
