import type { FailureEvent } from '@nopage/gfp';
import { asFunction, asOptions, withMethods } from './checked.js';
import type { Duration } from './duration.js';
import type { Policy } from './policy.js';
import { asPolicy } from './policy-parts.js';
import { bySite, type Reportable } from './reportable.js';
import type { SavedReporter } from './saved.js';
import type { Scheduler } from './scheduler.js';
import type { Sink } from './sink.js';

/** Takes a stack: text, or names from the innermost on; null when there is none. */
export type CaptureStack = (above: (...args: never[]) => unknown) => string | readonly string[] | null;

export interface ReporterOptions<E extends Reportable = FailureEvent> {
  readonly policy: Policy<E>;
  readonly sink: Sink<E>;
  /** What is counted together. @defaultValue the event's site */
  readonly keyOf?: (event: E) => string;
  /**
   * How many an event stands for, a whole number from 1 on: `(event) => event.repeats` for a log that folds what repeats.
   * They are counted, told and held as so many. @defaultValue 1
   */
  readonly countOf?: (event: E) => number;
  /**
   * What is held is told after this long at the latest: by the scheduler, and without one at the next event or
   * `tick()`. At least 1 ms; `Infinity`: only with the next line, on a change of policy and on close. @defaultValue 60s
   */
  readonly maxSilence?: Duration;
  /** Keys with counts of their own, 1 to 2^20; the rest is counted under `(other)`. @defaultValue 1024 */
  readonly maxKeys?: number;
  /** Wakes the reporter when no event comes: `globalThis`, or a test's own. */
  readonly scheduler?: Scheduler;
  /** The time of events that have none, and of `tick()` and `close()` without one; milliseconds. */
  readonly clock?: () => number;
  /**
   * Where the event comes from: `callerNames()`, or a function of your own. Called only when an event is told, after the
   * vote, with `report` itself, above which a stack is of no interest.
   */
  readonly captureStack?: CaptureStack;
  /** Lines that an asynchronous sink may leave unsettled; beyond, lines are held. 1 to 65,536. @defaultValue 64 */
  readonly maxPendingLines?: number;
  /** Builds every vote with its reasons and its tree, also for held events: for replays and explanations. @defaultValue false */
  readonly detailed?: boolean;
  /** Objects and entries that the policy's state may grow to; beyond, it starts afresh, which is said. @defaultValue 200,000 */
  readonly maxStateNodes?: number;
  /** Measures votes, in milliseconds: `() => performance.now()`. Without one, no vote is too slow. */
  readonly stopwatch?: () => number;
  /** A policy that takes longer than this three votes in a row, or again and again, is set aside, which is said. @defaultValue 100 */
  readonly maxVoteMs?: number;
  /** What `save()` gave: counts and, for a policy of the same name, its state. */
  readonly resume?: SavedReporter;
}

const FUNCTIONS = ['keyOf', 'countOf', 'clock', 'captureStack', 'stopwatch'] as const;

/** Looks at everything that will be called later on. @throws {ReporterError} `BAD_OPTION`. */
export function checkSeams<E extends Reportable>(options: ReporterOptions<E>): void {
  asPolicy('policy', asOptions(options).policy);
  withMethods('sink', options.sink, ['write']);
  for (const name of FUNCTIONS) if (options[name] !== undefined) asFunction(name, options[name]);
  if (options.scheduler !== undefined) withMethods('scheduler', options.scheduler, ['setTimeout', 'clearTimeout']);
}

/** The usual key is taken without a call. */
export const unlessBySite = <E extends Reportable>(keyOf: ((event: E) => string) | undefined): ((event: E) => string) | undefined =>
  keyOf === bySite ? undefined : keyOf;
