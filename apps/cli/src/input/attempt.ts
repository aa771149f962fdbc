import { CliError } from '../cli-error.js';

/**
 * What the system refuses is a sentence with the file's name.
 *
 * @throws {CliError}
 */
export function attempt<T>(file: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new CliError(`${file}: ${reasonOf(error)}`);
  }
}

/** The system's reason in a person's words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'is a directory';
  return message;
}
