import { asOptions } from './checked.js';
import type { Line } from './line.js';
import type { Reportable } from './reportable.js';
import type { Sink } from './sink.js';
import { streamSink, type StreamSinkOptions } from './stream.js';

export type NdjsonSinkOptions = Omit<StreamSinkOptions<Reportable>, 'format'>;

/** Every field of a {@link Line}, as one JSON object on one line. */
export function ndjsonSink<E extends Reportable>(options: NdjsonSinkOptions): Sink<E> {
  return streamSink<E>({ ...asOptions(options), format: toJsonLine });
}

/** A line as JSON text without a newline; what JSON has no word for in an event becomes text. */
export function toJsonLine<E extends Reportable>(line: Line<E>): string {
  return JSON.stringify({ v: 1, ...line }, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}
