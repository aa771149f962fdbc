import { builtin, nodeProcess } from '../runtime.js';
import { errorText } from '../sweep/tells.js';

/** How a run escaped its caller. */
export interface LooseEnd {
  readonly exited: boolean;
  /** `uncaught exception: TypeError: …`, `exit of the process: process.exit(1)`. */
  readonly text: string;
}

/** Catches what would end the process while a run is on. */
export interface ProcessGuard {
  readonly looseEnds: readonly LooseEnd[];
  /** Resolves with the first of them. */
  readonly escaped: Promise<void>;
  /** Puts back the listeners and `process.exit` as they were. */
  stop(): void;
}

const EVENTS = { uncaughtException: 'uncaught exception', unhandledRejection: 'unhandled rejection' } as const;

/** Runs something that may set the exit code, and sets it back. What is set later on could be somebody else's: a test runner's. */
export function keepingExitCode<T>(run: () => T): T {
  const process = nodeProcess();
  const before = process?.exitCode;
  try {
    return run();
  } finally {
    if (process && process.exitCode !== before) process.exitCode = before;
  }
}

/** Starts to guard this process; where there is no `process` it sees nothing. */
export function guardProcess(): ProcessGuard {
  const process = nodeProcess();
  const looseEnds: LooseEnd[] = [];
  let first = (): void => undefined;
  const escaped = new Promise<void>((resolve) => {
    first = resolve;
  });
  if (!process) return { looseEnds, escaped, stop: () => undefined };
  const escape = (end: LooseEnd): void => {
    looseEnds.push(end);
    first();
  };
  const before = Object.entries(EVENTS).map(([event, how]) => ({ event, how, listeners: process.listeners(event) }));
  const exit = Object.getOwnPropertyDescriptor(process, 'exit');
  // `import { exit } from 'node:process'` follows the object only when told to.
  const module = builtin('node:module') as { syncBuiltinESMExports(): void } | null;
  for (const { event, how } of before) {
    process.removeAllListeners(event);
    process.on(event, (error) => escape({ exited: false, text: `${how}: ${errorText(error)}` }));
  }
  process.exit = (code?: number): never => {
    escape({ exited: true, text: `exit of the process: process.exit(${code ?? ''})` });
    throw new Error(`process.exit(${code ?? ''}) while a sweep is on`);
  };
  module?.syncBuiltinESMExports();
  return {
    looseEnds,
    escaped,
    stop: () => {
      for (const { event, listeners } of before) {
        process.removeAllListeners(event);
        for (const listener of listeners) process.on(event, listener);
      }
      if (exit) Object.defineProperty(process, 'exit', exit);
      module?.syncBuiltinESMExports();
    },
  };
}
