import { asThen, checkKinds, listWithMethod, wholeInRange } from '../checked-options.js';
import { FaultError } from '../errors.js';
import { held } from '../oracles/held.js';
import type { Oracle, Counts } from '../oracles/oracle.js';
import { activeResources, openFiles } from '../oracles/resources.js';
import { listeners } from '../oracles/listeners.js';
import type { Adapter } from '../adapters/adapter.js';
import { nodeProcess, realTime } from '../runtime.js';
import { sameData } from './equal.js';
import { parseNth, type NthSelection } from './nth-selection.js';
import type { SweepCase, SweptRequest, Then } from './report.js';
import type { FailedRequest } from './nth-point.js';
import type { IsAllocator } from './site.js';

/** What a sweep may be told. Nothing is needed. */
export interface SweepOptions<T = unknown> {
  /** Name in the report. Default: the scenario function's. */
  readonly name?: string;
  /** Which requests to fail: `all`, `sites` (the first of each call site), `1-20`, `3,7-9`. Default `all`. */
  readonly nth?: string;
  /** What follows the n-th failure. Default `succeed`. */
  readonly then?: Then;
  /** The runtime's own allocations to count and fail; installed for each run and taken out after it. */
  readonly adapters?: readonly Adapter[];
  /** What is held, by the user's own count. */
  readonly held?: () => number | Counts;
  /** More counts to compare. Default, in Node: timers and handles, open files, `process` listeners. */
  readonly oracles?: readonly Oracle[];
  /** Invariants: the ones that are broken, as text. Asked after each run. */
  readonly check?: () => readonly string[] | Promise<readonly string[]>;
  /** How long a run may take, in milliseconds of `wait`. Default 5000. */
  readonly limitMs?: number;
  /** Lets time pass; give the fake clock's advance (`(ms) => vi.advanceTimersByTimeAsync(ms)`) for virtual time. Default: real time. */
  readonly wait?: (ms: number) => Promise<unknown>;
  /** Requests that a run may make before it counts as hung. Default 1,000,000. */
  readonly maxRequests?: number;
  /** Ending without an error after a failure counts as swallowed, even with the same result. Default false. */
  readonly mustTell?: boolean;
  /** Does this error tell of the failure? Default: `tellsOfFailure`. */
  readonly tells?: (error: unknown, request: SweptRequest) => boolean;
  /** Are two results the same? Default: by their data. */
  readonly same?: (expected: T, got: T) => boolean;
  /** After each case the scenario runs again without a failure and must end as it did before. Default true. */
  readonly recovers?: boolean;
  /** Cases at a time, 1 to 64; above 1 only where nothing process-wide is watched or patched. Default 1. */
  readonly parallel?: number;
  /** Runs before and after each run, outside of what is counted; `n` is the request that will fail, 0: none. */
  readonly setup?: (run: { readonly n: number }) => unknown;
  readonly teardown?: (run: { readonly n: number }) => unknown;
  /** Flag bits of page requests that must never fail and are not counted. Default 0x8000, `__GFP_NOFAIL` since 5.2. */
  readonly nofail?: number;
  /** Which frames belong to the allocator; the site is the first that does not. */
  readonly isAllocator?: IsAllocator;
  /** Text of a source file, for the evidence's hash; null when there is none. Default: from disk, in Node. */
  readonly readSource?: (path: string) => string | null;
  /** Hears of each case as it ends. */
  readonly onCase?: (result: SweepCase) => void;
  /** Ends the sweep with the run that is on; the report then has the cases so far. */
  readonly signal?: AbortSignal;
}

/** What each option must be; a list of them is what a misspelt one is told from. */
const KINDS: Readonly<Record<keyof SweepOptions, 'string' | 'number' | 'boolean' | 'function' | 'array' | 'AbortSignal'>> = {
  name: 'string', nth: 'string', then: 'string', adapters: 'array', held: 'function', oracles: 'array', check: 'function',
  limitMs: 'number', wait: 'function', maxRequests: 'number', mustTell: 'boolean', tells: 'function', same: 'function',
  recovers: 'boolean', parallel: 'number', setup: 'function', teardown: 'function', nofail: 'number', isAllocator: 'function',
  readSource: 'function', onCase: 'function', signal: 'AbortSignal',
};

