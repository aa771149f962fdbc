import { boundedKey, type Reportable } from '../reportable.js';
import { shown } from '../shown.js';
import { asList, asObject, asString, asStrings, fail } from './fields.js';

/** The value at a dotted path of an event: `permits.sleep`; undefined where there is none. */
function valueAt(event: unknown, path: readonly string[]): unknown {
  let value: unknown = event;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

type Test = (event: Reportable) => boolean;

const CONDITIONS = ['is', 'not', 'atLeast', 'atMost', 'matches'] as const;

/**
 * A question about one field: `{ "field": "order", "atLeast": 3 }`, `{ "field": "site", "matches": "^nic_" }`,
 * `{ "field": "permits.sleep", "is": false }`; `is` and `not` take a value or a list. Several conditions must all hold.
 *
 * @throws {ReporterError} `BAD_CONFIG`.
 */
export function readTest(value: unknown, path: string): Test {
  const { field, ...conditions } = asObject(value, path);
  const names = asString(field, `${path}.field`).split('.');
  const tests = Object.entries(conditions).map(([name, wanted]) => readCondition(name, wanted, `${path}.${name}`));
  if (tests.length === 0) fail(path, `has no condition; there are ${CONDITIONS.join(', ')}`);
  return (event) => {
    const found = valueAt(event, names);
    return tests.every((test) => test(found));
  };
}

function readCondition(name: string, wanted: unknown, path: string): (found: unknown) => boolean {
  if (name === 'is' || name === 'not') {
    const values: readonly unknown[] = Array.isArray(wanted) ? asList(wanted, path) : [wanted];
    return name === 'is' ? (found) => values.includes(found) : (found) => !values.includes(found);
  }
  if (name === 'atLeast' || name === 'atMost') {
    if (typeof wanted !== 'number') return fail(path, `is ${shown(wanted)}, and must be a number`);
    return name === 'atLeast' ? (found) => typeof found === 'number' && found >= wanted : (found) => typeof found === 'number' && found <= wanted;
  }
  if (name === 'matches') {
    const pattern = readPattern(asString(wanted, path), path);
    return (found) => typeof found === 'string' && pattern.test(found);
  }
  return fail(path, `is no condition; there are ${CONDITIONS.join(', ')}`);
}

function readPattern(source: string, path: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    return fail(path, error instanceof Error ? error.message : 'is no regular expression');
  }
}

/** The key of an event: the values of one field or of several, `(unknown)` for one that it does not have. */
export function readKey(value: unknown, path: string): (event: Reportable) => string {
  const fields = typeof value === 'string' ? [value] : asStrings(value, path);
  if (fields.length === 0) fail(path, 'names no field');
  const paths = fields.map((field) => field.split('.'));
  return (event) => boundedKey(paths.map((names) => text(valueAt(event, names))).join(' '));
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '(unknown)' : JSON.stringify(value);
