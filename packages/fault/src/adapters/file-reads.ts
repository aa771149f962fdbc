import { builtin } from '../runtime.js';
import type { Adapter } from './adapter.js';
import { bufferError } from './errors-of-the-runtime.js';
import { Patches } from './patches.js';
import { synced } from './synced.js';
import { rejected } from './wasm.js';

interface FileSystem {
  readonly promises: object;
  readonly ReadStream: { readonly prototype: object };
}

/** `readFile`, `readFileSync` and `fs.promises.readFile`: the whole file in memory. Imported bindings follow. Node only. */
export function fileReads(): Adapter {
  const fs = builtin('node:fs') as FileSystem | null;
  return {
    name: 'file-read',
    available: fs !== null,
    install: (point) => {
      const patches = new Patches(point);
      const asked = { bytes: () => 0, error: bufferError };
      patches.call(fs ?? {}, 'readFileSync', { api: 'fs.readFileSync', ...asked });
      patches.call(fs ?? {}, 'readFile', { api: 'fs.readFile', ...asked, deliver: calledBack });
      patches.call(fs?.promises ?? {}, 'readFile', { api: 'fs.promises.readFile', ...asked, deliver: rejected });
      return synced(patches);
    },
  };
}

/**
 * Chunks that streams allocate: `fs.ReadStream` (an `error` event, as for any failing read), and whole bodies:
 * `arrayBuffer`, `bytes`, `blob`, `text`, `json`, `formData` of `Blob`, `Request` and `Response`. In Node the last two
 * take part from their first use on, so only in an installation after it.
 */
export function streams(scope: object = globalThis): Adapter {
  const fs = builtin('node:fs') as FileSystem | null;
  return {
    name: 'stream',
    available: true,
    install: (point) => {
      const patches = new Patches(point);
      // Readable.read() catches what _read() throws and destroys the stream with it.
      if (fs) patches.call(fs.ReadStream.prototype, '_read', { api: 'fs.ReadStream', bytes: ([size]) => (typeof size === 'number' ? size : 0), error: bufferError });
      for (const name of ['Blob', 'Request', 'Response']) {
        // Behind a getter it has not been loaded: reading it would load all of `fetch`, which takes memory of its own.
        const { prototype } = (Object.getOwnPropertyDescriptor(scope, name)?.value ?? {}) as { prototype?: object };
        for (const method of ['arrayBuffer', 'bytes', 'blob', 'text', 'json', 'formData']) {
          if (prototype && Object.hasOwn(prototype, method)) {
            patches.call(prototype, method, { api: `${name}.prototype.${method}`, bytes: () => 0, error: bufferError, deliver: rejected });
          }
        }
      }
      return synced(patches);
    },
  };
}

function calledBack(error: unknown, args: readonly unknown[]): undefined {
  const callback = args.at(-1);
  if (typeof callback !== 'function') throw error;
  setImmediateLike(() => (callback as (error: unknown) => void)(error));
}

function setImmediateLike(run: () => void): void {
  const { setImmediate } = globalThis as { setImmediate?: (run: () => void) => unknown };
  if (setImmediate) setImmediate(run);
  else setTimeout(run, 0);
}
