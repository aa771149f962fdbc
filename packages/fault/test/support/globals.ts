import crypto from 'node:crypto';
import fs from 'node:fs';

const OWNERS: readonly (readonly [name: string, owner: object])[] = [
  ['globalThis', globalThis],
  ['Buffer', Buffer],
  ['WebAssembly', WebAssembly],
  ['WebAssembly.Memory.prototype', WebAssembly.Memory.prototype],
  ['WebAssembly.Instance.prototype', WebAssembly.Instance.prototype],
  ['ArrayBuffer.prototype', ArrayBuffer.prototype],
  ['SharedArrayBuffer.prototype', SharedArrayBuffer.prototype],
  ['Uint8Array.prototype', Uint8Array.prototype],
  ['Float64Array.prototype', Float64Array.prototype],
  ['%TypedArray%.prototype', Object.getPrototypeOf(Uint8Array.prototype) as object],
  ['crypto', crypto],
  ['fs', fs],
  ['fs.promises', fs.promises],
  ['fs.ReadStream.prototype', fs.ReadStream.prototype],
  ['Blob.prototype', Blob.prototype],
  ['Response.prototype', Response.prototype],
  ['process', process],
];

/** Every property that an adapter or a sweep could touch, with its descriptor: to be compared by identity. */
export function snapshotOfGlobals(): Map<string, PropertyDescriptor> {
  const found = new Map<string, PropertyDescriptor>();
  for (const [name, owner] of OWNERS) {
    for (const key of Reflect.ownKeys(owner)) {
      // Some of Node's globals are getters that replace themselves with a value when first read.
      if (owner === globalThis) Reflect.get(owner, key);
      const descriptor = Object.getOwnPropertyDescriptor(owner, key);
      if (descriptor) found.set(`${name}.${String(key)}`, descriptor);
    }
  }
  return found;
}

/** Properties that differ between two snapshots: value, getter or attribute, by identity. */
export function differencesOf(before: Map<string, PropertyDescriptor>, after: Map<string, PropertyDescriptor>): string[] {
  const parts = ['value', 'get', 'set', 'writable', 'enumerable', 'configurable'] as const;
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => {
    const [a, b] = [before.get(key), after.get(key)];
    return !a || !b || parts.some((part) => !Object.is(Reflect.get(a, part), Reflect.get(b, part)));
  });
}
