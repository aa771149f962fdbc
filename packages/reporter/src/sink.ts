import type { FailureEvent } from '@nopage/gfp';
import type { Line } from './line.js';
import type { Reportable } from './reportable.js';

/** Where lines go. */
export interface Sink<E extends Reportable = FailureEvent> {
  /**
   * Takes a line.
   *
   * @returns `false` when it can't be taken now: its events stay held and are told later. A number is the bytes it came
   *   to, for policies that ration bytes. A promise leaves its events pending until it settles: resolved is taken
   *   (`false`: not taken), rejected is not. Anything else is taken.
   * @throws Anything: as `false`, with the reason `sink/threw`.
   */
  write(line: Line<E>): unknown;
}

/** A line as text. */
export type Formatter<E extends Reportable = FailureEvent> = (line: Line<E>) => string;
