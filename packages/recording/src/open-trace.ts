import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { AbortSignalLike } from '@nopage/mm';
import { RecordingError } from './errors.js';
import { assertBytes, TraceReader, type TraceSink } from './trace-reader.js';

/** Where a recording comes from: a path, or its bytes, plain or compressed with gzip. */
export type TraceSource = string | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const CHUNK_BYTES = 1 << 18;

/**
 * Reads a recording from end to end. Nothing of it is kept but what `sink` keeps, and no chunk after the next one was
 * asked for.
 *
 * @param signal - Once aborted, the recording ends where it is.
 * @returns How many lines were read.
 * @throws {RecordingError} `BAD_ARGUMENT` for what is no source. At the first line that can't be, or where the source fails half-way. Errors of the source before
 *   its first line (no such file) come through as they are.
 */
export async function readTrace(source: TraceSource, sink: TraceSink, signal?: AbortSignalLike): Promise<number> {
  if (!isSource(source)) throw new RecordingError('BAD_ARGUMENT', 0, 'a recording comes from a path, from a stream or from a list of bytes');
  const reader = new TraceReader(sink);
  const chunks = typeof source === 'string' ? createReadStream(source, { highWaterMark: CHUNK_BYTES }) : source;
  for await (const chunk of located(plain(chunks), reader)) {
    if (signal?.aborted === true) return reader.lines;
    reader.push(chunk);
  }
  if (signal?.aborted !== true) reader.end();
  return reader.lines;
}

const isSource = (source: unknown): boolean =>
  typeof source === 'string' || (typeof source === 'object' && source !== null && (Symbol.asyncIterator in source || Symbol.iterator in source));

/** The same bytes, whose failures name the line up to which they came. */
async function* located(chunks: AsyncIterable<Uint8Array>, reader: TraceReader): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await iterator.next().catch((cause: unknown) => failedAt(reader.lines, cause));
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

function failedAt(lines: number, cause: unknown): never {
  if (cause instanceof RecordingError) throw new RecordingError(cause.code, lines + 1, cause.reason, { cause });
  if (lines === 0 || !(cause instanceof Error)) throw cause;
  throw new RecordingError('TRUNCATED', lines + 1, `the recording can't be read any further: ${cause.message}`, { cause });
}

/** The bytes as they were before compression, if they were compressed. */
async function* plain(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const [head, rest] = await peekBytes(chunks);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* rest;
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const input = Readable.from(rest, { objectMode: false });
  input.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of input.pipe(gunzip)) yield chunk as Uint8Array;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (!code.startsWith('Z_') && code !== 'ERR_BUFFER_TOO_LARGE') throw cause;
    throw new RecordingError(code === 'Z_BUF_ERROR' ? 'TRUNCATED' : 'GZIP', 0, `the compressed bytes ${code === 'Z_BUF_ERROR' ? 'end too early' : 'are damaged'} (${code})`, { cause });
  } finally {
    input.destroy();
  }
}

/** The first two bytes, and everything from the first byte on. */
async function peekBytes(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> {
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 2) {
    const next = await iterator.next();
    if (next.done === true) break;
    assertBytes(next.value);
    const joined = new Uint8Array(head.length + next.value.length);
    joined.set(head);
    joined.set(next.value, head.length);
    head = joined;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return [head, all()];
}
