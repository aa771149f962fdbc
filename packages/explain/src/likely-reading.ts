import { ERAS, permits, type Era, type FailureEvent } from '@nopage/gfp';

/** How a flag word is most likely meant, where eras disagree about it and the kernel is not known. */
export interface LikelyReading {
  readonly era: Era;
  readonly names: readonly string[];
}

/**
 * Callers ask with a compound word (`GFP_ATOMIC`), seldom with single bits: where all eras that find such a word in a
 * number agree on what it permits, one of them is taken. Null when none does, or when they don't agree.
 */
export function likelyReading(mode: FailureEvent['mode']): LikelyReading | null {
  if (mode?.from !== 'ambiguous' || mode.mask === null) return null;
  const { mask } = mode;
  let found: LikelyReading | null = null;
  let agreed = '';
  for (const { era: range, names } of mode.candidates) {
    const id = range.split(' to ').at(-1);
    const era = ERAS.find((candidate) => candidate.id === id);
    if (era === undefined || !names.some((name) => name.startsWith('GFP_'))) continue;
    const text = JSON.stringify(permits(mask, era));
    if (found !== null && text !== agreed) return null;
    found = { era, names };
    agreed = text;
  }
  return found;
}
