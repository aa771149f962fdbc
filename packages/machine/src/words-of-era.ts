import { eraOf, format, maskOf } from '@nopage/gfp';

/**
 * Scenarios speak in the numbering of 6.12; other eras gave the same names other bits.
 *
 * @param profile - `linux-6.1`: the allocator's own name of its era.
 * @throws {GfpError} `UNKNOWN_NAME` from the function returned, for a word that the era can't say.
 */
export function wordsOfEra(profile: string): (gfp: number) => number {
  const ours = eraOf('6.12');
  const theirs = eraOf(profile.replace(/^linux-/, ''));
  if (ours === null || theirs === null || ours === theirs) return (gfp) => gfp;
  const known = new Map<number, number>();
  return (gfp) => {
    let word = known.get(gfp);
    if (word === undefined) known.set(gfp, (word = maskOf(format(gfp, ours), theirs)));
    return word;
  };
}
