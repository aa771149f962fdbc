import type { Policy } from '../policy.js';
import type { Reportable } from '../reportable.js';
import type { ReporterMaker } from './rig.js';
import type { EventMaker, Pace, Script } from './script.js';

/** At most so many lines of events in any span of `intervalMs`, on a clock that goes forward. */
export interface BudgetClaim {
  readonly lines: number;
  readonly intervalMs: number;
}

/** What a law is tried with. */
export interface Trial<E extends Reportable> {
  readonly policy: Policy<E>;
  readonly makeReporter: ReporterMaker<E>;
  readonly makeEvent: EventMaker<E>;
  readonly budget: BudgetClaim | null;
  /** Whether the events are the laws' own, which may come from any site, and at no known time. */
  readonly hasOwnEvents: boolean;
}

/** A promise that holds for every policy, every input and every clock. */
export interface Law {
  readonly name: LawName;
  /** The promise, in a sentence. */
  readonly title: string;
  readonly pace: Pace;
  /** Tried on one script in so many. @defaultValue 1 */
  readonly share?: number;
  /** Tries it on one script: null when it holds, else how it was broken. */
  check<E extends Reportable>(trial: Trial<E>, script: Script): string | null;
}

export type LawName =
  | 'determinism'
  | 'conservation'
  | 'lines'
  | 'bounded-keys'
  | 'given-up'
  | 'bounded-state'
  | 'budget'
  | 'order-independence'
  | 'liveness'
  | 'no-starvation'
  | 'hot-swap'
  | 'resume'
  | 'refusing-sink'
  | 'after-close'
  | 'manners';
