/** Two values that must be the same for the whole to be. */
type Pair = readonly [a: unknown, b: unknown];

/**
 * Are two results the same, as far as data goes? Objects by prototype and own enumerable properties, buffers by bytes,
 * maps and sets by entries in order, errors by name and message; functions always (a run makes its own).
 */
export function sameData(a: unknown, b: unknown): boolean {
  // A list of its own, not recursion: results may be nested as deeply as they like.
  const pairs: Pair[] = [[a, b]];
  const seen = new Map<object, object>();
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) if (!same(pair, pairs, seen)) return false;
  return true;
}

/** Are these two the same, given that what is added to `inner` is? */
function same([a, b]: Pair, inner: Pair[], seen: Map<object, object>): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a === 'function' && typeof b === 'function') return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (seen.get(a) === b) return true;
  seen.set(a, b);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return sameBytes(bytesOf(a), bytesOf(b));
  if (isBuffer(a) && isBuffer(b)) return sameBytes(new Uint8Array(a), new Uint8Array(b));
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (a instanceof RegExp && b instanceof RegExp) return String(a) === String(b);
  if ((a instanceof Map && b instanceof Map) || (a instanceof Set && b instanceof Set)) {
    inner.push([[...(a as Iterable<unknown>)], [...(b as Iterable<unknown>)]]);
    return true;
  }
  if (a instanceof Error && b instanceof Error && (a.name !== b.name || a.message !== b.message)) return false;
  const [mine, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(mine);
  if (keys.length !== Object.keys(other).length || !keys.every((key) => Object.hasOwn(other, key))) return false;
  for (const key of keys) inner.push([mine[key], other[key]]);
  return true;
}

function isBuffer(value: object): value is ArrayBuffer {
  const tag = Object.prototype.toString.call(value);
  return tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]';
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
