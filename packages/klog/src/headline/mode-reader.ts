import { decode, eraOf, ERAS, maskOf, permits, readMode, type Era, type ModeReading, type Permits } from '@nopage/gfp';
import type { Headline } from './headline.js';

/** A flag word and what it allows, as far as the log and the tables settle it. */
export interface Reading { readonly mode: ModeReading | null; readonly permits: Permits | null }

/**
 * What the shape of a headline says of the kernel that printed it: `2.4` (`0-order allocation failed`), `2.6` (a full
 * stop), `oom_adj` (a kill of 2.6.32 to 3.7), `hex` (a colon, and no names: 3.0 to 4.5), `names` (a bracket
 * for them: 4.6 and later), `any`.
 */
export type HeadlineAge = '2.4' | '2.6' | 'oom_adj' | 'hex' | 'names' | 'any';

/** Source: mm/page_alloc.c, __alloc_pages() of v2.4.32 and v2.6.32, warn_alloc_failed() of v3.2 and v4.5. */
export function ageOfHeadline(headline: Headline | null): HeadlineAge {
  if (headline?.printsNames === true) return 'names';
  if (headline?.kind === 'oom-kill') return ageOfOom(headline);
  if (headline?.kind !== 'page-allocation-failure') return 'any';
  if (headline.detail['form'] === '2.4') return '2.4';
  if (headline.detail['stop'] === true) return '2.6';
  const bare = headline.complete && headline.names === null && headline.nodemask === null && headline.cpuset === null;
  return bare && headline.order !== null ? 'hex' : 'any';
}

/** Source: mm/oom_kill.c, out_of_memory() of v2.6.11, oom_kill_process() of v2.6.32, dump_header() of v3.7, v3.10 and v4.5. */
function ageOfOom({ complete, names, nodemask, detail }: Headline): HeadlineAge {
  if (detail['form'] !== undefined || detail['oomKillAdj'] !== undefined) return '2.6';
  if (detail['oomAdj'] !== undefined) return 'oom_adj';
  return complete && names === null && nodemask === null && detail['oomScoreAdj'] !== undefined ? 'hex' : 'any';
}

const ERAS_OF: Readonly<Record<HeadlineAge, readonly Era[]>> = {
  '2.4': ERAS.filter(({ id }) => id.startsWith('2.4.')),
  '2.6': ERAS.filter(({ id }) => id.startsWith('2.6.')),
  oom_adj: ERAS.filter(({ id }) => ['2.6.31', '2.6.39', '3.4', '3.6'].includes(id)),
  hex: ERAS.filter(({ id, printsNames }) => !printsNames && (id === '2.6.39' || !id.startsWith('2.'))),
  names: ERAS.filter(({ printsNames }) => printsNames),
  any: ERAS,
};

/** Was the era still to end when the kernel was that of this release, given as a number of `LayoutField.since`? */
const lastsUntil = (since: number) => (_era: Era, at: number): boolean => (ERAS[at + 1]?.starts ?? Infinity) > since * 100;

/** Of the eras of that age those that know every bit and, where there is one, a compound name for the word; all since then when none does: people leave names out when they paste. */
function erasOfAge(mask: number, age: HeadlineAge, since: number): readonly Era[] {
  if (age === 'any' && since === 0) return ERAS;
  const late = ERAS.filter(lastsUntil(since)), ofAge = late.filter((era) => ERAS_OF[age].includes(era));
  const likely = (ofAge.length > 0 ? ofAge : late).filter((era) => (mask & ~(era.known | era.optional)) === 0 && (mask === 0 || decode(mask, era).some((name) => name.startsWith('GFP_'))));
  return likely.length > 0 ? likely : late;
}

function erasOf(mask: number, names: string | null, release: string | null, bare: readonly Era[]): readonly Era[] {
  const known = release === null ? null : eraOf(release);
  if (known !== null) return [known];
  if (names === null || names === '') return bare;
  return ERAS.filter((era) => {
    try {
      return maskOf(names, era) === mask;
    } catch {
      return false;
    }
  });
}

/** What the word allows where every era that could have printed it agrees; null where they don't. */
function settled(mask: number, eras: readonly Era[]): Permits | null {
  let first: Permits | null = null, text = '';
  for (const era of eras) {
    const allowed = permits(mask, era);
    if (first === null) {
      first = allowed;
      text = JSON.stringify(allowed);
    } else if (JSON.stringify(allowed) !== text) {
      return null;
    }
  }
  return first;
}

const KNOWN_NAMES: readonly string[] = [...new Set(ERAS.flatMap(({ printed }) => printed.names))];

/** A terminal that does not wrap writes the rest of a line over its last column, and with it the bracket: `GFP_KERN)`. */
function isCut(names: string): boolean {
  const last = names.slice(names.lastIndexOf('|') + 1);
  return last !== '' && !KNOWN_NAMES.includes(last) && KNOWN_NAMES.some((name) => name.startsWith(last));
}

function readingOf(mask: string | null, printed: string | null, release: string | null, age: HeadlineAge, since: number): Reading {
  const names = printed === null || isCut(printed) ? null : printed;
  const value = mask === null ? null : Number(mask);
  if (value === null || !(value <= 0xffff_ffff)) return { mode: null, permits: null };
  const bare = erasOfAge(value, age, since);
  const mode = names === '' && value === 0 ? { mask: 0, names: [], from: 'log' as const, consistent: true, candidates: [] } : readMode({ mask: value, text: names, release, eras: release === null && names === null ? bare : ERAS });
  return { mode, permits: settled(value, erasOf(value, names, release, bare)) };
}

const MOST_KEPT = 512;

/** Reads flag words; keeps the readings of a log's words, which are few. */
export class ModeReader {
  readonly #kept = new Map<string, Reading>();

  /**
   * @param names - Between the brackets, as printed; null when the log has no brackets.
   * @param age - What the headline's shape leaves possible, where neither names nor release decide.
   * @param since - The release that the fields of the memory part came with, as a number of `LayoutField.since`; 0 when any has them.
   */
  read(mask: string | null, names: string | null, release: string | null, age: HeadlineAge = 'any', since = 0): Reading {
    const key = `${mask ?? ''} ${names ?? '-'} ${release ?? ''} ${age} ${since}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const reading = readingOf(mask, names, release, age, since);
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(key, reading);
    return reading;
  }
}
