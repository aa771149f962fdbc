/** What a run of kswapd is wanted of. */
export interface KswapdDriver {
  /** Is it wanted now? */
  readonly wanted: () => boolean;
  readonly run: () => void;
}

/** Runs kswapd a moment after it is wanted: until then, those who can't wait live on the reserve. */
export class KswapdTimer {
  readonly #delayMs: number;
  readonly #driver: KswapdDriver;
  #leftMs: number;

  constructor(delayMs: number, driver: KswapdDriver) {
    this.#delayMs = delayMs;
    this.#driver = driver;
    this.#leftMs = delayMs;
  }

  /** Lets virtual time pass. */
  tick(ms: number): void {
    if (!this.#driver.wanted()) {
      this.#leftMs = this.#delayMs;
      return;
    }
    this.#leftMs -= ms;
    if (this.#leftMs > 0) return;
    this.#driver.run();
    this.#leftMs = this.#delayMs;
  }
}