/** What is compared where the user says nothing: timers and handles, open files, listeners of `process`. */
export function processOracles(): Oracle[] {
  return [activeResources(), openFiles(), listeners()];
}

/** The options with everything filled in. */
export type SweepSettings<T> = Required<Omit<SweepOptions<T>, 'held' | 'nth' | 'isAllocator' | 'readSource' | 'tells'>> & {
  readonly select: NthSelection;
  readonly isAllocator: IsAllocator | undefined;
  readonly tells: SweepOptions<T>['tells'] | undefined;
  readonly readSource: SweepOptions<T>['readSource'] | undefined;
  readonly virtualTime: boolean;
  /** Nobody looks at where the requests of a run came from: stacks are what a run costs most. */
  readonly countOnly: boolean;
  /** Hears of the sites of the requests there are, and of each site's file. */
  readonly onCounted: (trail: readonly string[], files: ReadonlyMap<string, string>) => void;
  /** Hears of the request that is made to fail, before it is refused. */
  readonly onFailed: (failed: FailedRequest) => void;
  readonly base: string;
};

/** @throws {FaultError} `UNKNOWN_ATTRIBUTE` or `BAD_OPTION`, naming the option, what was given and what is accepted. */
export function sweepSettings<T>(scenario: { readonly name: string }, options: SweepOptions<T>): SweepSettings<T> {
  checkKinds(options, KINDS);
  const { parallel = 1, limitMs = 5000, maxRequests = 1_000_000, nofail = 0x8000, then = 'succeed' } = options;
  const adapters = options.adapters ?? [];
  wholeInRange('parallel', parallel, 1, 64);
  wholeInRange('limitMs', limitMs, 1, 0x7fff_ffff);
  wholeInRange('maxRequests', maxRequests, 1, 100_000_000);
  wholeInRange('nofail', nofail, 0, 0xffff_ffff);
  if (typeof scenario !== 'function') throw new FaultError('BAD_OPTION', { attribute: 'scenario', given: scenario, range: 'a function' });
  asThen('then', then);
  listWithMethod('adapters', adapters, 'install');
  listWithMethod('oracles', options.oracles ?? [], 'counts');
  const oracles = [
    ...(options.held ? [held(options.held)] : []),
    ...(options.oracles ?? (parallel > 1 ? [] : processOracles())),
  ];
  const wide = [...adapters.map(({ name }) => name), ...oracles.map(({ name }) => name)];
  if (parallel > 1 && wide.length > 0) {
    throw new FaultError('BAD_OPTION', { attribute: 'parallel', given: parallel, range: `1 while there are ${wide.join(', ')}: runs beside one another could not be told apart` });
  }
  return {
    name: [options.name, scenario.name].find((name) => name !== undefined && name !== '') ?? 'scenario',
    select: parseNth(options.nth ?? 'all'),
    then, adapters, oracles, parallel, limitMs, maxRequests, nofail,
    check: options.check ?? (() => []),
    wait: options.wait ?? realTime,
    virtualTime: options.wait !== undefined,
    countOnly: false,
    mustTell: options.mustTell ?? false,
    tells: options.tells,
    same: options.same ?? sameData,
    recovers: options.recovers ?? true,
    setup: options.setup ?? (() => undefined),
    teardown: options.teardown ?? (() => undefined),
    isAllocator: options.isAllocator,
    readSource: options.readSource,
    onCase: options.onCase ?? (() => undefined),
    onCounted: () => undefined,
    onFailed: () => undefined,
    signal: options.signal ?? new AbortController().signal,
    base: nodeProcess()?.cwd() ?? '',
  };
}
