import { builtin } from '../runtime.js';
import type { Adapter } from './adapter.js';
import { dataOf, numberOf, some } from './array-buffers.js';
import { bufferError } from './errors-of-the-runtime.js';
import { Patches } from './patches.js';

const NAMES = [
  'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array',
  'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array',
];

/**
 * Typed arrays that bring their own buffer: constructors (also through subclasses, `from`, `of`, `slice`, `map`,
 * `filter`), `toReversed`, `toSorted`, `with`. Views of a buffer ask for nothing.
 */
export function typedArrays(scope: object = globalThis): Adapter {
  return {
    name: 'typed-array',
    available: true,
    install: (point) => {
      const patches = new Patches(point);
      const most = longestArray();
      for (const name of NAMES) {
        const width = ((scope as Record<string, unknown>)[name] as { BYTES_PER_ELEMENT?: number } | undefined)?.BYTES_PER_ELEMENT ?? 1;
        patches.construction(scope, name, { api: name, bytes: ([source]) => bytesFor(source, width, most), error: bufferError });
      }
      const shared = Object.getPrototypeOf(Uint8Array.prototype) as object;
      for (const method of ['toReversed', 'toSorted', 'with']) {
        patches.call(shared, method, { api: `%TypedArray%.prototype.${method}`, bytes: (_args, self) => some(numberOf((self as { byteLength?: unknown } | undefined)?.byteLength)), error: bufferError });
      }
      return () => patches.undo();
    },
  };
}

/** Elements that a typed array may have: more are an invalid length (in Node 20, 2 ** 32). */
export function longestArray(): number {
  const buffer = builtin('node:buffer') as { readonly constants?: { readonly MAX_LENGTH?: number } } | null;
  return buffer?.constants?.MAX_LENGTH ?? Infinity;
}

function bytesFor(source: unknown, width: number, most: number): number | null {
  if (typeof source !== 'object' || source === null) return some(numberOf(source) * width, most * width);
  const tag = Object.prototype.toString.call(source);
  if (tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]') return null;
  if (ArrayBuffer.isView(source)) return some((source as Uint8Array).length * width);
  if (Array.isArray(source)) return some(numberOf(dataOf(source, 'length')) * width);
  // Reading the length of anything else could run its getter.
  return 0;
}
