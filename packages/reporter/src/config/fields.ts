import { toMs, type Duration } from '../duration.js';
import { ReporterError } from '../errors.js';
import { shown } from '../shown.js';

/** What a field of a configuration may be. Both the reader and the JSON schema are made from it. */
export type FieldType =
  | { readonly is: 'number'; readonly min: number; readonly max?: number; readonly whole?: true }
  | { readonly is: 'duration' }
  | { readonly is: 'boolean' }
  | { readonly is: 'one-of'; readonly words: readonly (string | null)[] }
  | { readonly is: 'strings' }
  | { readonly is: 'string' }
  | { readonly is: 'object' }
  | { readonly is: 'test' }
  | { readonly is: 'key' }
  | { readonly is: 'policy' }
  | { readonly is: 'policies' };

export interface Field {
  readonly type: FieldType;
  readonly about: string;
  readonly required?: true;
}

export const fail = (path: string, message: string): never => {
  throw new ReporterError('BAD_CONFIG', message, path);
};

export function asObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(path, `is ${shown(value)}, and must be an object`);
  return value as Readonly<Record<string, unknown>>;
}

export function asList(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) ? value : fail(path, `is ${shown(value)}, and must be a list`);
}

export function asString(value: unknown, path: string): string {
  return typeof value === 'string' ? value : fail(path, `is ${shown(value)}, and must be a text`);
}

export const asStrings = (value: unknown, path: string): readonly string[] => asList(value, path).map((entry, i) => asString(entry, `${path}[${i}]`));

/** A value of a field that stands for itself; combinators read their own. */
export function readField(type: FieldType, value: unknown, path: string): unknown {
  switch (type.is) {
    case 'number': {
      const { min, max = Number.MAX_SAFE_INTEGER, whole } = type;
      const fits = typeof value === 'number' && value >= min && value <= max && (whole !== true || Number.isInteger(value));
      return fits ? value : fail(path, `is ${shown(value)}, and must be a ${whole === true ? 'whole ' : ''}number from ${min}${type.max === undefined ? '' : ` to ${max}`}`);
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : fail(path, `is ${shown(value)}, and must be true or false`);
    case 'duration':
      return readDuration(value, path);
    case 'one-of':
      return type.words.includes(value as string | null) ? value : fail(path, `is ${shown(value)}, and must be one of ${type.words.map(shown).join(', ')}`);
    case 'strings':
      return asStrings(value, path);
    case 'string':
      return asString(value, path);
    default:
      return value;
  }
}

export function readDuration(value: unknown, path: string): Duration {
  if (typeof value !== 'number' && typeof value !== 'string') return fail(path, `is ${shown(value)}, and must be a duration: "10s", "5m", or milliseconds`);
  try {
    toMs(value);
    return value;
  } catch (error) {
    return fail(path, error instanceof Error ? error.message : String(error));
  }
}
