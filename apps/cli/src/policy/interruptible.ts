import { runInNewContext } from 'node:vm';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';

/**
 * Runs what a policy of the user's is a part of: one that never returns is stopped by Ctrl-C, and after a time that no
 * other one takes.
 *
 * @param seconds - How long it may take.
 * @throws {CliError} When it took longer, and when it was interrupted (exit 130).
 */
export function interruptible<T>(name: string, seconds: number, body: () => T): T {
  try {
    // Only a script can be stopped from outside, so the body is called by one.
    return runInNewContext('body()', { body }, { timeout: 1000 * seconds, breakOnSigint: true }) as T;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw new CliError('interrupted', ExitCode.INTERRUPTED);
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new CliError(`${name}: has not come back after ${seconds} s: a vote of it takes forever, or far too long`);
    throw error;
  }
}

/** Seconds that a policy may take for a stream: a minute, and a millisecond an event. */
export const patienceFor = (events: readonly unknown[]): number => 60 + Math.ceil(events.length / 1000);
