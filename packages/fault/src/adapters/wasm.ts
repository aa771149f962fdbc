import type { Adapter } from './adapter.js';
import { dataOf, numberOf } from './array-buffers.js';
import { WASM_MAXIMUM, wasmGrowError, wasmInstanceError, wasmMemoryError } from './errors-of-the-runtime.js';
import { Patches } from './patches.js';

const PAGE_BYTES = 65_536;
/** Of a memory with 32-bit addresses; the runtime refuses more as an invalid argument. */
const MOST_PAGES = 65_536;

interface WasmNamespace {
  readonly Memory?: { readonly prototype: object };
}

/**
 * `WebAssembly.Memory` and its `grow`, `WebAssembly.Instance`, `instantiate`, `instantiateStreaming`. The `memory.grow`
 * instruction inside of a module cannot be reached from outside.
 */
export function wasm(scope: object = globalThis): Adapter {
  const { WebAssembly } = scope as { WebAssembly?: WasmNamespace };
  return {
    name: 'wasm',
    available: WebAssembly?.Memory !== undefined,
    install: (point) => {
      const patches = new Patches(point);
      const namespace = WebAssembly ?? {};
      patches.construction(namespace, 'Memory', {
        api: 'WebAssembly.Memory',
        // A memory of no pages yet has its addresses reserved, too.
        bytes: ([descriptor]) => (typeof descriptor === 'object' && descriptor !== null ? bytesOfPages(numberOf(dataOf(descriptor, 'initial'))) : null),
        error: wasmMemoryError,
      });
      if (WebAssembly?.Memory) {
        patches.call(WebAssembly.Memory.prototype, 'grow', {
          api: 'WebAssembly.Memory.grow',
          bytes: ([pages]) => (numberOf(pages) > 0 ? numberOf(pages) * PAGE_BYTES : null),
          error: wasmGrowError,
          limit: WASM_MAXIMUM,
        });
      }
      patches.construction(namespace, 'Instance', { api: 'WebAssembly.Instance', bytes: () => 0, error: () => wasmInstanceError('WebAssembly.Instance') });
      for (const name of ['instantiate', 'instantiateStreaming']) {
        const api = `WebAssembly.${name}`;
        patches.call(namespace, name, { api, bytes: () => 0, error: () => wasmInstanceError(api), deliver: rejected });
      }
      return () => patches.undo();
    },
  };
}

function bytesOfPages(pages: number): number | null {
  return pages <= MOST_PAGES ? pages * PAGE_BYTES : null;
}

/** The error as an asynchronous function gives it. */
export function rejected(error: unknown): Promise<never> {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the runtime rejects with may be a DOMException
  return Promise.reject(error);
}
