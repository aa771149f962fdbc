/**
 * The limiter of the injection message: a fixed window that starts with the first message; what is held back is told
 * by the first message after the window. At exactly `begin + interval` the old window still holds.
 */
// lib/ratelimit.c, ___ratelimit(), v6.12
export class MessageLimit {
  #begin: number | null = null;
  #printed = 0;
  #missed = 0;

  /** Held back since the last message that told so. */
  get missed(): number {
    return this.#missed;
  }

  /**
   * @param now - Any clock that does not go backwards, in the unit of `interval`.
   * @returns Whether this message may be printed; `toldMissed` is what the kernel tells as "callbacks suppressed" just before it.
   */
  allows(interval: number, burst: number, now: number): { readonly allowed: boolean; readonly toldMissed: number } {
    if (interval === 0) return { allowed: true, toldMissed: 0 };
    this.#begin ??= now;
    let toldMissed = 0;
    if (now > this.#begin + interval) {
      toldMissed = this.#missed;
      this.#missed = 0;
      this.#begin = now;
      this.#printed = 0;
    }
    const allowed = this.#printed < burst;
    if (allowed) this.#printed++;
    else this.#missed++;
    return { allowed, toldMissed };
  }
}
