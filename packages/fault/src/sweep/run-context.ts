import { builtin } from '../runtime.js';

/** Tells what a run does, now and in what it has set going, from what else goes on in the process. */
export interface RunContext {
  run<T>(start: () => T): T;
  isInside(): boolean;
}

interface Storage {
  run<T>(store: object, start: () => T): T;
  getStore(): unknown;
}

/** In Node, by asynchronous context; elsewhere everything is taken for the run's own. */
export function runContext(): RunContext {
  const hooks = builtin('node:async_hooks') as { readonly AsyncLocalStorage: new () => Storage } | null;
  if (!hooks) return { run: (start) => start(), isInside: () => true };
  const storage = new hooks.AsyncLocalStorage();
  const own = {};
  return { run: (start) => storage.run(own, start), isInside: () => storage.getStore() === own };
}
