import { asyncStorage } from '../runtime.js';

/** Tells what a run does, now and in what it has set going, from what else goes on in the process. */
export interface RunContext {
  run<T>(start: () => T): T;
  isInside(): boolean;
}

/** In Node, by asynchronous context; elsewhere everything is taken for the run's own. */
export function runContext(): RunContext {
  const storage = asyncStorage();
  if (!storage) return { run: (start) => start(), isInside: () => true };
  const own = {};
  return { run: (start) => storage.run(own, start), isInside: () => storage.getStore() === own };
}
