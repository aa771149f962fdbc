/** So many lines of the same length, and none longer, are no chance. */
const ENOUGH = 3;

/** Finds the column that a terminal or a tool cuts a log's lines at: the length that the longest ones have in common. */
export class ColumnWatch {
  #longest = 0;
  #times = 0;
  #broken = false;

  /** @param length - Of a physical line; 0 where that is not known. */
  see(length: number): void {
    if (length === 0 || length < this.#longest) return;
    this.#times = length === this.#longest ? this.#times + 1 : 1;
    this.#longest = length;
  }

  /** A line went on in the next one: nothing is cut off in this log. */
  goesOn(): void {
    this.#broken = true;
  }

  /** Length that lines are cut at, so that a number which one ends with is not known; null where no line is. */
  get cutAt(): number | null {
    return this.#times >= ENOUGH && !this.#broken ? this.#longest : null;
  }
}
