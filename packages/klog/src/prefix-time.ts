import { fractionMs, zoneMinutes } from './date.js';

/** When a line was printed, from whatever its prefix says of it. */
export class PrefixTime {
  readonly #year: number | null;
  #seconds: number | null = null;
  #epoch: number | null = null;
  /** The last date, as printed, and what came of it: most lines have that of the line before. */
  #date = '';
  #ofDate: number | null = null;

  /** @param year - Of dates that are printed without one; null leaves those without a time. */
  constructor(year: number | null) {
    this.#year = year;
  }

  clear(): void {
    this.#seconds = this.#epoch = null;
  }

  /** Has the kernel's own stamp come? What follows is its text. */
  get stamped(): boolean {
    return this.#seconds !== null;
  }

  /** Milliseconds: since 1970 where there was a whole date, else since boot, to the microsecond; null without a time. */
  get at(): number | null {
    if (this.#epoch !== null) return this.#epoch;
    return this.#seconds === null ? null : Math.round(this.#seconds * 1e6) / 1000;
  }

  setStamp(seconds: number): void {
    this.#seconds = seconds;
  }

  setEpoch(ms: number): void {
    this.#epoch = ms;
  }

  /** @param text - The date as printed. @param zone - As printed; UTC when absent. */
  setDate(text: string, year: string | undefined, month: number | null, day?: string, hour?: string, minute?: string, second?: string, fraction?: string, zone?: string): void {
    if (text !== this.#date) {
      const fullYear = year === undefined ? this.#year : Number(year);
      this.#date = text;
      this.#ofDate = fullYear === null || month === null ? null : Date.UTC(fullYear, month, Number(day), Number(hour), Number(minute), Number(second)) + fractionMs(fraction) - zoneMinutes(zone) * 60_000;
    }
    this.#epoch = this.#ofDate ?? this.#epoch;
  }
}
