import type { Reportable } from './reportable.js';

/** A clock that is behind by less than this is taken for events out of order; by more, for a clock that was set back. */
const OUT_OF_ORDER_MS = 1000;

/** The largest time that a Date can be; anything beyond is not taken for a time. */
const LATEST_MS = 8.64e15;

/**
 * Time that never goes back, made from a clock that may. An event a little late happens now; after a step back of
 * {@link OUT_OF_ORDER_MS} or more the clock is followed again from where it is, so that a window opened before the step
 * ends as if there had been none.
 */
export class ForwardClock {
  /** Milliseconds; 0 before the first event. */
  now = 0;
  /** `now` minus the producer's clock. */
  offset = 0;
  started = false;
  /** Whether something has happened before any time was known: it then happened at the first one that is. */
  hasUndated = false;
  readonly #read: (() => number) | undefined;

  /** @param read - The producer's clock, for events that do not say when they happened. */
  constructor(read?: () => number) {
    this.#read = read;
  }

  /** Takes the producer's time, read when it is not given; what is no time leaves it where it is. */
  advance(at: unknown = this.#readTime()): void {
    if (typeof at !== 'number' || !(at <= LATEST_MS && at >= -LATEST_MS)) return;
    const next = at + this.offset;
    if (!this.started) {
      this.started = true;
      if (this.hasUndated) this.offset = this.now - at;
      else this.now = at;
    } else if (next >= this.now) this.now = next;
    else if (this.now - next >= OUT_OF_ORDER_MS) this.offset = this.now - at;
  }

  /**
   * Takes an event's time. The whole event is handed over, because a time that goes from call to call is a number on
   * the heap each time.
   */
  follow(event: Reportable): void {
    const { at } = event;
    if (typeof at === 'number') {
      const next = at + this.offset;
      if (this.started && next >= this.now && next <= LATEST_MS) {
        this.now = next;
        return;
      }
      this.advance(at);
    } else this.advance();
    this.hasUndated = !this.started;
  }

  /** Lets time pass that no event has told of. */
  reach(now: number): void {
    if (now > this.now) this.now = now;
  }

  /** One of our times on the producer's clock as it goes now. */
  onProducersClock(time: number): number {
    return time - this.offset;
  }

  #readTime(): unknown {
    try {
      return this.#read?.();
    } catch {
      // A clock that throws has no time to tell: it is as late as it was.
      return null;
    }
  }
}
