/** What of Node this package uses where it is there; browsers have none of it. */
export interface NodeProcess {
  cwd(): string;
  getActiveResourcesInfo?(): string[];
  getBuiltinModule?(name: string): unknown;
  readonly versions?: { readonly node?: string };
  listeners(event: string): ((...args: unknown[]) => void)[];
  listenerCount(event: string): number;
  eventNames(): (string | symbol)[];
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  removeListener(event: string, listener: (...args: unknown[]) => void): unknown;
  removeAllListeners(event: string): unknown;
  exit: (code?: number) => never;
  exitCode?: number | string | null | undefined;
}

/** Node's `process`, or null elsewhere. */
export function nodeProcess(): NodeProcess | null {
  const found = (globalThis as { process?: NodeProcess }).process;
  return found?.versions?.node !== undefined ? found : null;
}

/** A built-in module without importing it, so that this file loads anywhere; null where there is none. */
export function builtin(name: string): unknown {
  return nodeProcess()?.getBuiltinModule?.(name) ?? null;
}

/** Node's `AsyncLocalStorage`, as far as it is used here. */
export interface AsyncStorage {
  run<T>(store: object, start: () => T): T;
  getStore(): unknown;
}

/** Tells apart what belongs to which asynchronous context; null where the runtime can't. */
export function asyncStorage(): AsyncStorage | null {
  const hooks = builtin('node:async_hooks') as { readonly AsyncLocalStorage: new () => AsyncStorage } | null;
  return hooks && new hooks.AsyncLocalStorage();
}

type Timer = (run: () => void, ms: number) => unknown;
const realImmediate = (globalThis as { setImmediate?: (run: () => void) => unknown }).setImmediate;
const real: { readonly set: Timer; readonly clear: (timer: never) => void } = { set: globalThis.setTimeout, clear: globalThis.clearTimeout };

/** Milliseconds on the real clock, also where clocks are faked later on. */
export const realNow: () => number = performance.now.bind(performance);

/** Real time, also where timers are faked later on: resolves after `ms`, or as soon as `until` does. */
export async function realTime(ms: number, until?: Promise<unknown>): Promise<void> {
  let timer: unknown;
  const passed = new Promise<void>((resolve) => {
    timer = real.set(resolve, ms);
  });
  await (until ? Promise.race([passed, until]) : passed);
  real.clear(timer as never);
}

/** Lets everything that is due run, without waiting: a turn of the event loop. */
export async function turn(): Promise<void> {
  if (!realImmediate) return realTime(0);
  await new Promise<void>((resolve) => realImmediate(resolve));
}
