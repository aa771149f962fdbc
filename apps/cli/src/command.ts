import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from './exit-code.js';
import type { Io } from './io.js';
import type { Paint } from './terminal/paint.js';

/** What a command is given beside its own options. */
export interface Context {
  readonly io: Io;
  readonly paint: Paint;
}

/**
 * Runs one command: resolves to its exit code, rejects with a {@link CliError} for what the user should read as a
 * sentence. `finish` hands the code to the program.
 */
export type Finish = (run: (context: Context) => Promise<ExitCode>) => Promise<void>;

/** A sub-command, added to the program; each file of `commands/` exports one. */
export type AddCommand = (program: Command, finish: Finish) => void;

/** Gathers the values of an option that may be repeated. */
export const repeated = (value: string, before: readonly string[] | undefined): string[] => [...(before ?? []), value];

/** Examples come first in every help: they are what most people came for. */
export const examples = (...lines: readonly string[]): string => `Examples:\n${lines.map((line) => `  $ ${line}\n`).join('')}`;
