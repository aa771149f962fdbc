import type { Adapter } from './adapter.js';
import { dataOf, numberOf, some } from './array-buffers.js';
import { bufferError } from './errors-of-the-runtime.js';
import { Patches } from './patches.js';
import { longestArray } from './typed-arrays.js';

/**
 * Node's `Buffer`: `alloc`, `allocUnsafe`, `allocUnsafeSlow`, `from` (but not as a view of an `ArrayBuffer`), `of`,
 * `concat`, `copyBytesFrom`. Node's own JavaScript goes through the same functions: streams and zlib fail with it.
 */
export function buffers(scope: object = globalThis): Adapter {
  const { Buffer } = scope as { Buffer?: object };
  return {
    name: 'buffer',
    available: typeof Buffer === 'function',
    install: (point) => {
      const patches = new Patches(point);
      const most = longestArray();
      const sized = ([size]: readonly unknown[]): number | null => some(numberOf(size), most);
      for (const method of ['alloc', 'allocUnsafe', 'allocUnsafeSlow']) {
        patches.call(Buffer ?? {}, method, { api: `Buffer.${method}`, bytes: sized, error: bufferError });
      }
      patches.call(Buffer ?? {}, 'from', { api: 'Buffer.from', bytes: ([source]) => bytesOfSource(source), error: bufferError });
      patches.call(Buffer ?? {}, 'of', { api: 'Buffer.of', bytes: (items) => some(items.length), error: bufferError });
      patches.call(Buffer ?? {}, 'copyBytesFrom', { api: 'Buffer.copyBytesFrom', bytes: ([view]) => (ArrayBuffer.isView(view) ? some(view.byteLength) : null), error: bufferError });
      patches.call(Buffer ?? {}, 'concat', { api: 'Buffer.concat', bytes: ([list, total]) => some(total === undefined ? totalOf(list) : numberOf(total), most), error: bufferError });
      return () => patches.undo();
    },
  };
}

function bytesOfSource(source: unknown): number | null {
  if (typeof source === 'string') return some(source.length);
  if (typeof source !== 'object' || source === null) return null;
  const tag = Object.prototype.toString.call(source);
  if (tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]') return null;
  if (ArrayBuffer.isView(source)) return some((source as Uint8Array).length);
  if (Array.isArray(source)) return some(numberOf(dataOf(source, 'length')));
  return 0;
}

function totalOf(list: unknown): number {
  if (!Array.isArray(list)) return 0;
  let total = 0;
  for (const part of list as unknown[]) if (ArrayBuffer.isView(part)) total += part.byteLength;
  return total;
}
