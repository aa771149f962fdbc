// Bounded, because a search tries them from every place of a line that may be made of letters or digits alone.
const PAIR = /(?<![\w\ufffd])([A-Za-z_]{1,40}(?:\((?:anon|file)\))?):[ \t]?(-?\d{1,20})([kK]B)?(?![\w\ufffd])/g;

export interface WordPair { readonly word: string; readonly value: number; readonly unit: boolean }

/** What `word:number` and `word:numberkB` a line has. */
export function pairsIn(text: string): WordPair[] {
  const pairs: WordPair[] = [];
  PAIR.lastIndex = 0;
  for (let found = PAIR.exec(text); found !== null; found = PAIR.exec(text)) pairs.push({ word: found[1] ?? '', value: Number(found[2]), unit: found[3] !== undefined });
  return pairs;
}
