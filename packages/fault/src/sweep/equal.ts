/**
 * Are two results the same, as far as data goes? Objects by prototype and own enumerable properties, buffers by bytes,
 * maps and sets by entries in order, errors by name and message; functions always (a run makes its own).
 */
export function sameData(a: unknown, b: unknown): boolean {
  return same(a, b, new Map());
}

function same(a: unknown, b: unknown, seen: Map<object, object>): boolean {
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
  if (a instanceof Map && b instanceof Map) return same([...(a as Map<unknown, unknown>)], [...(b as Map<unknown, unknown>)], seen);
  if (a instanceof Set && b instanceof Set) return same([...(a as Set<unknown>)], [...(b as Set<unknown>)], seen);
  if (a instanceof Error && b instanceof Error && (a.name !== b.name || a.message !== b.message)) return false;
  return sameProperties(a as Record<string, unknown>, b as Record<string, unknown>, seen);
}

function sameProperties(a: Record<string, unknown>, b: Record<string, unknown>, seen: Map<object, object>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key], seen));
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
