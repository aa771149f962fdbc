import type { FailureEvent } from '@nopage/gfp';
import type { Reportable } from './reportable.js';
import type { Vote } from './vote.js';

/**
 * `event`: an event with a line of its own, and what was held back before it. `disclosure`: only what was held back.
 * `notice`: words about the reporting itself, which account for no event.
 */
export type LineKind = 'event' | 'disclosure' | 'notice';

/** Why a line is said now: an event's turn, or what made a disclosure due. */
export type Occasion = 'event' | 'silence' | 'swap' | 'close' | 'trouble';

/**
 * What a sink is given. Plain data apart from the event. The sum of `covers` over all lines that a sink took is the
 * number of events told.
 */
export interface Line<E extends Reportable = FailureEvent> {
  readonly kind: LineKind;
  readonly occasion: Occasion;
  /** `error` for what was escalated, and for a disclosure that hides such an event; else `warning`. */
  readonly level: 'warning' | 'error';
  /** Milliseconds on the producer's clock as it goes now. */
  readonly at: number;
  readonly key: string;
  /** Events that this line accounts for: its own, and those held back before it. */
  readonly covers: number;
  /** How many of them are its own: what its event stands for, 1 as a rule; 0 for a disclosure and a notice. */
  readonly own: number;
  /** What was held back, by the code of the vote that held it; sums to `covers` less `own`. */
  readonly reasons: Readonly<Record<string, number>>;
  /** First and last time of what it covers, on the same clock as `at`. */
  readonly since: number;
  readonly until: number;
  /** The vote that gave an event its line. */
  readonly vote: Vote | null;
  readonly event: E | null;
  /** Where the event was reported from, when the reporter captures stacks. */
  readonly stack: string | readonly string[] | null;
  /** The words of a notice. */
  readonly text: string | null;
}

/** Events that a line held back until now. */
export const heldIn = (line: Line<Reportable>): number => line.covers - line.own;
