import { ERAS, permits, type Era, type FailureEvent } from '@nopage/gfp';

/** How a flag word is most likely meant, where eras disagree about it and the kernel is not known. */
export interface LikelyReading {
  readonly era: Era;
  readonly names: readonly string[];
}

const isCompound = (name: string): boolean => name.startsWith('GFP_');

/**
 * Callers ask with a compound word (`GFP_ATOMIC`), seldom with single bits: where all eras that find such a word in a
 * number agree on what it permits, the latest of them is taken, with the names that all of them find, or its own where
 * they find different words. Null when none does, or when they don't agree. Among which pages a block is looked for
 * first is no matter of leave.
 */
export function likelyReading(mode: FailureEvent['mode']): LikelyReading | null {
  if (mode?.from !== 'ambiguous' || mode.mask === null) return null;
  const { mask } = mode;
  let latest: Era | null = null;
  let own: readonly string[] = [], common: readonly string[] = [];
  let agreed = '';
  for (const { era: range, names } of mode.candidates) {
    const id = range.split(' to ').at(-1);
    const era = ERAS.find((candidate) => candidate.id === id);
    if (era === undefined || !names.some(isCompound)) continue;
    const text = JSON.stringify({ ...permits(mask, era), migratetype: null });
    if (latest !== null && text !== agreed) return null;
    common = latest === null ? names : common.filter((name) => names.includes(name));
    own = names;
    latest = era;
    agreed = text;
  }
  return latest === null ? null : { era: latest, names: common.some(isCompound) ? common : own };
}
