import { eraOf, ERAS, maskOf, permits, readMode, type Era, type ModeReading, type Permits } from '@nopage/gfp';

/** A flag word and what it allows, as far as the log and the tables settle it. */
export interface Reading { readonly mode: ModeReading | null; readonly permits: Permits | null }

function erasOf(mask: number, names: string | null, release: string | null): readonly Era[] {
  const known = release === null ? null : eraOf(release);
  if (known !== null) return [known];
  if (names === null || names === '') return ERAS;
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

function readingOf(mask: string | null, names: string | null, release: string | null): Reading {
  const value = mask === null ? null : Number(mask);
  if (value === null || !(value <= 0xffff_ffff)) return { mode: null, permits: null };
  const mode = names === '' && value === 0 ? { mask: 0, names: [], from: 'log' as const, consistent: true, candidates: [] } : readMode({ mask: value, text: names, release });
  return { mode, permits: settled(value, erasOf(value, names, release)) };
}

const MOST_KEPT = 512;

/** Reads flag words; keeps the readings of a log's words, which are few. */
export class ModeReader {
  readonly #kept = new Map<string, Reading>();

  /** @param names - Between the brackets, as printed; null when the log has no brackets. */
  read(mask: string | null, names: string | null, release: string | null): Reading {
    const key = `${mask ?? ''} ${names ?? '-'} ${release ?? ''}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const reading = readingOf(mask, names, release);
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(key, reading);
    return reading;
  }
}
