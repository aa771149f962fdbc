import { explain, type Explanation } from '@nopage/explain';
import type { FailureEvent } from '@nopage/gfp';
import { LogParser } from '@nopage/klog';
import { FailureCounter, VoteCounter, type Sources } from '@nopage/metrics';
import { Reporter, type Line, type Scheduler, type Warnings } from '@nopage/reporter';
import { Sightings } from '../output/sightings.js';
import { Outbox } from './outbox.js';
import { Lull } from './lull.js';
import type { SavedWatch } from './saved-watch.js';
import type { Arrival, Place, Source } from './source.js';

/** Lines that a slow reader of our output may leave unread; beyond, they are held and counted. */
const MAX_PENDING_LINES = 1024;
const NEWLINE = 10;
const LINE_END = Uint8Array.of(NEWLINE);

/** What was read of the log so far, over all runs. */
export interface LogCounts {
  bytes: number;
  /** Records overwritten before they could be read. */
  lost: number;
  /** Lines that were no good, by why. */
  readonly skipped: Record<string, number>;
}

/** What is said of an event. */
export interface Explained {
  readonly explanation: Explanation;
  /** How often its kind was seen since the watch began, and over which span. */
  readonly seen: number;
  readonly spanMs: number;
}

export interface WatcherOptions {
  readonly source: Pick<Source, 'name' | 'file' | 'kernel'>;
  /** What the user says of the kernel; the log has the last word. */
  readonly kernel: string | null;
  readonly warnings: Warnings;
  /** A told line as it is printed; null what is known of a line without an event. */
  readonly format: (line: Line, explained: Explained | null) => string;
  readonly print: (text: string) => Promise<void>;
  /** Called before told lines are printed, and when the books know that they were: what is known is saved then. */
  readonly save: () => void;
  readonly scheduler: Scheduler;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** What an earlier run left behind. */
  readonly saved: SavedWatch | null;
}

/**
 * Reads a log as it comes, and explains, counts and rations what failed. Knows neither files nor ports.
 *
 * A place that can be gone back to is one at which no report was half read. So what is saved is the last such place, how
 * many lines behind it the last event that was taken begins, and its time: another run reads from there, and passes over
 * what begins no later, in lines and in time.
 */
export class Watcher {
  readonly log: LogCounts;
  readonly #options: WatcherOptions;
  readonly #parser: LogParser;
  readonly #failures: FailureCounter;
  readonly #votes: VoteCounter;
  readonly #reporter: Reporter;
  readonly #outbox: Outbox;
  readonly #sightings = new Sightings();
  readonly #lull = new Lull();
  readonly #skippedBefore: Readonly<Record<string, number>>;
  readonly #explained = new WeakMap<FailureEvent, Explained>();
  #place: Place | null;
  #calmPlace: Place | null;
  /** Lines before the calm place, lines of the last event that was taken, and of the last one that an earlier run took. */
  #calmLines = 0;
  #takenLines: number;
  #alreadyTakenLines: number;
  #takenUpTo: number | null;
  /** Logs that have begun, while reports of those before may still be half read. */
  #begun: { readonly place: Place; readonly afterLine: number }[] = [];
  #lines = 0;
  #numbered: boolean;
  #atLineEnd = true;
  #lastEvent: { readonly at: number; readonly now: number } | null = null;

