import { ExitCode } from './exit-code.js';

/** A sentence for the user and the code to end with; no stack is shown. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  /** Whether the command's help is shown before it. */
  readonly help: boolean;
  constructor(message: string, exitCode: ExitCode = ExitCode.FAILED, { help = false }: { readonly help?: boolean } = {}) {
    super(message);
    this.exitCode = exitCode;
    this.help = help;
  }
}

/** A call that can't be understood: exit 2. */
export const usageError = (message: string): CliError => new CliError(message, ExitCode.USAGE);

/** A command that would wait for what a person types: its help instead, and exit 2. */
export const nothingToRead = (): CliError => new CliError('nothing to read: standard input is a terminal', ExitCode.USAGE, { help: true });
