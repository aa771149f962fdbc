import type { Scheduler } from '../scheduler.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A scheduler whose time passes when it is told to. */
export class VirtualTime implements Scheduler {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(now = 0) {
    this.#now = now;
  }

  /** Milliseconds. */
  get now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    const timer: Timer = { at: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as Timer);
  }

  /** How many timers are set. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Forgets every timer, as a process that ends does. */
  clear(): void {
    this.#timers.clear();
  }

  /** Lets time pass; calls back what becomes due, in order of time. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      let next: Timer | null = null;
      for (const timer of this.#timers) if (timer.at <= until && (next === null || timer.at < next.at)) next = timer;
      if (next === null) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = until;
  }
}
