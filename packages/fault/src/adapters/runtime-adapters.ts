import { FaultError } from '../errors.js';
import type { Adapter } from './adapter.js';
import { arrayBuffers } from './array-buffers.js';
import { buffers } from './buffers.js';
import { fileReads, streams } from './file-reads.js';
import { randomBytes } from './random-bytes.js';
import { structuredClones } from './structured-clone.js';
import { typedArrays } from './typed-arrays.js';
import { wasm } from './wasm.js';

/** Every adapter that needs no object of the user's, for this runtime. */
export function runtimeAdapters(): Adapter[] {
  return [arrayBuffers(), typedArrays(), structuredClones(), buffers(), wasm(), fileReads(), streams(), randomBytes()].filter(({ available }) => available);
}

/**
 * Adapters by name: `array-buffer,buffer`; `all` for every one.
 *
 * @throws {FaultError} `BAD_OPTION` naming what there is.
 */
export function adaptersByName(names: string): Adapter[] {
  const all = runtimeAdapters();
  if (typeof names !== 'string') throw new FaultError('BAD_OPTION', { attribute: 'adapters', given: names, range: 'a text' });
  const wanted = names.split(',').map((name) => name.trim()).filter((name) => name !== '');
  for (const name of wanted.length > 0 ? wanted : ['']) {
    if (name !== 'all' && !all.some((adapter) => adapter.name === name)) {
      throw new FaultError('BAD_OPTION', { attribute: 'adapters', given: name, range: `all, ${all.map((adapter) => adapter.name).join(', ')}` });
    }
  }
  return wanted.includes('all') ? all : all.filter(({ name }) => wanted.includes(name));
}