  /** @throws {ReporterError} When the saved books are no books. */
  constructor(options: WatcherOptions) {
    const { source, warnings, saved, wallClock } = options;
    const sameSource = saved?.source === source.name;
    this.#options = options;
    this.#parser = new LogParser({
      file: source.file ?? undefined,
      kernel: options.kernel ?? source.kernel ?? undefined,
      // A log that is being written prints this year's dates.
      year: new Date(wallClock()).getFullYear(),
    });
    this.#failures = new FailureCounter({
      now: wallClock,
      causeOf: (event) => this.#explained.get(event)?.explanation.cause ?? 'unknown',
      ...(saved === null ? {} : { from: saved.failures }),
    });
    this.#votes = new VoteCounter(saved === null ? {} : { from: saved.votes });
    this.#outbox = new Outbox({
      format: (line) => options.format(line, line.event === null ? null : (this.#explained.get(line.event) ?? null)),
      print: options.print,
      beforePrint: options.save,
      afterPrint: () => void this.#reporter.settled().then(options.save),
    });
    this.#reporter = new Reporter({
      policy: warnings.policy,
      keyOf: warnings.keyOf,
      maxSilence: warnings.maxSilence,
      maxKeys: warnings.maxKeys,
      sink: this.#outbox,
      scheduler: options.scheduler,
      clock: () => this.#timeOfLog(),
      maxPendingLines: MAX_PENDING_LINES,
      ...(saved === null ? {} : { resume: { ...saved.reporter, closed: false } }),
    });
    this.log = { bytes: saved?.log.bytes ?? 0, lost: saved?.log.lost ?? 0, skipped: { ...saved?.log.skipped } };
    this.#skippedBefore = { ...saved?.log.skipped };
    this.#place = this.#calmPlace = sameSource ? saved.place : null;
    this.#takenLines = this.#alreadyTakenLines = sameSource ? saved.takenLines : 0;
    this.#takenUpTo = sameSource ? (saved.takenUpTo ?? null) : null;
    this.#numbered = source.file !== null && this.#place === null;
  }

  /** What can be counted of it, for whoever serves metrics. Holds at any time. */
  get sources(): Pick<Sources, 'failures' | 'ledger' | 'votes'> {
    return { failures: this.#failures, ledger: this.#reporter, votes: this.#votes };
  }

  /** Takes what has arrived, and every report that is whole by now. */
  take({ bytes, place, begins, lost }: Arrival): void {
    this.log.bytes += bytes.length;
    this.log.lost += lost;
    // What stands on both sides of a gap belongs to different reports.
    if (lost > 0) for (const event of this.#parser.flush()) this.#event(event);
    if (begins !== null) this.#begin(begins);
    this.#place = place;
    this.#push(bytes);
    // In the middle of a line its second half would be lost.
    if (this.#lull.take(bytes, this.#options.now()) && this.#atLineEnd) this.#settle();
  }

  /** The log has paused: a report that waits for its last line is whole. */
  pause(): void {
    this.#settle();
    // It was read to its end: what an earlier run took has been passed over.
    this.#alreadyTakenLines = 0;
  }

  /**
   * The watch ends: what is held is told. A report that is half read is told too, unless another run will read it from
   * its beginning.
   */
  async end(resumable: boolean): Promise<void> {
    if (!resumable || this.#place === null) this.pause();
    else this.#takeWhole();
    await this.told();
    this.#reporter.close();
    await this.told();
  }

  /** Resolves when everything said so far has been printed. */
  async told(): Promise<void> {
    await this.#outbox.empty();
    await this.#reporter.settled();
  }

  /** What another run needs to go on. */
  save(): SavedWatch {
    return {
      v: 1,
      source: this.#options.source.name,
      place: this.#calmPlace,
      takenLines: Math.max(0, this.#takenLines - this.#calmLines),
      takenUpTo: this.#takenUpTo,
      reporter: this.#reporter.save(),
      failures: this.#failures.state(),
      votes: [...this.#votes.series()],
      log: { ...this.log, skipped: { ...this.log.skipped } },
    };
  }

  #takeWhole(): void {
    const events = this.#parser.flush();
    const cut = events.findIndex(({ truncated }) => truncated);
    for (const event of events.slice(0, cut < 0 ? events.length : cut)) this.#event(event);
    if (cut < 0 && this.#atLineEnd) this.#settle();
    else this.#countSkipped();
  }

  /** Every report so far is whole, and the place where reading stands one to go back to. */
  #settle(): void {
    for (const event of this.#parser.flush()) this.#event(event);
    this.#calm(this.#place, this.#lines);
    this.#countSkipped();
  }

  #push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#atLineEnd = bytes.at(-1) === NEWLINE;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) this.#lines += 1;
    for (const event of this.#parser.push(bytes)) this.#event(event);
  }

  /** Another log begins. The reports of the one before are whole only when one of the new log is. */
  #begin(place: Place): void {
    if (this.#lines === 0 && this.#atLineEnd) {
      // What another run left off with is not to be had any more.
      this.#takenUpTo = null;
      this.#takenLines = this.#alreadyTakenLines = 0;
      this.#calm(place, 0);
      return;
    }
    if (!this.#atLineEnd) this.#push(LINE_END);
    this.#begun.push({ place, afterLine: this.#lines });
    // Its lines are not where the parser counts them.
    this.#numbered = false;
  }

  #calm(place: Place | null, lines: number): void {
    this.#calmPlace = place;
    this.#calmLines = lines;
    this.#begun = [];
  }

  /** Events come in the order of the log: one of a log that has begun is the end of those before it. */
  #reached(line: number): void {
    const at = this.#begun.findLastIndex(({ afterLine }) => line > afterLine);
    const log = this.#begun[at];
    if (log === undefined) return;
    const later = this.#begun.slice(at + 1);
    this.#calm(log.place, log.afterLine);
    this.#begun = later;
  }

  #event(read: FailureEvent): void {
    const line = read.source?.line ?? this.#lines;
    this.#reached(line);
    const later = read.at !== null && this.#takenUpTo !== null && read.at > this.#takenUpTo;
    if (line <= this.#alreadyTakenLines && !later) return;
    this.#takenLines = line;
    this.#takenUpTo = read.at;
    const event = this.#numbered ? read : { ...read, source: null };
    if (event.at !== null) this.#lastEvent = { at: event.at, now: this.#options.now() };
    const sighting = this.#sightings.add(event);
    const explanation = explain(event, { kernel: this.#options.kernel, sightings: sighting });
    this.#explained.set(event, { explanation, ...sighting });
    this.#failures.record(event);
    // It says how many were swallowed before us, which is counted, and is no failure of its own.
    if (event.kind === 'suppressed') return;
    this.#votes.record(this.#reporter.report(event));
  }

  /** The log's clock, as far as it can be told without a new line; for events that have no time of their own. */
  #timeOfLog(): number {
    const now = this.#options.now();
    return this.#lastEvent === null ? now : this.#lastEvent.at + (now - this.#lastEvent.now);
  }

  #countSkipped(): void {
    for (const [reason, count] of Object.entries(this.#parser.skipped.byReason)) this.log.skipped[reason] = (this.#skippedBefore[reason] ?? 0) + count;
  }
}
