import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { CliError, nothingToRead } from '../cli-error.js';
import type { Io } from '../io.js';
import { attempt, reasonOf } from './attempt.js';
import { foreignText } from './foreign-bytes.js';
import { PlainFile } from './plain-file.js';
import { stdinChunks } from './stdin-chunks.js';

const CHUNK_BYTES = 1 << 20;
/** How much is read between two looks at the world: often enough for Ctrl-C and for slow readers of our output. */
const TURN_BYTES = 16 << 20;

/** One file, or standard input. */
export interface Input {
  /** As the user named it; null for standard input. */
  readonly file: string | null;
  /** Bytes in all, as far as known before reading; compressed bytes for a .gz. */
  readonly bytes: number | null;
  /** A chunk is valid until the next one is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The same bytes for a reader that has a place for them; absent, or null, where they have to be waited for or unpacked. */
  readonly plain?: () => PlainFile | null;
}

/**
 * The inputs of a command: its FILE arguments, `-` for standard input, and standard input too when there is no FILE and
 * it is not a terminal. Gzip is recognised by its first bytes, not by its name.
 *
 * @throws {CliError} Usage (exit 2) when there is nothing to read.
 */
export function* inputsOf(io: Io, files: readonly string[]): Generator<Input> {
  if (files.length === 0 && io.stdin.isTTY) throw nothingToRead();
  for (const file of files.length === 0 ? ['-'] : files) {
    yield file === '-' ? { file: null, bytes: null, chunks: gunzipped(io, stdinChunks(io, io.interrupted), '-') } : fileInput(io, file);
  }
}

/** Opened when its first chunk is asked for, so that a file that isn't there stops nobody from reading the next. */
function fileInput(io: Io, file: string): Input {
  const stat = statSync(file, { throwIfNoEntry: false });
  return { file, bytes: stat?.isFile() ? stat.size : null, chunks: gunzipped(io, fileChunks(io, file), file), plain: () => PlainFile.open(file) };
}

/** Reads with one buffer that is used again: a stream of 64 KiB buffers costs 2.5 times the CPU on a big log. */
async function* fileChunks(io: Io, file: string): AsyncGenerator<Uint8Array> {
  const fd = attempt(file, () => openSync(file, 'r'));
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    for (let sinceTurn = 0; ; ) {
      const length = attempt(file, () => readSync(fd, buffer, 0, CHUNK_BYTES, null));
      if (length === 0 || io.interrupted.aborted) return;
      yield buffer.subarray(0, length);
      sinceTurn += length;
      if (sinceTurn >= TURN_BYTES) {
        sinceTurn = 0;
        await nextTurn();
      }
    }
  } finally {
    closeSync(fd);
  }
}

/** Passes bytes through, decompressed where they begin like gzip. */
async function* gunzipped({ interrupted }: Io, source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const foreign = foreignText(first.value, name);
  if (foreign !== null) throw new CliError(foreign);
  const rest = { [Symbol.asyncIterator]: () => iterator };
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield first.value;
    yield* rest;
    return;
  }
  const copied = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(first.value);
    for await (const chunk of rest) yield Buffer.from(chunk);
  };
  const plain = createGunzip();
  Readable.from(copied()).on('error', (error: Error) => plain.destroy(error)).pipe(plain);
  try {
    yield* plain as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!interrupted.aborted) throw new CliError(`${name}: damaged gzip data: ${reasonOf(error)}`);
  }
}
