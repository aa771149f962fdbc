import { asOptions, withMethods } from './checked.js';
import { formatLine } from './format-line.js';
import type { Line } from './line.js';
import type { Reportable } from './reportable.js';
import type { Formatter, Sink } from './sink.js';

/** The part of `console` that is used. */
export interface ConsoleLike {
  warn(text: string): void;
  error(text: string): void;
}

export interface ConsoleSinkOptions<E extends Reportable> {
  readonly console: ConsoleLike;
  /** @defaultValue {@link formatLine} */
  readonly format?: Formatter<E>;
}

/** Lines on a console: `error` for what was escalated, `warn` for the rest. */
export function consoleSink<E extends Reportable>(options: ConsoleSinkOptions<E>): Sink<E> {
  const { console, format = formatLine } = asOptions(options);
  withMethods('console', console, ['warn', 'error']);
  return {
    write(line: Line<E>): number {
      const text = format(line);
      console[line.level === 'error' ? 'error' : 'warn'](text);
      return text.length;
    },
  };
}
