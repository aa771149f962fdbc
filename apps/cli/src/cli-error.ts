import { ExitCode } from './exit-code.js';

/** A sentence for the user and the code to end with; no stack is shown. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  constructor(message: string, exitCode: ExitCode = ExitCode.FAILED) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A call that can't be understood: exit 2. */
export const usageError = (message: string): CliError => new CliError(message, ExitCode.USAGE);
