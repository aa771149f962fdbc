import type { KernelLine } from '../kernel-line.js';
import { MemInfoBuilder } from '../mem-info/mem-info-builder.js';
import type { MemInfoLine } from '../mem-info/mem-info-line.js';
import type { ReportQueue } from './report-queue.js';
import { Report } from './report.js';

const ALLOCATION = /^[\d.]+ ?[kMGTP]?i?B? +\d+ \S+:\d+ (?:\[\S+\] )?func:\S+$/;

/** The memory parts of reports, and those whose headline is lost. */
export class MemoryParts {
  readonly #queue: ReportQueue;
  readonly #onHeadless: (report: Report, line: KernelLine) => void;

  /** @param onHeadless - Told the report of a memory part that no headline is left of. */
  constructor(queue: ReportQueue, onHeadless: (report: Report, line: KernelLine) => void) {
    this.#queue = queue;
    this.#onHeadless = onHeadless;
  }

  /** The report that the line is of, a new one where it has none; null for a fragment that is nobody's. */
  take(part: MemInfoLine, text: string, line: KernelLine): Report | null {
    const goesOn = (report: Report): boolean => report.memInfo?.tailSeen === false && report.isNear(line) && !report.memInfo.isOver(part, text);
    // Another CPU's headline may stand inside a block: lines go on with the block that has begun.
    let target = part.part === 'title' ? null : this.#queue.find(line, goesOn);
    target ??= this.#queue.find(line, (report) => report.takesMemInfo && !(report.kind === 'oom-kill' && report.settled) && report.memInfo?.isOver(part, text) !== true);
    target ??= part.part === 'fragment' ? null : this.#begin(line);
    if (target === null) return null;
    target.memInfo ??= new MemInfoBuilder();
    target.memInfo.add(part, text, line.bare, line.width);
    return target;
  }

  /** The report whose list of the largest allocations the line is a row of; null for every other line. */
  takeAllocation(text: string, line: KernelLine): Report | null {
    const target = ALLOCATION.test(text) ? this.#queue.find(line, (report) => report.memInfo?.has('allocations') === true) : null;
    target?.memInfo?.add({ part: 'allocations' }, text);
    return target;
  }

  #begin(line: KernelLine): Report {
    const report = new Report('mem-info', line);
    // mm/nommu.c, do_mmap_private(), v6.12: without an MMU it is printed for the pages, and again for the mapping.
    if (this.#queue.find(line, (other) => other.detail['mmapBytes'] !== undefined && other.isNear(line)) !== null) this.#queue.drop(report);
    this.#onHeadless(report, line);
    this.#queue.push(report);
    return report;
  }
}
