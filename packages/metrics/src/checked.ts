import { MetricsError } from './errors.js';

/** @throws {MetricsError} `BAD_OPTION`. */
export function wholeFrom(name: string, value: number, min: number): number {
  if (value === Infinity || (Number.isInteger(value) && value >= min)) return value;
  throw new MetricsError('BAD_OPTION', `${name} is ${String(value)}, and must be a whole number from ${min}`);
}

/** @throws {MetricsError} `BAD_OPTION`. */
export function asFunction<T>(name: string, value: T): T {
  if (typeof value === 'function') return value;
  throw new MetricsError('BAD_OPTION', `${name} must be a function`);
}

/** @throws {MetricsError} `BAD_OPTION`. */
export function asObject<T extends object>(name: string, value: T): T {
  if (typeof value === 'object' && (value as unknown) !== null) return value;
  throw new MetricsError('BAD_OPTION', `${name} must be an object`);
}

/** Something whose methods are called later on. @throws {MetricsError} `BAD_OPTION`. */
export function withMethods<T extends object>(name: string, value: T, methods: readonly (keyof T & string)[]): T {
  for (const method of methods) asFunction(`${name}.${method}`, asObject(name, value)[method]);
  return value;
}

/** A count of a saved state. @throws {MetricsError} `BAD_STATE`. */
export function savedCount(name: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new MetricsError('BAD_STATE', `${name} is ${String(value)}, and must be a count`);
}
