import { isSinceBoot } from './since-boot.js';

/** CPUs print a little out of order: that is no new start. */
const SLACK_MS = 10_000;

/**
 * Time that goes on where the clock of a log begins anew: stamps in time since boot fall back when the machine starts
 * again. What passed between is not known, so a span over several boots is the least that it can have been.
 */
export class RunningClock {
  #boots = 1;
  #before = 0;
  #latest = 0;

  /** How many starts of the machine the moments so far are of. */
  get boots(): number {
    return this.#boots;
  }

  /** The moment on the running clock; moments come in the order of the log. Dates stay as they are. */
  of(at: number): number {
    if (!isSinceBoot(at)) return at;
    if (at + SLACK_MS < this.#latest) {
      this.#boots++;
      this.#before += this.#latest;
      this.#latest = 0;
    }
    this.#latest = Math.max(this.#latest, at);
    return this.#before + at;
  }
}
