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
  return REASONS[code ?? ''] ?? message;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'is there already',
  EISDIR: 'is a directory',
  ENOENT: 'no such file',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'a part of its path is no folder',
  EROFS: 'the file system is read-only',
};
