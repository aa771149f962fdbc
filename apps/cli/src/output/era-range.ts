import { ERAS, type Era } from '@nopage/gfp';

/** Where the numbering of releases went on with a new first number. */
const LAST_BEFORE: Readonly<Record<string, string>> = { '2.5.0': '2.4.37', '6.0': '5.19' };

/** The releases of eras that follow one another, `4.4 to 4.9`: from where the first begins to before the next one does. */
export function eraRange(eras: readonly Era[]): string {
  const [first, last] = [eras[0], eras.at(-1)];
  if (first === undefined || last === undefined) return '';
  const end = lastRelease(last);
  return end === first.id ? end : `${first.id} to ${end}`;
}

function lastRelease(era: Era): string {
  const next = ERAS[ERAS.indexOf(era) + 1];
  if (next === undefined) return era.id;
  const known = LAST_BEFORE[next.since];
  if (known !== undefined) return known;
  const parts = next.since.split('.').map(Number);
  return [...parts.slice(0, -1), (parts.at(-1) ?? 0) - 1].join('.');
}
