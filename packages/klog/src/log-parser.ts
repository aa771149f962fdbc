import type { FailureEvent } from '@nopage/gfp';
import { BlankLines } from './carrier/blank-lines.js';
import { headLines } from './carrier/head-lines.js';
import { isNewestFirst } from './carrier/log-order.js';
import { NewestFirst } from './carrier/newest-first.js';
import { PrefixStripper, type Stripped } from './carrier/prefix-stripper.js';
import { isField, unwrapped } from './carrier/record.js';
import { mend } from './carrier/repair.js';
import { wrapColumnOf } from './carrier/wrap-column.js';
import type { SkippedLine } from './kernel-line.js';
import { bytesOf } from './platform.js';
import { Assembler } from './report/assembler.js';
import { LogWindow } from './scan/log-window.js';

export interface LogOptions {
  /** Told as the events' `source.file`; null when absent. */
  readonly file?: string | undefined;
  /** Kernel release for events whose log doesn't say it; what the log says wins. */
  readonly kernel?: string | undefined;
  /** Year of dates that are printed without one (classic syslog); without it those events have no time. */
  readonly year?: number | undefined;
}

/** What could not be used: counts by reason, and the first lines concerned. */
export interface Skipped {
  readonly count: number;
  readonly byReason: Readonly<Record<string, number>>;
  /** At most 100 of them, in the order of the log. */
  readonly first: readonly SkippedLine[];
}

const MOST_TOLD = 100;
const LONGEST_SOFT = 8192;
const QUOTED = /^(?:[ \t]*>)+[ \t]?/;
const REPEATED = /^(?:(?:rsyslogd|syslogd|journal)(?:\[\d+\])?: )?message repeated (\d+) times: \[ ?(.*?)\]?$/;

/**
 * Finds the failure reports in a log that comes in pieces. Takes any bytes: never throws, needs time in proportion to
 * their number and less than 1 MB of memory whatever their number.
 */
export class LogParser {
  readonly #assembler: Assembler;
  readonly #window: LogWindow;
  readonly #prefix: PrefixStripper;
  /** A line whose rest is still to come. */
  #soft: { readonly text: string; readonly number: number; readonly last: number } | null = null;
  /** Lines that hold no text of their own, a journal's fields, what goes on behind a soft break, blanks between any two lines: they don't part the lines of a report. */
  #fields = 0;
  readonly #blanks = new BlankLines();
  /** Null where the oldest line stands first. */
  #turned: NewestFirst | null = null;
  /** Length of lines that go on in the next one to the letter; null where none does. */
  #column: number | null = null;
  /** The line so far that was broken there. */
  #piecesHeld: { readonly text: string; readonly number: number; readonly last: number } | null = null;
  #skippedCount = 0;
  readonly #skippedByReason: Record<string, number> = {};
  readonly #skippedFirst: SkippedLine[] = [];

