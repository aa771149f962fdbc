import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from '../cli-error.js';
import { say, type Io } from '../io.js';
import { attempt } from './attempt.js';
import { beginningOf, HEAD_BYTES, identity, isPlaceIn, placeIn, type LogPlace } from './log-place.js';
import { withRotatedFiles, type RotatedFile } from './rotated-files.js';

const CHUNK_BYTES = 1 << 16;
/** Looked at this often while it grows, and half as often each time that it did not, down to the last of these. */
const POLL_MS = 250;
const IDLE_POLL_MS = 1000;

/** What was read of a file that grows. */
export interface FollowedChunk {
  /** Valid until the next chunk; empty when nothing more has come yet. */
  readonly bytes: Uint8Array;
  /** Where reading stands behind them. */
  readonly place: LogPlace;
  /** Where they begin when that is another file, or the same one emptied; null when they go on where the last ones ended. */
  readonly begins: LogPlace | null;
}

/** The bytes of a file as it grows, from its beginning; see {@link followedFrom}. */
export async function* followed(io: Io, file: string): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of followedFrom(io, file, null)) yield bytes;
}

/**
 * A file as it grows, until interrupted, from a place in it or its beginning. It may be rotated (renamed, copied and
 * emptied, compressed) while it is read and between two runs: what it was before is read to its end first, and then what
 * it has been since, one after the other. A file that is gone is waited for.
 *
 * @throws {CliError} When the file can't be opened at first, or followed.
 */
export async function* followedFrom(io: Io, file: string, from: LogPlace | null): AsyncGenerator<FollowedChunk> {
  assertFollowable(file);
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let live = LiveFile.open(file);
  let begins = true;
  const chunkOf = (length: number): FollowedChunk => {
    const chunk = { bytes: buffer.subarray(0, length), place: live.placeAt(live.offset), begins: begins ? live.placeAt(0) : null };
    begins = false;
    return chunk;
  };
  try {
    if (from !== null && live.has(from)) {
      live.offset = from.offset;
      begins = false;
    } else if (from !== null) {
      const found = yield* restOfRotated(file, from, live.id, null);
      if (!found) say(io, `nopage: ${file} is not the file that was read before, and that one is not beside it; what came in between is lost`);
    }
    for (let waits = 0; !io.interrupted.aborted; ) {
      // It may have been emptied, and written to beyond where we stand.
      if (live.emptied()) {
        yield* restOfRotated(file, live.placeAt(live.offset), live.id, null);
        live.restart();
        begins = true;
        waits = 0;
      }
      const length = live.read(buffer);
      if (length > 0) {
        waits = 0;
        yield chunkOf(length);
        continue;
      }
      const next = waits > 0 ? LiveFile.openSuccessor(file, live.id) : null;
      if (next !== null) {
        for (let last = live.read(buffer); last > 0; last = live.read(buffer)) yield chunkOf(last);
        const { writtenAtNs } = live;
        live.close();
        const end = live.placeAt(live.offset);
        live = next;
        yield* restOfRotated(file, end, live.id, writtenAtNs);
        begins = true;
        waits = 0;
        continue;
      }
      yield { bytes: buffer.subarray(0, 0), place: live.placeAt(live.offset), begins: null };
      await pause(Math.min(POLL_MS * 2 ** waits, IDLE_POLL_MS), undefined, { signal: io.interrupted }).catch(() => undefined);
      waits = Math.min(waits + 1, 8);
    }
  } finally {
    live.close();
  }
}

/** @throws {CliError} When the file is not there, or has no place to go on from. */
export function assertFollowable(file: string): void {
  const stat = attempt(file, () => statSync(file));
  if (stat.isDirectory()) throw new CliError(`${file}: is a directory`);
  if (!stat.isFile()) throw new CliError(`${file}: is a pipe or a device, which can be followed as standard input only: < ${file}`);
}

/** The file that has the name, or had it when it was opened. */
class LiveFile {
  readonly id: string;
  offset = 0;
  private readonly fd: number;
  private beginning: Buffer;

  private constructor(fd: number) {
    this.fd = fd;
    this.id = identity(fstatSync(fd, { bigint: true }));
    this.beginning = beginningOf(fd);
  }

  /** @throws {CliError} When it can't be opened. */
  static open(file: string): LiveFile {
    return attempt(file, () => new LiveFile(openSync(file, 'r')));
  }

  /**
   * The file that has taken the name, or null while there is none with something in it: until then the one before it is
   * written to, under whichever name, and wherever it was put.
   */
  static openSuccessor(file: string, id: string): LiveFile | null {
    const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined || stat.size === 0n || identity(stat) === id) return null;
    try {
      return new LiveFile(openSync(file, 'r'));
    } catch {
      return null;
    }
  }

  placeAt(offset: number): LogPlace {
    return placeIn(this.id, this.beginning, offset);
  }

  get writtenAtNs(): bigint {
    return fstatSync(this.fd, { bigint: true }).mtimeNs;
  }

  has(place: LogPlace): boolean {
    return place.file === this.id && place.offset <= fstatSync(this.fd).size && isPlaceIn(place, { id: this.id, beginning: beginningOf(this.fd) });
  }

  /** Has it been emptied since it was read, or written anew? */
  emptied(): boolean {
    return fstatSync(this.fd).size < this.offset || !beginningOf(this.fd).subarray(0, this.beginning.length).equals(this.beginning);
  }

  /** Goes back to its beginning. */
  restart(): void {
    this.offset = 0;
    this.beginning = beginningOf(this.fd);
  }

  read(into: Buffer): number {
    const length = readSync(this.fd, into, 0, into.length, this.offset);
    this.offset += length;
    if (length > 0 && this.beginning.length < HEAD_BYTES) this.beginning = beginningOf(this.fd);
    return length;
  }

  close(): void {
    closeSync(this.fd);
  }
}

/**
 * What stands behind a place in a file that was rotated, and then what the log was after that file and before it became
 * the one that it is now. When the file is not there any more, only what is newer than `writtenAtNs`; nothing when that is null.
 *
 * @returns Whether that file is there.
 */
function restOfRotated(file: string, from: LogPlace, now: string, writtenAtNs: bigint | null): AsyncGenerator<FollowedChunk, boolean> {
  return withRotatedFiles(file, async function* (all) {
    const rotated = all.filter(({ id }) => id !== now);
    const isOld = (one: RotatedFile): boolean => isPlaceIn(from, one);
    const old = rotated.find((one) => one.id === from.file && isOld(one)) ?? rotated.find(isOld);
    if (old !== undefined) yield* chunksOf(old, from, null);
    const newer = old !== undefined ? rotated.slice(rotated.indexOf(old) + 1) : rotated.filter((one) => writtenAtNs !== null && one.writtenAtNs > writtenAtNs);
    for (const one of newer) {
      const begins = placeIn(one.id, one.beginning, 0);
      if (!isOld(one)) yield* chunksOf(one, begins, begins);
    }
    return old !== undefined;
  });
}

/** The chunks say which file it was when it was met: compressed, it is another one. */
async function* chunksOf(rotated: RotatedFile, from: LogPlace, begins: LogPlace | null): AsyncGenerator<FollowedChunk> {
  let offset = from.offset;
  let first = begins;
  for await (const bytes of rotated.bytesFrom(offset)) {
    offset += bytes.length;
    yield { bytes, place: placeIn(from.file, rotated.beginning, offset), begins: first };
    first = null;
  }
}
