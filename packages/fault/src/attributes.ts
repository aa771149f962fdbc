import { FaultError } from './errors.js';
import { addressOf, codeRegion } from './region.js';

/**
 * Which requests fail: the kernel's fault attributes by its own names, as plain data (JSON goes in and out).
 * Defaults and meaning: lib/fault-inject.c and mm/fail_page_alloc.c, v6.12.
 */
export interface FaultAttributes {
  /** Percent of the candidates that fail. 0: none (fail-nth still works); 100 and above: all. Default 0. */
  readonly probability: number;
  /** Only every n-th candidate may fail; 0 and 1: each. Default 1. */
  readonly interval: number;
  /** Failures left; 0: none, -1: no limit. Default **1**: one failure, then silence. */
  readonly times: number;
  /** What may still be had before failures begin: pages for page requests, bytes for others. Default 0. */
  readonly space: number;
  /** 0: silent; 1: two lines; 2 and above: with the stack. Default 2. */
  readonly verbose: number;
  /** Length of the message's rate limit, in milliseconds of the `now` seam (the kernel takes the number as jiffies); 0: no limit. Default 0. */
  readonly verboseRatelimitIntervalMs: number;
  /** Messages an interval lets through. Default 10. */
  readonly verboseRatelimitBurst: number;
  /** Only tasks with `makeItFail`. Default false. */
  readonly taskFilter: boolean;
  /** The mark of the task itself, where the caller gives no tasks of its own. Default false. */
  readonly makeItFail: boolean;
  /** Page requests of a smaller order never fail. Default 1. */
  readonly minOrder: number;
  /** Requests that may wait never fail. Default true. */
  readonly ignoreGfpWait: boolean;
  /** Requests that may use high memory never fail. Default true. */
  readonly ignoreGfpHighmem: boolean;
  /** Only slab caches that are marked. Default false. */
  readonly cacheFilter: boolean;
  /** How many frames the stack filter looks at; more than 32 are taken for 32. Default 32. */
  readonly stacktraceDepth: number;
  /**
   * Only requests whose stack touches this region fail; null: all do. Without an end: a function (`parseHeader`,
   * `Parser.read`), a file (`src/parse.js`, any tail of its path) or a pattern (`/regex/flags`, on "name file:line").
   * With an end: half-open, `file:line` to `file:line`, or addresses (numbers, `0x…`) for recordings. Default null.
   */
  readonly requireStart: string | null;
  readonly requireEnd: string | null;
  /** Requests whose stack touches this region never fail; null: none. As {@link requireStart}. Default null. */
  readonly rejectStart: string | null;
  readonly rejectEnd: string | null;
  /** Fails the n-th candidate from now, whatever the rest says; 0: off. Default 0. */
  readonly failNth: number;
}

/** What a caller may give: any of the attributes; addresses also as numbers, -1 for the highest. */
export type FaultAttributesInput = { readonly [K in keyof FaultAttributes]?: FaultAttributes[K] | (K extends RegionName ? number | bigint : never) };

type RegionName = 'requireStart' | 'requireEnd' | 'rejectStart' | 'rejectEnd';

/** What a kernel starts with. */
export const DEFAULT_ATTRIBUTES: FaultAttributes = {
  probability: 0,
  interval: 1,
  times: 1,
  space: 0,
  verbose: 2,
  verboseRatelimitIntervalMs: 0,
  verboseRatelimitBurst: 10,
  taskFilter: false,
  makeItFail: false,
  minOrder: 1,
  ignoreGfpWait: true,
  ignoreGfpHighmem: true,
  cacheFilter: false,
  stacktraceDepth: 32,
  requireStart: null,
  requireEnd: null,
  rejectStart: null,
  rejectEnd: null,
  failNth: 0,
};

const MAX_STACK_TRACE_DEPTH = 32;
const UINT32 = 0xffff_ffff;
const INTEGERS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  probability: [0, Number.MAX_SAFE_INTEGER],
  interval: [0, Number.MAX_SAFE_INTEGER],
  times: [-0x8000_0000, 0x7fff_ffff],
  space: [-0x8000_0000, 0x7fff_ffff],
  verbose: [0, Number.MAX_SAFE_INTEGER],
  verboseRatelimitIntervalMs: [0, UINT32],
  verboseRatelimitBurst: [0, UINT32],
  minOrder: [0, UINT32],
  stacktraceDepth: [0, UINT32],
  failNth: [0, UINT32],
};
const REGIONS: ReadonlySet<string> = new Set<RegionName>(['requireStart', 'requireEnd', 'rejectStart', 'rejectEnd']);
const NAMES = Object.keys(DEFAULT_ATTRIBUTES);

/**
 * Checks what is given and fills the rest from `base`.
 *
 * @throws {FaultError} `UNKNOWN_ATTRIBUTE`, `WRONG_TYPE`, `OUT_OF_RANGE` or `BAD_REGION`, naming attribute, value and range.
 */
export function faultAttributes(given: FaultAttributesInput = {}, base: FaultAttributes = DEFAULT_ATTRIBUTES): FaultAttributes {
  const checked: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(asRecord(given)) as [string, unknown][]) {
    if (value === undefined) continue;
    checked[name] = checkedValue(name, value);
  }
  const attributes = checked as unknown as FaultAttributes;
  codeRegion('require', attributes.requireStart, attributes.requireEnd);
  codeRegion('reject', attributes.rejectStart, attributes.rejectEnd);
  return attributes;
}

/** @throws {FaultError} `WRONG_TYPE`. */
export function asRecord<T extends object>(given: T): T {
  if (typeof given !== 'object' || (given as unknown) === null) throw new FaultError('WRONG_TYPE', { attribute: 'attributes', given, range: 'an object' });
  return given;
}

function checkedValue(name: string, value: unknown): number | boolean | string | null {
  const range = INTEGERS[name];
  if (range) return clamped(name, wholeNumber(name, value, range[0], range[1]));
  if (REGIONS.has(name)) return place(name, value);
  if (!NAMES.includes(name)) throw new FaultError('UNKNOWN_ATTRIBUTE', { attribute: name, given: value, range: `one of ${NAMES.join(', ')}` });
  if (typeof value !== 'boolean') throw new FaultError('WRONG_TYPE', { attribute: name, given: value, range: 'true or false' });
  return value;
}

// lib/fault-inject.c, debugfs_stacktrace_depth_set(), v6.12
function clamped(name: string, value: number): number {
  return name === 'stacktraceDepth' ? Math.min(value, MAX_STACK_TRACE_DEPTH) : value;
}

/** @throws {FaultError} `WRONG_TYPE` or `OUT_OF_RANGE`. */
export function wholeNumber(name: string, value: unknown, min: number, max: number): number {
  const range = `a whole number from ${min} to ${max}`;
  if (typeof value !== 'number') throw new FaultError('WRONG_TYPE', { attribute: name, given: value, range });
  if (!Number.isInteger(value) || value < min || value > max) throw new FaultError('OUT_OF_RANGE', { attribute: name, given: value, range });
  return value;
}

function place(name: string, value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === 'number' || typeof value === 'bigint') return addressOf(name, value);
  if (typeof value !== 'string') throw new FaultError('WRONG_TYPE', { attribute: name, given: value, range: 'a function, a file, a /pattern/, an address or null' });
  if (value === '') throw new FaultError('BAD_REGION', { attribute: name, given: value, range: 'a function, a file, a /pattern/, an address or null' });
  return value;
}
