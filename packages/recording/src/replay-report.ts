import type { Difference } from './compare.js';

/** The first thing that came out otherwise than it was recorded. */
export interface Mismatch {
  readonly kind: 'result' | 'state' | 'event' | 'fields' | 'decision';
  /** Line in the recording. */
  readonly line: number;
  /** Index of the operation; for a state, of the one before it. */
  readonly operation: number;
  /** `A 17 order 2 gfp 0x820`, `state final`. */
  readonly what: string;
  readonly expected: string;
  readonly got: string;
  /** How the states differ: that state, or the next one after a result that was another; [] when none follows. */
  readonly differences: readonly Difference[];
  /** Line of the state that they are of; 0 when they are of none. */
  readonly stateLine: number;
}

/** How a replay went: what `nopage replay` prints. */
export interface ReplayReport {
  readonly v: 1;
  readonly trace: string;
  readonly release: string;
  readonly profile: string;
  /** Operations replayed, and those that came out as recorded. */
  readonly ops: number;
  readonly matched: number;
  readonly states: number;
  readonly statesMatched: number;
  /** Recorded operations that were not replayed, and states that were taken as a new start: see `replay`. */
  readonly skippedOps: number;
  readonly skippedStates: number;
  /** Fault decisions replayed; those that differ are mismatches. */
  readonly decisions: number;
  /** Was it called off? What came before is in the report. */
  readonly interrupted: boolean;
  readonly firstMismatch: Mismatch | null;
}
