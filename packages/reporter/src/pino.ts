import { asOptions, withMethods } from './checked.js';
import { formatLine } from './format-line.js';
import type { Line } from './line.js';
import type { Reportable } from './reportable.js';
import type { Formatter, Sink } from './sink.js';

/** The part of a pino logger that is used; any logger with this shape will do. */
export interface PinoLike {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Would a record of this level be written? Without it, every level is taken to be. */
  isLevelEnabled?(level: 'warn' | 'error'): boolean;
}

export interface PinoSinkOptions<E extends Reportable> {
  readonly logger: PinoLike;
  /** The message. @defaultValue {@link formatLine} */
  readonly format?: Formatter<E>;
}

/**
 * Lines as records of pino, `error` for what was escalated and `warn` for the rest, with the whole line under
 * `nopage`. What the logger's own level would filter out is refused, so that its events stay held, and counted.
 */
export function pinoSink<E extends Reportable>(options: PinoSinkOptions<E>): Sink<E> {
  const { logger, format = formatLine } = asOptions(options);
  withMethods('logger', logger, ['warn', 'error']);
  return {
    write(line: Line<E>): number | false {
      const level = line.level === 'error' ? 'error' : 'warn';
      if (logger.isLevelEnabled?.(level) === false) return false;
      const text = format(line);
      logger[level]({ nopage: line }, text);
      return text.length;
    },
  };
}
