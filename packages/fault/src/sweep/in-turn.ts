import { asyncStorage, type AsyncStorage } from '../runtime.js';

/*
 * What a sweep patches and watches (globals, `process`, open files) belongs to the whole process; so does the turn.
 * Two sweeps beside one another would fail one another's requests.
 */
let last: Promise<void> = Promise.resolve();
let storage: AsyncStorage | null | undefined;

/**
 * Runs one sweep at a time, in the order of the calls. One that is started by the scenario of another goes ahead: its
 * turn is the other's. Where there is no asynchronous context to know that by, nobody waits.
 */
export async function inTurn<T>(run: () => Promise<T>): Promise<T> {
  storage ??= asyncStorage();
  if (storage === null || storage.getStore() !== undefined) return run();
  const before = last;
  let end = (): void => undefined;
  last = new Promise((resolve) => {
    end = resolve;
  });
  await before;
  try {
    return await storage.run({}, run);
  } finally {
    end();
  }
}