  constructor(options: LogOptions = {}) {
    this.#prefix = new PrefixStripper({ year: options.year });
    this.#assembler = new Assembler(options.file ?? null, options.kernel ?? null, (line, reason) => { this.#skip(line, reason); });
    this.#window = new LogWindow({
      line: (text, number, announces) => this.#line(text, number, announces),
      long: (number) => { this.#skip(number, 'long-line'); },
    });
  }

  /**
   * Finds out what only many lines tell: which one stands first, the oldest (as it is without this call) or the newest,
   * and the column that a terminal has broken them at.
   *
   * @param beginning - The first bytes of the log, up to 32 KB of them; they are still to be pushed.
   */
  orient(beginning: Uint8Array): void {
    const lines = headLines(beginning);
    this.#column = wrapColumnOf(lines);
    if (!isNewestFirst(lines)) return;
    this.#turned = new NewestFirst((line) => this.#assembler.feed(line));
    this.#window.lookFarBack();
  }

  /** Takes the log's next bytes; returns the events that are certain by now, in the order of the log. */
  push(chunk: Uint8Array): FailureEvent[] {
    this.#window.push(chunk);
    return this.#assembler.drain();
  }

  /** Space of 64 KB, 8 KB inside a report, to read the next bytes into without a copy; then call `wrote` with their number. */
  room(): Uint8Array {
    return this.#window.room();
  }

  /** As `push`, for bytes that were written into `room()`. */
  wrote(bytes: number): FailureEvent[] {
    this.#window.wrote(bytes);
    return this.#assembler.drain();
  }

  /** The log is at its end, or has paused: returns what is left, cut reports as `truncated`. More may be pushed. */
  flush(): FailureEvent[] {
    this.#window.end();
    this.#releasePieces();
    this.#releaseSoft();
    this.#turned?.release();
    return this.#assembler.end();
  }

  /** Has the log its newest line first? Its events come in that order; the lines of each are read in the order in which they were printed. */
  get newestFirst(): boolean {
    return this.#turned !== null;
  }

  get skipped(): Skipped {
    return { count: this.#skippedCount, byReason: { ...this.#skippedByReason }, first: [...this.#skippedFirst] };
  }

  /** Positions that the search has looked at, for those who want to see that the work is in proportion to the log. */
  get probes(): number {
    return this.#window.probes;
  }

  #line(physical: string, number: number, announces: () => boolean): boolean | null {
    return this.#column === null ? this.#unbroken(physical, number, announces) : this.#piece(physical, number);
  }

  /** A line that goes on where the next one has no prefix, if it is as long as a terminal lets it be. */
  #piece(physical: string, number: number): boolean | null {
    const before = this.#piecesHeld, goesOn = before !== null && this.#prefix.strip(physical).bare;
    if (before !== null && !goesOn) this.#releasePieces();
    const pieces = { text: `${goesOn ? before.text : ''}${physical}`, number: goesOn ? before.number : number, last: number };
    this.#piecesHeld = pieces;
    return (physical.length === this.#column && pieces.text.length < LONGEST_SOFT) || this.#releasePieces();
  }

  #releasePieces(): boolean | null {
    const held = this.#piecesHeld;
    this.#piecesHeld = null;
    if (held === null) return false;
    const used = this.#unbroken(held.text, held.number, () => true);
    this.#fields += held.last - held.number;
    return used;
  }

  #unbroken(physical: string, number: number, announces: () => boolean): boolean | null {
    if (this.#soft === null && this.#turned === null && this.#prefix.isOthers(physical) && !announces()) return this.#others(physical, number);
    if (isField(physical)) return this.#pass();
    const { lines, soft } = mend(unwrapped(physical));
    if (lines.length === 1) return this.#logical(lines[0] ?? '', number, soft, physical.length);
    let used = false;
    for (const [at, text] of lines.entries()) used = this.#logical(text, number, soft && at === lines.length - 1, 0) === true || used;
    return used;
  }

  #others(text: string, number: number): false {
    this.#blanks.areBetween(text);
    return this.#assembler.pass({ text, number, place: number - this.#fields, width: text.length, at: null, context: null, cpu: null, pid: null, bare: false, times: 1 });
  }

  /** The line holds no text of its own. */
  #pass(): null {
    this.#fields++;
    return null;
  }

  #logical(text: string, number: number, soft: boolean, width: number): boolean | null {
    if (this.#soft === null && !soft) return this.#feed(this.#prefix.strip(text), number, width);
    if (this.#soft !== null && !this.#prefix.strip(text).bare) this.#releaseSoft();
    const before = this.#soft;
    this.#soft = null;
    // What goes on behind a soft break goes on to the letter: its blanks count, and nothing in it is a prefix.
    const joined = before === null ? text : before.text + (QUOTED.test(before.text) ? text.replace(QUOTED, '') : text);
    const first = before?.number ?? number;
    this.#soft = { text: joined, number: first, last: number };
    return (soft && joined.length < LONGEST_SOFT) || this.#releaseSoft();
  }

  #releaseSoft(): boolean | null {
    const held = this.#soft;
    this.#soft = null;
    if (held === null) return false;
    const used = this.#feed(this.#prefix.strip(held.text), held.number, 0);
    this.#fields += held.last - held.number;
    return used;
  }

  #feed(stripped: Stripped, number: number, width: number): boolean | null {
    const repeated = stripped.text.includes('message repeated') ? REPEATED.exec(stripped.text) : null;
    const { text, at, context, cpu, pid, bare } = repeated === null ? stripped : this.#prefix.strip(repeated[2] ?? '');
    if (this.#blanks.areBetween(text)) return this.#pass();
    const line = { text, number, place: number - this.#fields, width, at: at ?? stripped.at, context, cpu, pid, bare, times: Number(repeated?.[1] ?? 1) };
    return this.#turned === null ? this.#assembler.feed(line) : this.#turned.take(line);
  }

  #skip(line: number, reason: SkippedLine['reason']): void {
    this.#skippedCount++;
    this.#skippedByReason[reason] = (this.#skippedByReason[reason] ?? 0) + 1;
    if (this.#skippedFirst.length < MOST_TOLD) this.#skippedFirst.push({ line, reason });
  }
}

/** Every failure report in a whole log. For one that doesn't fit into memory, or is still growing, use {@link LogParser}. */
export function parseLog(log: Uint8Array | string, options: LogOptions = {}): FailureEvent[] {
  const parser = new LogParser(options), bytes = typeof log === 'string' ? bytesOf(log) : log;
  parser.orient(bytes);
  const events = parser.push(bytes);
  events.push(...parser.flush());
  return events;
}

/** The failure reports of a stream of bytes (`fs.createReadStream`, a `Response`'s body), each as soon as it is certain. The first chunk tells the order of its lines. */
export async function* readLog(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options: LogOptions = {}): AsyncGenerator<FailureEvent, Skipped> {
  const parser = new LogParser(options);
  let begun = false;
  for await (const chunk of chunks) {
    if (!begun) parser.orient(chunk);
    begun = true;
    yield* parser.push(chunk);
  }
  yield* parser.flush();
  return parser.skipped;
}
