import type { Adapter } from './adapter.js';
import { bufferError, growError } from './errors-of-the-runtime.js';
import { Patches } from './patches.js';

/**
 * `ArrayBuffer` and `SharedArrayBuffer`: constructors (fixed and resizable, also through subclasses and `slice`),
 * `resize`, `grow`, `transfer`, `transferToFixedLength`.
 */
export function arrayBuffers(scope: object = globalThis): Adapter {
  const names = ['ArrayBuffer', 'SharedArrayBuffer'];
  return {
    name: 'array-buffer',
    available: true,
    install: (point) => {
      const patches = new Patches(point);
      for (const name of names) {
        const { prototype } = ((scope as Record<string, unknown>)[name] ?? {}) as { prototype?: object };
        if (!prototype) continue;
        patches.construction(scope, name, { api: name, bytes: ([length, options]) => some(Math.max(numberOf(length), numberOf(dataOf(options, 'maxByteLength')))), error: bufferError });
        for (const method of ['resize', 'grow']) {
          const api = `${name}.prototype.${method}`;
          patches.call(prototype, method, { api, bytes: ([length], self) => growthOf(length, self), error: () => growError(api) });
        }
        for (const method of ['transfer', 'transferToFixedLength']) {
          patches.call(prototype, method, { api: `${name}.prototype.${method}`, bytes: ([length], self) => some(numberOf(length ?? (self as { byteLength?: unknown } | undefined)?.byteLength)), error: bufferError });
        }
      }
      return () => patches.undo();
    },
  };
}

/** Bytes that a buffer grows by; null beyond what it was made for, which the runtime refuses for another reason. */
function growthOf(length: unknown, self: unknown): number | null {
  const { byteLength, maxByteLength } = (self ?? {}) as { readonly byteLength?: unknown; readonly maxByteLength?: unknown };
  return numberOf(length) > numberOf(maxByteLength) ? null : some(numberOf(length) - numberOf(byteLength));
}

/** A property that can be read without anybody noticing: what is behind a getter is for the runtime alone to read. */
export function dataOf(holder: unknown, key: string): unknown {
  return typeof holder === 'object' && holder !== null ? Object.getOwnPropertyDescriptor(holder, key)?.value : undefined;
}

/** A length as the runtime reads it; what it would refuse is 0. */
export function numberOf(value: unknown): number {
  const length = typeof value === 'number' ? Math.trunc(value) : typeof value === 'string' ? Math.trunc(Number(value)) : 0;
  return length >= 0 && length <= Number.MAX_SAFE_INTEGER ? length : 0;
}

/** Nothing is asked for where nothing is needed, nor where the runtime refuses the length itself. */
export function some(bytes: number, most?: number): number | null {
  return bytes > 0 && (most === undefined || bytes <= most) ? bytes : null;
}
