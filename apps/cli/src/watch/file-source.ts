import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { CliError } from '../cli-error.js';
import { followed, type FollowPlace } from '../input/follow.js';
import type { Io } from '../io.js';
import type { Arrival, Place, Source } from './source.js';

const CHUNK_BYTES = 1 << 16;

/**
 * A log file as it grows, from `from` or its beginning. When it was rotated to `FILE.1` in the meantime, the rest of
 * that is read first.
 */
export function fileSource(io: Io, file: string, from: Place | null): Source {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new CliError(`${file}: is a directory`);
  return { name: file, file: from === null ? file : null, kernel: null, arrivals: (signal) => arrivals({ ...io, interrupted: signal }, file, placeFrom(from)) };
}

async function* arrivals(io: Io, file: string, from: FollowPlace | null): AsyncGenerator<Arrival> {
  if (from !== null) yield* restOf(`${file}.1`, from);
  const reading: { place: Place | null } = { place: null };
  for await (const bytes of followed(io, file, { ...(from === null ? {} : { from }), onPlace: ({ inode, offset }) => (reading.place = { inode, offset }) })) {
    if (bytes.length > 0) yield { bytes, place: reading.place, lost: 0 };
  }
}

/** What `file` has behind the place, when it is the file of that place under another name. */
function* restOf(file: string, from: FollowPlace): Generator<Arrival> {
  if (statSync(file, { throwIfNoEntry: false })?.ino !== from.inode) return;
  const fd = openSync(file, 'r');
  try {
    if (fstatSync(fd).ino !== from.inode) return;
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let offset = from.offset; ; ) {
      const length = readSync(fd, buffer, 0, CHUNK_BYTES, offset);
      if (length === 0) return;
      offset += length;
      yield { bytes: buffer.subarray(0, length), place: { inode: from.inode, offset }, lost: 0 };
    }
  } finally {
    closeSync(fd);
  }
}

function placeFrom(place: Place | null): FollowPlace | null {
  const inode = place?.['inode'];
  const offset = place?.['offset'];
  return typeof inode === 'number' && typeof offset === 'number' ? { inode, offset } : null;
}
