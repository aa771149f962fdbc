import { given } from '@nopage/buddy';
import type { AbortSignalLike, SeamOptions, Shrinker } from '@nopage/mm';
import { ArenaError } from './errors.js';

/** Options of every arena; sizes in bytes. */
export interface PagedArenaOptions extends Pick<SeamOptions, 'fault' | 'onFailure' | 'shrinkers' | 'outOfMemory' | 'onKswapdWanted' | 'clock' | 'siteOf'> {
  /** The grain: sizes are rounded up to it, offsets are multiples of it. A power of two up to 2^30. @defaultValue 4096 */
  readonly pageBytes?: number;
  /**
   * Gives back what a block of `2 ** n` pages has beyond its request. False keeps it: up to half a block is wasted, but a
   * block that comes back is whole, where pieces of different lives would have settled in its tail. @defaultValue true
   */
  readonly exact?: boolean;
  /** Where the arena begins in its memory, a multiple of `pageBytes`: what lies before is never touched. @defaultValue 0 */
  readonly offset?: number;
  /** Most bytes that the arena may grow to. @defaultValue what the memory can have */
  readonly maximumBytes?: number;
  /** Least that memory grows by for a request that needs it to. @defaultValue a quarter of what there is */
  readonly growBytes?: number;
  /** Kept for those who can't wait, who may use five eighths of it, and for shrinkers. Whole pages. @defaultValue 0 */
  readonly reserveBytes?: number;
}

/** What a request may say beside its size and its rights. */
export interface AllocOptions {
  /** The offset is a multiple of it: a power of two up to 2^30. @defaultValue the page size */
  readonly align?: number;
}

export interface WaitOptions extends AllocOptions {
  /** Ends the wait: the outcome is then a refusal with the reason `aborted`. */
  readonly signal?: AbortSignalLike | undefined;
}

const FUNCTIONS = ['onFailure', 'outOfMemory', 'onKswapdWanted', 'clock', 'siteOf'] as const;

/** Looks at everything that will be called later on. @throws {ArenaError} `BAD_OPTION`. */
export function assertSeams(options: PagedArenaOptions): void {
  for (const name of FUNCTIONS) if (options[name] !== undefined) assertFunction(name, options[name]);
  if (options.fault !== undefined) assertFunction('fault.shouldFail', methodOf(options.fault, 'shouldFail'));
  const { shrinkers = [] } = options;
  if (!isList(shrinkers)) throw new ArenaError('BAD_OPTION', `shrinkers is a list, not ${given(shrinkers)}`);
  for (const [i, shrinker] of shrinkers.entries()) assertShrinker(`shrinkers[${i}]`, shrinker);
  const { exact } = options;
  if (exact !== undefined && typeof exact !== 'boolean') throw new ArenaError('BAD_OPTION', `exact is true or false, not ${given(exact)}`);
}

/** @throws {ArenaError} `BAD_OPTION`. */
export function assertShrinker(name: string, shrinker: Shrinker): void {
  for (const method of ['count', 'scan']) assertFunction(`${name}.${method}`, methodOf(shrinker, method));
}

/** @throws {ArenaError} `BAD_OPTION`. */
export function assertFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw new ArenaError('BAD_OPTION', `${name} is a function, not ${given(value)}`);
}

/** @throws {ArenaError} `BAD_OPTION`. */
export function assertOptions(options: object): void {
  if (typeof options !== 'object' || (options as unknown) === null) throw new ArenaError('BAD_OPTION', `the options of an arena are an object, not ${given(options)}`);
}

const isList = (value: unknown): boolean => Array.isArray(value);

const methodOf = (owner: object, name: string): unknown => (Object(owner) as Readonly<Record<string, unknown>>)[name];

/** @throws {ArenaError} `BAD_OPTION`, naming the size. */
export function assertBytes(sizes: Readonly<Record<string, number>>): void {
  for (const [name, bytes] of Object.entries(sizes)) {
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new ArenaError('BAD_OPTION', `${name} is a whole number of bytes from 0 on, not ${given(bytes)}`, { [name]: bytes });
  }
}
