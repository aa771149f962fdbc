import { FaultError } from '../errors.js';

/** Picks requests out of a counted run, by the site of each: numbers from 1, ascending. */
export type NthSelection = (trail: readonly string[]) => number[];

/**
 * Reads which requests to fail: `all`, `sites` (the first request of each call site), or numbers and ranges: `3,7-9`, `5-`.
 *
 * @throws {FaultError} `BAD_OPTION`.
 */
export function parseNth(text: string): NthSelection {
  if (text === 'all') return (trail) => trail.map((_, i) => i + 1);
  if (text === 'sites') return (trail) => trail.flatMap((site, i) => (trail.indexOf(site) === i ? [i + 1] : []));
  const ranges = text.split(',').map((part) => /^\s*(\d{1,9})\s*(-?)\s*(\d{1,9})?\s*$/.exec(part));
  const bounds = ranges.map((range) => {
    const from = Number(range?.[1]);
    const to = range?.[3] !== undefined ? Number(range[3]) : range?.[2] === '-' ? Infinity : from;
    if (!range || from < 1 || to < from || (range[3] !== undefined && range[2] !== '-')) {
      throw new FaultError('BAD_OPTION', { attribute: 'nth', given: text, range: '"all", "sites", or numbers and ranges from 1: "3,7-9"' });
    }
    return [from, to] as const;
  });
  return (trail) => trail.flatMap((_, i) => (bounds.some(([from, to]) => i + 1 >= from && i + 1 <= to) ? [i + 1] : []));
}
