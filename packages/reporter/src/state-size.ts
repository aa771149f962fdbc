/** Entries and objects of a value, strings by their length; stops counting beyond `limit`. */
export function sizeOf(value: unknown, limit: number): number {
  const open: unknown[] = [value];
  const met = new Set<object>();
  let size = 0;
  while (open.length > 0 && size <= limit) {
    const next = open.pop();
    size++;
    if (typeof next === 'string') size += next.length >> 3;
    if (typeof next !== 'object' || next === null || met.has(next)) continue;
    met.add(next);
    if (ArrayBuffer.isView(next)) size += next.byteLength >> 3;
    else if (next instanceof Map) for (const [key, entry] of next) open.push(key, entry);
    else if (next instanceof Set) for (const entry of next) open.push(entry);
    else for (const entry of Object.values(next)) open.push(entry);
    size += Math.max(0, open.length - limit);
  }
  return size;
}
