import type { KernelLine } from './kernel-line.js';
import { parseKill, type Kill } from './oom-lines.js';
import type { ReportQueue } from './report-queue.js';
import { Report } from './report.js';

/** A refusal and whom it killed come with at most this many other lines between. */
const NEAR = 6;
const LONGEST_JOINED = 2048;

/** The end of an OOM report, or all that is left of one: whose limit it was, who was killed. */
export class KillLines {
  readonly #queue: ReportQueue;
  /** A line that names no victim yet: where it was broken, the next one does. */
  #broken: { readonly text: string; readonly report: Report } | null = null;

  constructor(queue: ReportQueue) {
    this.#queue = queue;
  }

  /** The report that the line has told more of, a new one where it has none; null when it is no such line. */
  take(text: string, line: KernelLine): Report | null {
    const rest = this.#rest(text, line);
    if (rest !== null) return rest;
    const kill = parseKill(text);
    if (kill === null) return null;
    const report = kill.step === 'faulted' ? this.#faulted(line) : (this.#killed(kill, line) ?? (kill.sure ? this.#begin(line) : null));
    if (report === null) return null;
    this.#tell(report, kill);
    this.#broken = isBroken(kill) ? { text, report } : null;
    return report;
  }

  /** The words of such a line have no blanks between them: whatever broke it, it goes on to the letter. */
  #rest(text: string, line: KernelLine): Report | null {
    const broken = this.#broken;
    if (broken === null || !line.bare || line.place - broken.report.lastPlace > 1 || text.includes(' ')) return null;
    const joined = `${broken.text}${text}`, kill = parseKill(joined);
    if (kill === null || joined.length > LONGEST_JOINED) return null;
    this.#tell(broken.report, kill);
    this.#broken = isBroken(kill) ? { text: joined, report: broken.report } : null;
    return broken.report;
  }

  #faulted(line: KernelLine): Report | null {
    return this.#queue.find(line, ({ kind, detail, lastPlace }) => kind === 'page-allocation-failure' && detail['victim'] === undefined && line.place - lastPlace <= NEAR);
  }

  #killed({ step, detail }: Kill, line: KernelLine): Report | null {
    const pid = detail['victimPid'];
    const isOom = (report: Report): boolean => report.kind === 'oom-kill' || report.kind === 'mem-info';
    // Each kill has one line of its own that names what confined it.
    const isNext = (report: Report): boolean => step === 'constraint' && report.detail['constraint'] !== undefined;
    return this.#queue.find(line, (report) => isOom(report) && !report.settled && !isNext(report) && (report.kind === 'oom-kill' || report.detail['victimPid'] === undefined))
      ?? this.#queue.find(line, (report) => isOom(report) && pid !== undefined && report.detail['victimPid'] === pid)
      ?? (step === 'panic' ? this.#queue.find(line, ({ kind }) => kind === 'oom-kill') : null);
  }

  #begin(line: KernelLine): Report {
    const report = new Report('oom-kill', line);
    this.#queue.push(report);
    return report;
  }

  #tell(report: Report, { step, detail }: Kill): void {
    // The group whose limit it was is named first, those within it after it.
    report.detail = step === 'cgroup' ? { ...detail, ...report.detail } : { ...report.detail, ...detail };
    if (step === 'killed' || step === 'none' || step === 'panic') report.settled = true;
  }
}

function isBroken({ step, detail }: Kill): boolean {
  return step === 'constraint' && detail['victimPid'] === undefined;
}
