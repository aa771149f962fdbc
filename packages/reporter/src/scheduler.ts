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

/** One timer on a scheduler, which does not keep a process alive. */
export class Alarm {
  readonly #scheduler: Scheduler | undefined;
  readonly #ring: () => void;
  #handle: unknown = undefined;
  #armed = false;

  constructor(scheduler: Scheduler | undefined, ring: () => void) {
    this.#scheduler = scheduler;
    this.#ring = () => {
      this.#armed = false;
      this.#handle = undefined;
      ring();
    };
  }

  /** Could it be set, and is it not? */
  get idle(): boolean {
    return this.#scheduler !== undefined && !this.#armed;
  }

  set(delayMs: number): void {
    if (this.#scheduler === undefined || this.#armed || delayMs === Infinity) return;
    this.#armed = true;
    const handle = this.#scheduler.setTimeout(this.#ring, Math.min(Math.max(delayMs, 1), MAX_DELAY_MS));
    this.#handle = handle;
    if (isUnrefable(handle)) handle.unref();
  }

  clear(): void {
    if (this.#armed) this.#scheduler?.clearTimeout(this.#handle);
    this.#armed = false;
    this.#handle = undefined;
  }
}

const isUnrefable = (handle: unknown): handle is { unref(): void } =>
  typeof handle === 'object' && handle !== null && 'unref' in handle && typeof handle.unref === 'function';
