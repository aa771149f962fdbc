import { FaultError } from './errors.js';
import type { Then } from './sweep/report.js';

/**
 * Are the options known ones, of the kind they must be (`function`, `string or object`)?
 *
 * @throws {FaultError} `UNKNOWN_ATTRIBUTE` or `BAD_OPTION`.
 */
export function checkKinds(options: object, kinds: Readonly<Record<string, string>>): void {
  if (typeof options !== 'object' || (options as unknown) === null) throw new FaultError('BAD_OPTION', { attribute: 'options', given: options, range: 'an object' });
  for (const [attribute, given] of Object.entries(options) as [string, unknown][]) {
    const kind = Object.hasOwn(kinds, attribute) ? kinds[attribute] : undefined;
    if (kind === undefined) throw new FaultError('UNKNOWN_ATTRIBUTE', { attribute, given, range: `one of ${Object.keys(kinds).join(', ')}` });
    if (given !== undefined && !kind.split(' or ').includes(kindOf(given))) {
      throw new FaultError('BAD_OPTION', { attribute, given, range: `${/^[aeiou]/i.test(kind) ? 'an' : 'a'} ${kind}` });
    }
  }
}

function kindOf(given: unknown): string {
  if (given === null) return 'null';
  if (Array.isArray(given)) return 'array';
  return isSignal(given) ? 'AbortSignal' : typeof given;
}

/** By its looks: a test environment may have an `AbortSignal` of its own. */
function isSignal(given: unknown): boolean {
  const { aborted, addEventListener } = Object(given) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}

/** @throws {FaultError} `BAD_OPTION`. */
export function wholeInRange(attribute: string, given: number, min: number, max: number): void {
  if (!Number.isInteger(given) || given < min || given > max) {
    throw new FaultError('BAD_OPTION', { attribute, given, range: `a whole number from ${min} to ${max}` });
  }
}

/** @throws {FaultError} `BAD_OPTION`. */
export function asThen(attribute: string, given: string): Then {
  if (given !== 'succeed' && given !== 'fail') throw new FaultError('BAD_OPTION', { attribute, given, range: '"succeed" or "fail"' });
  return given;
}

/** Something whose method is called later on. @throws {FaultError} `BAD_OPTION`. */
export function withMethod<T extends object>(attribute: string, given: T, method: keyof T & string): T {
  if (!hasMethod(given, method)) throw new FaultError('BAD_OPTION', { attribute, given, range: `an object with a method ${method}()` });
  return given;
}

/** A list of them. @throws {FaultError} `BAD_OPTION`. */
export function listWithMethod<T extends object>(attribute: string, given: readonly T[], method: keyof T & string): readonly T[] {
  const strangers = isList(given) ? given.filter((each) => !hasMethod(each, method)) : [given];
  if (strangers.length > 0) throw new FaultError('BAD_OPTION', { attribute, given: strangers[0], range: `a list of objects with a method ${method}()` });
  return given;
}

const hasMethod = (given: object, method: string): boolean => typeof (Object(given) as Readonly<Record<string, unknown>>)[method] === 'function';

const isList = (given: unknown): boolean => Array.isArray(given);

/** Something that is called later on. @throws {FaultError} `BAD_OPTION`. */
export function asFunction<T>(attribute: string, given: T): T {
  if (typeof given !== 'function') throw new FaultError('BAD_OPTION', { attribute, given, range: 'a function' });
  return given;
}
