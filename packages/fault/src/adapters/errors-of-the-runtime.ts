// The texts are V8's (src/common/message-template.h) and Node's; those that a starved process can be made to show are
// compared with the real ones in the tests.

/** What V8 throws when the bytes of a buffer cannot be had. */
export function bufferError(): RangeError {
  return new RangeError('Array buffer allocation failed');
}

/** What V8 throws when a buffer cannot grow in place. */
export function growError(method: string): RangeError {
  return new RangeError(`${method}: Out of memory`);
}

/** What `structuredClone` throws. */
export function cloneError(): unknown {
  const message = 'Data cannot be cloned, out of memory.';
  const { DOMException } = globalThis as { DOMException?: new (message: string, name: string) => unknown };
  return DOMException ? new DOMException(message, 'DataCloneError') : new Error(message);
}

export function wasmMemoryError(): RangeError {
  return new RangeError('WebAssembly.Memory(): could not allocate memory');
}

export function wasmGrowError(): RangeError {
  return new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
}

/** The text of the error where a memory is to grow beyond the maximum that it was made with. */
export const WASM_MAXIMUM = 'WebAssembly.Memory.grow(): Maximum memory size exceeded';

/** @param api - `WebAssembly.instantiate`, `WebAssembly.Instance`. */
export function wasmInstanceError(api: string): RangeError {
  return new RangeError(`${api}(): Out of memory: Cannot allocate Wasm memory for new instance`);
}
