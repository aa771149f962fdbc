/** So many blank lines in a row are no spacing. */
const MOST = 3;

/** Finds the blank lines that a page has put between any two lines of a log: they say nothing of what belongs together. */
export class BlankLines {
  /** Blank lines since the last text, and before it. */
  #run = 0;
  #before = 0;

  /** Is the line, given as its text, such a blank one? A first one between two lines may be anything. */
  areBetween(text: string): boolean {
    if (text !== '') {
      this.#before = this.#run;
      this.#run = 0;
      return false;
    }
    this.#run++;
    return this.#before > 0 && this.#run <= MOST;
  }
}
