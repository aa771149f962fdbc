import { parseHeadline } from '../headline/parse-headline.js';
import type { KernelLine } from '../kernel-line.js';
import { memInfoLine } from '../mem-info/mem-info-line.js';
import { parseSuppressed } from '../report/suppressed.js';

/** So many entries are held until a headline comes, the last half of them longer: more than a report has, its list of tasks included. */
const MOST_HELD = 4000;
/** Two reports lie so far apart that no line of one is taken for the other's. */
const APART = 1000;

/** Turns the reports of a log round that has its newest line first: holds the lines of one until its headline has come. */
export class NewestFirst {
  readonly #feed: (line: KernelLine) => boolean;
  /** Lines that came together keep their order: those of one record, and the rest of a broken one. */
  #entries: KernelLine[][] = [];
  #last: KernelLine | null = null;
  /** Some line has a prefix, so that one without is the rest of another. */
  #marked = false;
  /** A headline is held: of its report only what stood in front of it may be missing. */
  #headed = false;
  /** No headline has come in so many lines: none is waited for, unless a memory part begins. */
  #full = false;
  #place = 0;

  /** @param feed - Takes the lines in the order in which they were printed. */
  constructor(feed: (line: KernelLine) => boolean) {
    this.#feed = feed;
  }

  /** @returns whether more of a report may come. */
  take(line: KernelLine): boolean {
    const headline = parseHeadline(line.text);
    // A line about the size of a vmalloc failure, or the number of those held back, stood in front of the headline.
    const stoodInFront = headline === null ? parseSuppressed(line.text) !== null : headline.kind === 'vmalloc-failure' && headline.mask === null;
    const last = this.#last, isNext = last !== null && line.place - last.place <= 1;
    const goesOn = isNext && (line.number === last.number || (line.bare && this.#marked));
    this.#full = isNext && memInfoLine(line.text) === null && (this.#full || this.#entries.length >= MOST_HELD);
    if (!isNext || (this.#headed && !goesOn && !stoodInFront)) this.release();
    else if (this.#entries.length >= MOST_HELD) this.#turn(this.#entries.splice(0, MOST_HELD / 2));
    const entry = this.#entries.at(-1);
    if (goesOn && entry !== undefined) entry.push(line);
    else this.#entries.push([line]);
    this.#last = line;
    this.#marked ||= !line.bare;
    this.#headed ||= headline !== null;
    return !this.#headed && !this.#full;
  }

  /** Gives on what is held. */
  release(): void {
    this.#turn(this.#entries);
    this.#entries = [];
    this.#headed = this.#marked = false;
  }

  #turn(entries: readonly KernelLine[][]): void {
    this.#place += APART;
    for (const line of entries.toReversed().flat()) this.#feed({ ...line, place: ++this.#place });
  }
}
