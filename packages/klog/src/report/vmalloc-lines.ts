import type { Headline } from '../headline/headline.js';
import type { KernelLine } from '../kernel-line.js';
import type { ReportQueue } from './report-queue.js';
import type { Report } from './report.js';

/** A failure of vmalloc may be told in two lines: one about its size or the room for it, and a headline. */
export class VmallocLines {
  readonly #queue: ReportQueue;

  constructor(queue: ReportQueue) {
    this.#queue = queue;
  }

  /** Many lines in a row that there was no room for the same size are one kind of failure, told once. */
  countRoom(report: Report): boolean {
    if (!report.isRoom) return false;
    const before = this.#queue.find(report, ({ isRoom, headline }) => isRoom && headline?.bytes === report.headline?.bytes);
    if (before === null) return false;
    before.repeats += report.repeats;
    before.lastPlace = report.lastPlace;
    return true;
  }

  /** The line about room belongs to the failure that is told next; so do those of failures that were held back. */
  claimRoom(report: Report): void {
    if (report.kind !== 'vmalloc-failure' || report.isRoom) return;
    const room = this.#queue.find(report, (other) => other.isRoom && other.isNear({ place: report.lastPlace }));
    if (room === null) return;
    report.detail = { ...report.detail, mappingBytes: room.headline?.bytes ?? null };
    report.repeats += Math.max(0, room.repeats - 1 - report.suppressed);
    room.closed = true;
    this.#queue.drop(room);
  }

  /**
   * Up to 4.8 vmalloc printed its size on a line of its own before the common headline: one failure, two lines.
   *
   * @returns The report that the headline is the second line of.
   */
  merge(headline: Headline, text: string, line: KernelLine): Report | null {
    if (headline.kind !== 'page-allocation-failure') return null;
    const waits = (report: Report): boolean => report.kind === 'vmalloc-failure' && !report.isRoom && report.headline?.mask === null && report.headline.comm === null && report.isNear(line);
    const before = this.#queue.find(line, waits);
    if (before?.headline == null) return null;
    before.headline = { ...headline, kind: 'vmalloc-failure', bytes: before.headline.bytes, detail: { ...headline.detail, ...before.headline.detail, twoLines: true } };
    before.detail = { ...before.detail, ...before.headline.detail };
    before.text = text;
    before.lastPlace = line.place;
    return before;
  }
}
