import { asOptions, withMethods } from './checked.js';
import { formatLine } from './format-line.js';
import type { Line } from './line.js';
import type { Reportable } from './reportable.js';
import type { Formatter, Sink } from './sink.js';

/** The part of Node's `Writable` that is used; `process.stderr` is one. */
export interface WritableLike {
  /** @param written - Called when the text has left the stream, or with what went wrong. */
  write(text: string, written?: (error?: Error | null) => void): boolean;
  /** True while the stream asks for no more. */
  readonly writableNeedDrain?: boolean;
  /** False once the stream is ended or destroyed. */
  readonly writable?: boolean;
}

export interface StreamSinkOptions<E extends Reportable> {
  readonly stream: WritableLike;
  /** A line's text, without the newline. @defaultValue {@link formatLine} */
  readonly format?: Formatter<E>;
  /**
   * Waits for the stream's word that a line was written: until then its events are pending, and what a full disk or a
   * broken pipe swallows is held again. Await `settled()` before the last `close()`. @defaultValue false: a line in the
   * stream's buffer is told
   */
  readonly confirm?: boolean;
}

/**
 * Text lines on a stream. While the stream is full or gone a line is refused, so that what waits is counted by the
 * reporter and not piled up in the stream's buffer.
 */
export function streamSink<E extends Reportable>(options: StreamSinkOptions<E>): Sink<E> {
  const { stream, format = formatLine, confirm = false } = asOptions(options);
  withMethods('stream', stream, ['write']);
  return {
    write(line: Line<E>): number | false | Promise<number> {
      if (stream.writableNeedDrain === true || stream.writable === false) return false;
      const text = `${format(line)}\n`;
      if (confirm) return new Promise((resolve, reject) => stream.write(text, (error) => (error ? reject(error) : resolve(text.length))));
      // False from write() means full from now on; this line is in the buffer.
      stream.write(text);
      return text.length;
    },
  };
}
