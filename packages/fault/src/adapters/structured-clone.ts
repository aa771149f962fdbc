import type { Adapter } from './adapter.js';
import { cloneError } from './errors-of-the-runtime.js';
import { Patches } from './patches.js';

/** `structuredClone` of objects; primitives take nothing. */
export function structuredClones(scope: object = globalThis): Adapter {
  return {
    name: 'structured-clone',
    available: typeof (scope as { structuredClone?: unknown }).structuredClone === 'function',
    install: (point) => {
      const patches = new Patches(point);
      patches.call(scope, 'structuredClone', { api: 'structuredClone', bytes: ([value]) => (typeof value === 'object' && value !== null ? 0 : null), error: cloneError });
      return () => patches.undo();
    },
  };
}
