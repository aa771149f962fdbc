import { toMs, type Duration } from './duration.js';
import { ReporterError } from './errors.js';
import { shown } from './shown.js';

/** A number that an option may be. @throws {ReporterError} `BAD_OPTION`, with the name, the value and the range. */
export function inRange(name: string, value: number, min: number, max: number): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  return refuse(name, value, `from ${min} to ${max}`);
}

/** As {@link inRange}, for whole numbers. */
export function wholeInRange(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  return refuse(name, value, `a whole number from ${min} to ${max}`);
}

/** Milliseconds of a duration. @throws {ReporterError} `BAD_DURATION`; `BAD_OPTION` when it is out of range. */
export const msInRange = (name: string, duration: Duration, min: number, max: number = Infinity): number => inRange(name, toMs(duration, name), min, max);

/** Options are an object. @throws {ReporterError} `BAD_OPTION`. */
export function asOptions<T extends object>(options: T): T {
  return (typeof options as unknown) === 'object' && (options as unknown) !== null ? options : refuse('options', options, 'an object');
}

/** @throws {ReporterError} `BAD_OPTION`. */
export function asText<T>(name: string, value: T): T {
  return typeof value === 'string' ? value : refuse(name, value, 'a text');
}

/** @throws {ReporterError} `BAD_OPTION`. */
export function asFunction<T>(name: string, value: T): T {
  return typeof value === 'function' ? value : refuse(name, value, 'a function');
}

/** @throws {ReporterError} `BAD_OPTION`. */
export function asOneOf<T>(name: string, value: T, words: readonly T[]): T {
  return words.includes(value) ? value : refuse(name, value, `one of ${words.map(shown).join(', ')}`);
}

/** Any list; a text, which JavaScript takes for one of characters, is none. @throws {ReporterError} `BAD_OPTION`. */
export function asIterable<T extends Iterable<unknown>>(name: string, value: T): T {
  const isList = typeof (value as unknown) === 'object' && (value as unknown) !== null && Symbol.iterator in value;
  return isList ? value : refuse(name, value, 'a list');
}

/** Something that has methods. @throws {ReporterError} `BAD_OPTION`, naming the method that it has not. */
export function withMethods<T extends object>(name: string, value: T, methods: readonly (keyof T & string)[]): T {
  if ((value as unknown) === null || !['object', 'function'].includes(typeof value)) return refuse(name, value, `an object with ${methods.join(', ')}`);
  for (const method of methods) asFunction(`${name}.${method}`, value[method]);
  return value;
}

/** @throws {ReporterError} `BAD_OPTION`, always. */
function refuse(name: string, value: unknown, wanted: string): never {
  throw new ReporterError('BAD_OPTION', `${name} is ${shown(value)}, and must be ${wanted}`);
}
