import { FaultError } from './errors.js';
import type { PageFaultPoint, RuntimeFaultPoint } from './fault-point.js';

/**
 * Which requests of a run fail, as data: one bit a request, in order; requests after the last bit succeed. It can be
 * stored, compared, cut short and shrunk, which a probability cannot.
 */
export type FaultSchedule = readonly boolean[];

/** A schedule as text: `0` for a request that may pass, `1` for one that fails, zeros at the end left out. */
export function scheduleText(schedule: FaultSchedule): string {
  return schedule.map((fails) => (fails ? '1' : '0')).join('').replace(/0+$/, '');
}

/** Reads {@link scheduleText}. @throws {FaultError} `BAD_OPTION` when there is anything but `0`, `1` and `_` between them. */
export function parseSchedule(text: string): boolean[] {
  if (typeof text !== 'string' || !/^[01_]*$/.test(text)) throw new FaultError('BAD_OPTION', { attribute: 'schedule', given: text, range: 'zeros and ones, one a request' });
  return Array.from(text.replaceAll('_', ''), (bit) => bit === '1');
}

/** Fails the requests that a schedule says. */
export class ScheduledPoint implements PageFaultPoint, RuntimeFaultPoint {
  readonly schedule: FaultSchedule;
  readonly #nofail: number;
  #requests = 0;
  #injected = 0;

  /**
   * @param nofail - Flag bits of page requests that must never fail; they use no bit of the schedule.
   * @throws {FaultError} `BAD_OPTION` for what is no schedule.
   */
  constructor(schedule: FaultSchedule, nofail = 0x8000) {
    if (!Array.isArray(schedule)) throw new FaultError('BAD_OPTION', { attribute: 'schedule', given: schedule, range: 'a list of true and false, one a request' });
    this.schedule = schedule;
    this.#nofail = nofail;
  }

  /** Requests seen so far. */
  get requests(): number {
    return this.#requests;
  }

  get injected(): number {
    return this.#injected;
  }

  shouldFail(gfp: number, _order: number): boolean {
    return (gfp & this.#nofail) === 0 && this.#next();
  }

  shouldFailEx(_bytes: number): boolean {
    return this.#next();
  }

  #next(): boolean {
    const fails = this.schedule[this.#requests++] ?? false;
    if (fails) this.#injected++;
    return fails;
  }

  toString(): string {
    return `fault schedule ${scheduleText(this.schedule) || '(none fails)'}`;
  }
}
