import { asOptions, withMethods } from './checked.js';
import { formatLine } from './format-line.js';
import type { Line } from './line.js';
import type { Reportable } from './reportable.js';
import type { Formatter, Sink } from './sink.js';

/** The part of an OpenTelemetry logger (`@opentelemetry/api-logs`) that is used. */
export interface OtelLogger {
  emit(record: {
    severityNumber: number;
    severityText: string;
    body: string;
    eventName: string;
    timestamp?: [seconds: number, nanoseconds: number];
    attributes: Record<string, string | number | string[]>;
  }): void;
  /** Would such a record be emitted? Without it, every record is taken to be. */
  enabled?(record: { severityNumber: number; eventName: string }): boolean;
}

export interface OtelSinkOptions<E extends Reportable> {
  readonly logger: OtelLogger;
  /** The body. @defaultValue {@link formatLine} */
  readonly format?: Formatter<E>;
  /** Turns a line's time into milliseconds since 1970; without it a record has the time at which it is made. */
  readonly epochMs?: (at: number) => number;
}

/** SeverityNumber of WARN and ERROR. Source: OpenTelemetry logs data model. */
const WARN = 13;
const ERROR = 17;

/**
 * Lines as OpenTelemetry log records; counts and reasons are attributes under `nopage.`. What the logger would drop, as
 * after a shutdown, is refused, so that its events stay held, and counted.
 */
export function otelSink<E extends Reportable>(options: OtelSinkOptions<E>): Sink<E> {
  const { logger, format = formatLine, epochMs } = asOptions(options);
  withMethods('logger', logger, ['emit']);
  return {
    write(line: Line<E>): number | false {
      const isError = line.level === 'error';
      const severityNumber = isError ? ERROR : WARN;
      const eventName = `nopage.${line.kind}`;
      if (logger.enabled?.({ severityNumber, eventName }) === false) return false;
      const body = format(line);
      logger.emit({
        severityNumber,
        severityText: isError ? 'ERROR' : 'WARN',
        body,
        eventName,
        ...(epochMs !== undefined && { timestamp: hrTime(epochMs(line.at)) }),
        attributes: attributesOf(line),
      });
      return body.length;
    },
  };
}

/** Seconds and nanoseconds: a plain number would be read as one of several clocks, by its size. */
const hrTime = (ms: number): [number, number] => [Math.floor(ms / 1000), Math.round((ms - 1000 * Math.floor(ms / 1000)) * 1e6)];

function attributesOf<E extends Reportable>(line: Line<E>): Record<string, string | number | string[]> {
  const { key, covers, since, until, occasion, vote, stack, reasons } = line;
  return {
    'nopage.key': key,
    'nopage.covers': covers,
    'nopage.since_ms': since,
    'nopage.until_ms': until,
    'nopage.occasion': occasion,
    ...(vote !== null && { 'nopage.verdict': vote.verdict, 'nopage.code': vote.code }),
    ...(stack !== null && { 'code.stacktrace': typeof stack === 'string' ? stack : stack.join('\n') }),
    ...Object.fromEntries(Object.entries(reasons).map(([code, n]) => [`nopage.held.${code}`, n])),
  };
}
