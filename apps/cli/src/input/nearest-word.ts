/** The known word that is at most two slips of the finger away; null when there is none. */
export function nearestWord(word: string, known: readonly string[]): string | null {
  let nearest: string | null = null;
  let least = 3;
  for (const candidate of known) {
    const far = distance(candidate, word);
    if (far < least) [nearest, least] = [candidate, far];
  }
  return nearest;
}

/** The end of a sentence that says that there is no such word: '' when none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearestWord(word, known);
  return near === null ? '' : `; did you mean ${near}?`;
}

/** Edits between two words of at most 64 characters; two letters that changed places are one. */
function distance(a: string, b: string): number {
  const short = b.slice(0, 64);
  let before: readonly number[] = [];
  let row = Array.from({ length: short.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= short.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === short[j - 2] && a[i - 2] === short[j - 1] ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (short[j - 1] === a[i - 1] ? 0 : 1), swapped));
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
