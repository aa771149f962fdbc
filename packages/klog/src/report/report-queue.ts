import type { FailureEvent } from '@nopage/gfp';
import type { KernelLine } from '../kernel-line.js';
import type { Report, ReportContext } from './report.js';

// A report may have this many foreign lines inside before it counts as cut; the list of tasks of an OOM report counts as its own.
const PATIENCE = 200;
const AFTER_TAIL = 4;
const MOST_OPEN = 16;
/** So many may wait for their kernel's name. */
const MOST_HELD = 64;

/** Reports in the order of their first lines; they leave in that order, each once no further line can change it. */
export class ReportQueue {
  /** What the last boot banner or stack part said: one machine's log, one kernel at a time. */
  release: string | null = null;
  readonly #reports: Report[] = [];
  /** What stood before all of these: no line can change them, so no line is compared with them. */
  #certain: Report[] = [];
  readonly #dropped = new WeakSet<Report>();

  get last(): Report | undefined {
    return this.#reports.at(-1);
  }

  push(report: Report): void {
    for (const other of this.#reports) other.headlineLast = false;
    this.#reports.push(report);
    const open = this.#reports.filter(({ closed }) => !closed);
    const oldest = open[0];
    if (open.length > MOST_OPEN && oldest !== undefined) oldest.closed = true;
    const held = this.#reports.at(-MOST_HELD - 1);
    if (held !== undefined) held.waits = false;
  }

  /** The report is told as part of another one, or not worth telling. */
  drop(report: Report): void {
    this.#dropped.add(report);
  }

  /** The newest open report that the line can belong to. */
  find(line: Pick<KernelLine, 'context'>, fits: (report: Report) => boolean): Report | null {
    for (let at = this.#reports.length - 1; at >= 0; at--) {
      const report = this.#reports[at];
      if (report === undefined || report.closed || (line.context !== null && report.context !== null && report.context !== line.context)) continue;
      if (fits(report)) return report;
    }
    return null;
  }

  /** The oldest open report that fits: caches of one burst print their lines in the order of their headlines. */
  findOldest(fits: (report: Report) => boolean): Report | null {
    return this.#reports.find((report) => !report.closed && fits(report)) ?? null;
  }

  /** Closes reports that have all their lines. */
  closeFinished(): void {
    for (const report of this.#reports) if (isFinished(report)) report.closed = true;
  }

  /** Closes reports that have waited for a line too long; closed ones wait as long for a line that names the kernel. */
  age(place: number): void {
    this.#sift();
    for (const report of this.#reports) {
      const isOld = place - report.lastPlace > PATIENCE;
      // Where nobody was killed, the next report tells whether the kernel went on.
      const isOpenEnded = report.detail['victim'] === null;
      report.closed ||= isOld || (isFinished(report) && !isOpenEnded && place - report.lastPlace > AFTER_TAIL);
      if (!isOld) continue;
      if (report.waits) report.release ??= this.release;
      report.waits = false;
    }
  }

  /** The kernel as the log has named it by now: true of the reports that have closed, and stays so. */
  settle(): void {
    if (this.release !== null) for (const report of this.#reports) if (report.closed && report.waits) report.release ??= this.release;
  }

  /** What comes is of another kernel: nothing more is learnt of the closed ones. */
  hurry(): void {
    for (const report of this.#reports) if (report.closed) report.waits = false;
  }

  closeAll(): void {
    for (const report of this.#reports) report.closed = true;
  }

  /** Takes out what is certain; at a log's end everything. */
  drain(context: ReportContext, last: boolean): FailureEvent[] {
    this.#sift();
    const done = last ? [...this.#certain, ...this.#reports.splice(0).filter((report) => this.#isTold(report))] : this.#certain;
    this.#certain = [];
    return done.map((report) => report.toEvent(context));
  }

  /** Sets apart the closed reports that none stands before which is open or waits for its kernel's name. */
  #sift(): void {
    for (let first = this.#reports[0]; first !== undefined && this.#isCertain(first); first = this.#reports[0]) {
      this.#reports.shift();
      if (this.#isTold(first)) this.#certain.push(first);
    }
  }

  #isCertain(report: Report): boolean {
    return report.closed && (!report.waits || report.kernel !== null || this.#dropped.has(report));
  }

  #isTold(report: Report): boolean {
    return !this.#dropped.has(report) && isWorthTelling(report);
  }
}

function isFinished(report: Report): boolean {
  return report.memInfo?.tailSeen === true && (report.kind !== 'oom-kill' || report.settled);
}

function isWorthTelling(report: Report): boolean {
  return report.kind !== 'mem-info' || report.memInfo?.substantial === true;
}
