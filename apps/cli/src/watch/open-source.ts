import { nothingToRead } from '../cli-error.js';
import type { Io } from '../io.js';
import { fileSource } from './file-source.js';
import { journalSource } from './journal-source.js';
import { kmsgSource } from './kmsg-source.js';
import type { Place, Source } from './source.js';
import { stdinSource } from './stdin-source.js';

/**
 * The source that the user named: `kmsg`, `journal`, `-` or a file.
 *
 * @param placeIn - Where an earlier run stood in the source of that name.
 * @throws {CliError} When it can't be opened; usage (exit 2) for `-` on a terminal, where nothing would ever come.
 */
export function openSource(io: Io, argument: string, placeIn: (name: string) => Place | null): Source {
  if (argument === 'kmsg' || argument === '/dev/kmsg') return kmsgSource(placeIn('/dev/kmsg'));
  if (argument === 'journal') return journalSource(placeIn('the journal'));
  if (argument !== '-') return fileSource(io, argument, placeIn(argument));
  if (io.stdin.isTTY) throw nothingToRead();
  return stdinSource(io);
}
