import { formatLine } from './format-line.js';
import type { Line } from './line.js';
import type { Reportable } from './reportable.js';
import type { Formatter, Sink } from './sink.js';

/** The part of a pino logger that is used; any logger with this shape will do. */
export interface PinoLike {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface PinoSinkOptions<E extends Reportable> {
  readonly logger: PinoLike;
  /** The message. @defaultValue {@link formatLine} */
  readonly format?: Formatter<E>;
}

/**
 * Lines as records of pino, `error` for what was escalated and `warn` for the rest, with the whole line under
 * `nopage`. The logger's own level must let `warn` through: a notice that is filtered out is a count that is lost.
 */
export function pinoSink<E extends Reportable>(options: PinoSinkOptions<E>): Sink<E> {
  const { logger, format = formatLine } = options;
  return {
    write(line: Line<E>): number {
      const text = format(line);
      logger[line.level === 'error' ? 'error' : 'warn']({ nopage: line }, text);
      return text.length;
    },
  };
}
