import { ReporterError } from './errors.js';
import { shown } from './shown.js';

/** Milliseconds, or a number with a unit: `250ms`, `10s`, `1.5m`, `2h`, `1d`. */
export type Duration = number | string;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Milliseconds of a duration.
 *
 * @param name - The option that it is given for, if it is; an error then begins with it.
 * @throws {ReporterError} `BAD_DURATION` when it is negative, not a number, or has no unit that is known.
 */
export function toMs(duration: Duration, name = ''): number {
  if (typeof duration === 'number') {
    if (duration >= 0) return duration;
  } else if (typeof duration === 'string') {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration.trim()) ?? [];
    if (amount !== undefined && unit !== undefined) return Number(amount) * (UNITS[unit] ?? Number.NaN);
  }
  throw new ReporterError('BAD_DURATION', `${name === '' ? '' : `${name}: `}${shown(duration)} is no duration; write milliseconds or a number with ms, s, m, h or d`);
}

/** A duration for people, in its largest whole unit: `10s`, `1m`, `250ms`. */
export function formatMs(ms: number): string {
  if (!Number.isFinite(ms)) return 'ever';
  for (const [unit, size] of [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000]] as const) {
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return ms >= 1000 ? `${Math.round(ms / 100) / 10}s` : `${Math.round(ms)}ms`;
}
