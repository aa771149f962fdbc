import type { KernelLine } from '../kernel-line.js';
import { archOfLine } from '../stack/arch.js';
import { parseCpuLine, type CpuLine } from '../stack/cpu-line.js';
import { LooseStack } from '../stack/loose-stack.js';
import { FrameReader, isStackNoise, markOf } from '../stack/stack.js';
import type { ReportQueue } from './report-queue.js';
import type { Report } from './report.js';
import { sameName } from './same-name.js';

const ELSEWHERE = /^(?:-{3,}\[ cut here|WARNING: |BUG: |(?:\[ )?INFO: |kernel BUG|Unable to handle|Oops|general protection|sysrq: (?!Show [Mm]em)|task:\S)/;
/** The number of the build stands behind the release. */
const REST_OF_RELEASE = /^[\w.+~-]+ #\d/;

/** The stack parts of reports: who was running, on which kernel, and the trace. Those of other trouble look the same. */
export class StackLines {
  readonly #queue: ReportQueue;
  readonly #frames = new FrameReader();
  readonly #loose = new LooseStack();
  /** The frames that come belong to a splat of another kind. */
  #elsewhere = false;

  constructor(queue: ReportQueue) {
    this.#queue = queue;
  }

  /** A headline has come: the next stack part is that of a report. */
  expect(): void {
    this.#elsewhere = false;
  }

  /** Tells the report whose trace goes on in the line where its frames were, if the line says so. */
  mark(text: string, line: KernelLine): void {
    const where = markOf(text);
    if (where !== null) this.#traced(line)?.mark(where);
  }

  /** The report whose stack part begins; null for that of other trouble. */
  begin(cpu: CpuLine, text: string, line: KernelLine): Report | null {
    this.#queue.release = cpu.release ?? this.#queue.release;
    const waits = (report: Report): boolean => report.hasStack && report.memInfo === null;
    const fits = (report: Report, { comm }: CpuLine): boolean => sameName(report.headline?.before ?? null, comm);
    // A name that does not fit is another report's, unless the line comes right behind the headline: then one of them is damaged, as long as no other line fits.
    const mayBe = (report: Report): boolean => !report.hasFrames && (report.headline?.comm == null || (!this.#elsewhere && report.isNear(line, 1)));
    const target = this.#queue.find(line, (report) => waits(report) && fits(report, cpu) && (report.cpuLine === null || !fits(report, report.cpuLine)))
      ?? this.#queue.find(line, (report) => waits(report) && report.cpuLine === null && mayBe(report));
    this.#elsewhere = target === null;
    if (target === null) {
      this.#loose.begin(cpu, text, line);
      return null;
    }
    this.#loose.forget();
    target.setCpuLine(cpu, text);
    return target;
  }

  /** Takes the rest of the first line of a report's stack part, which was broken before the release or behind it. */
  goOn(report: Report, text: string): boolean {
    const release = report.cpuLine?.release ?? null;
    if (report.cpuText === null || (release !== null && !(report.cpuText.endsWith(release) && REST_OF_RELEASE.test(text)))) return false;
    const joined = `${report.cpuText}${release === null ? ' ' : ''}${text}`;
    const cpu = parseCpuLine(joined);
    if (cpu?.release == null) return false;
    report.setCpuLine(cpu, joined);
    this.#queue.release = cpu.release;
    return true;
  }

  /**
   * The report whose trace the line belongs to; null for every other line.
   *
   * @param goesOn - It goes on with somebody's message: many end in the name of a function and where in it.
   */
  take(text: string, line: KernelLine, goesOn: boolean): Report | null {
    if (ELSEWHERE.test(text)) this.#elsewhere = true;
    if (goesOn) return null;
    const { frames, caller, broken } = this.#frames.read(text, line);
    if (frames.length === 0 && caller === null && !broken && !isStackNoise(text)) return null;
    const target = this.#traced(line);
    if (target === null) {
      this.#loose.add(frames, caller, line);
      return null;
    }
    target.arch ??= archOfLine(text, target.isOld);
    target.addFrames(frames, caller);
    return target;
  }

  /** Gives a report whose headline is lost the stack part that stands in front of it. */
  giveLoose(report: Report, line: KernelLine): void {
    this.#loose.giveTo(report, line);
  }

  #traced(line: KernelLine): Report | null {
    return this.#elsewhere ? null : this.#queue.find(line, (report) => report.hasStack && report.memInfo === null && report.detail['form'] !== '2.4');
  }
}
