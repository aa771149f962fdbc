const NEWLINE = 10;

/** Newlines within `[from, to)`. */
export function countNewlines(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  const part = bytes.subarray(from, to);
  for (let at = part.indexOf(NEWLINE); at !== -1; at = part.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
