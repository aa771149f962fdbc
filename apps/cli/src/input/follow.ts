import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';

const CHUNK_BYTES = 1 << 16;
/** Looked at this often while it grows, and half as often each time that it did not, down to the last of these. */
const POLL_MS = 250;
const IDLE_POLL_MS = 1000;

/** Where reading stands in a file that grows: enough to go on after a restart. */
export interface FollowPlace {
  readonly inode: number;
  readonly offset: number;
}

export interface FollowOptions {
  /** Go on from here when it is still the same file; from its beginning otherwise. */
  readonly from?: FollowPlace;
  /** Called before each chunk is handed out: where reading stands behind it. */
  readonly onPlace?: (place: FollowPlace) => void;
}

/**
 * The bytes of a file as it grows, until interrupted. A file that is replaced (rotation) is read to its end and then
 * the new one from its beginning; one that shrinks is read again from its beginning; one that is gone is waited for.
 * An empty chunk says that there is nothing more for now.
 *
 * @throws {CliError} When the file can't be opened at first.
 */
export async function* followed(io: Io, file: string, { from, onPlace }: FollowOptions = {}): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let fd = openOrSay(file);
  let inode = fstatSync(fd).ino;
  let pollMs = POLL_MS;
  let offset = from?.inode === inode && from.offset <= fstatSync(fd).size ? from.offset : 0;
  try {
    while (!io.interrupted.aborted) {
      const length = readSync(fd, buffer, 0, CHUNK_BYTES, offset);
      if (length > 0) {
        offset += length;
        pollMs = POLL_MS;
        onPlace?.({ inode, offset });
        yield buffer.subarray(0, length);
        continue;
      }
      if (fstatSync(fd).size < offset) {
        offset = 0;
        continue;
      }
      const replaced = inodeOf(file) !== inode ? tryOpen(file) : null;
      if (replaced !== null) {
        closeSync(fd);
        fd = replaced;
        inode = fstatSync(fd).ino;
        offset = 0;
        continue;
      }
      yield buffer.subarray(0, 0);
      await pause(pollMs, undefined, { signal: io.interrupted }).catch(() => undefined);
      pollMs = Math.min(pollMs * 2, IDLE_POLL_MS);
    }
  } finally {
    closeSync(fd);
  }
}

function openOrSay(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(`${file}: ${code === 'ENOENT' ? 'no such file' : code === 'EACCES' ? 'permission denied' : message}`);
  }
}

/** The file under that name now, or null while there is none. */
function tryOpen(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch {
    return null;
  }
}

function inodeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null;
}
