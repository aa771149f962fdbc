import { ScenarioError } from './errors.js';

/** How many steps to take: a whole number from 0. @throws {ScenarioError} `STEP_COUNT`. */
export function stepCount(at: string, count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new ScenarioError('STEP_COUNT', at, `${String(count)} is no number of steps`);
}

/** Something whose methods are called later on. @throws {ScenarioError} `BAD_OPTION`. */
export function withMethods<T extends object>(at: string, value: T, methods: readonly (keyof T & string)[]): T {
  for (const method of methods) asFunction(`${at}.${method}`, (Object(value) as T)[method]);
  return value;
}

/** @throws {ScenarioError} `BAD_OPTION`. */
export function asFunction<T>(at: string, value: T): T {
  if (typeof value === 'function') return value;
  throw new ScenarioError('BAD_OPTION', at, 'must be a function');
}

/** @throws {ScenarioError} `BAD_OPTION`. */
export function asOptions<T extends object>(options: T): T {
  if (typeof options === 'object' && (options as unknown) !== null) return options;
  throw new ScenarioError('BAD_OPTION', 'options', 'must be an object');
}
