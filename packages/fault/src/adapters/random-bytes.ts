import { builtin } from '../runtime.js';
import type { Adapter } from './adapter.js';
import { numberOf, some } from './array-buffers.js';
import { bufferError } from './errors-of-the-runtime.js';
import { Patches } from './patches.js';
import { synced } from './synced.js';

/** More is an invalid argument. */
const MOST_BYTES = 2 ** 31 - 1;

/** `crypto.randomBytes`: the buffer that it fills. It is thrown, also where a callback is given. Imported bindings follow. Node only. */
export function randomBytes(): Adapter {
  return {
    name: 'random-bytes',
    available: builtin('node:buffer') !== null,
    install: (point) => {
      const patches = new Patches(point);
      patches.call((builtin('node:crypto') as object | null) ?? {}, 'randomBytes', { api: 'crypto.randomBytes', bytes: ([size]) => some(numberOf(size), MOST_BYTES), error: bufferError });
      return synced(patches);
    },
  };
}
