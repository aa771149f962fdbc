import { fractionMs, zoneMinutes } from './date.js';

/** Reads the dates that lines are stamped with; most lines have that of the line before. */
export class PrefixDate {
  readonly #year: number | null;
  /** The last date, as printed, and what came of it. */
  #text = '';
  #ms: number | null = null;

  /** @param year - Of dates that are printed without one; null leaves those unknown. */
  constructor(year: number | null) {
    this.#year = year;
  }

  /**
   * Milliseconds since 1970; null where the year or the month is not known.
   *
   * @param text - The date as printed. @param zone - As printed; UTC when absent.
   */
  read(text: string, year: string | undefined, month: number | null, day?: string, hour?: string, minute?: string, second?: string, fraction?: string, zone?: string): number | null {
    if (text === this.#text) return this.#ms;
    const fullYear = year === undefined ? this.#year : Number(year);
    this.#text = text;
    this.#ms = fullYear === null || month === null ? null : Date.UTC(fullYear, month, Number(day), Number(hour), Number(minute), Number(second)) + fractionMs(fraction) - zoneMinutes(zone) * 60_000;
    return this.#ms;
  }
}
