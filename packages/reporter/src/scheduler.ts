/**
 * What wakes the reporter when no event does. `globalThis` is one, in Node and in a browser; a test brings its own.
 */
export interface Scheduler {
  /** Calls back once, after about `delayMs`. The handle may have an `unref()`, which is called. */
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** The longest delay that timers take. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * One timer on a scheduler, which does not keep a process alive. A scheduler that throws is one that is not there; one
 * that calls back twice, or after `clear()`, is not heard.
 */
export class Alarm {
  readonly #scheduler: Scheduler | undefined;
  readonly #ring: (reached: number) => void;
  #handle: unknown = undefined;
  #armed = false;
  /** Tells the callbacks of this timer from those of earlier ones. */
  #round = 0;

  /** @param ring - Called with the time that has been reached by then, on the clock that `set` was told. */
  constructor(scheduler: Scheduler | undefined, ring: (reached: number) => void) {
    this.#scheduler = scheduler;
    this.#ring = ring;
  }

  /** Could it be set, and is it not? */
  get idle(): boolean {
    return this.#scheduler !== undefined && !this.#armed;
  }

  /** Rings once `dueAt` is reached; sooner when that is further away than a timer can wait. */
  set(dueAt: number, now: number): void {
    if (this.#scheduler === undefined || this.#armed) return;
    this.#armed = true;
    // What is never due needs no timer.
    if (dueAt === Infinity) return;
    const delayMs = Math.min(Math.max(dueAt - now, 1), MAX_DELAY_MS);
    const round = ++this.#round;
    try {
      const handle = this.#scheduler.setTimeout(() => {
        if (round !== this.#round || !this.#armed) return;
        this.#armed = false;
        this.#ring(Math.min(dueAt, now + delayMs));
      }, delayMs);
      this.#handle = handle;
      if (isUnrefable(handle)) handle.unref();
    } catch {
      this.#armed = false;
    }
  }

  clear(): void {
    this.#round++;
    this.#armed = false;
    try {
      this.#scheduler?.clearTimeout(this.#handle);
    } catch {
      // Its callback will not be heard.
    }
    this.#handle = undefined;
  }
}

const isUnrefable = (handle: unknown): handle is { unref(): void } =>
  typeof handle === 'object' && handle !== null && 'unref' in handle && typeof handle.unref === 'function';
