/** Do two lines of a report agree on the name of a process? One of them may be cut. */
export function sameName(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && (a === b || a.endsWith(b) || b.endsWith(a));
}
