import type { KernelLine } from '../kernel-line.js';
import { parseKill, type Kill } from './kill-line.js';
import type { ReportQueue } from './report-queue.js';
import { Report } from './report.js';
import { TaskList } from './task-list.js';

/** A list of tasks and the kill behind it, or two rows of one, come with at most this many other lines between. */
const NEAR = 6;
const LONGEST_JOINED = 2048;
/** Lines that several CPUs print at once come out of order by less, in milliseconds. */
const OUT_OF_ORDER = 1000;
/** `file-rss:0kB, shmem-rss:0kB, UID:0`: more of a line that names a victim. */
const FIELDS = /^(?:[\w-]{1,32}:(?:\d+(?:kB)?)?,?(?:[ \t]+|$))+$/;

/** The end of an OOM report, or all that is left of one: whose limit it was, who was killed. */
export class KillLines {
  readonly #queue: ReportQueue;
  /** The last line of a report's end: where it was broken, the next one goes on with it. */
  #last: { readonly text: string; readonly report: Report; readonly kill: Kill } | null = null;

  /** A list of tasks that no report is open for: a log may begin within it. */
  #list: { readonly tasks: TaskList; place: number } | null = null;

  constructor(queue: ReportQueue) {
    this.#queue = queue;
  }

  /** The report that the line has told more of, a new one where it has none; null when it is no such line. */
  take(text: string, line: KernelLine): Report | null {
    const kill = parseKill(text);
    if (kill === null) return this.#rest(text, line);
    const report = kill.step === 'faulted' ? this.#faulted(line) : (this.#killed(kill, line) ?? (kill.sure ? this.#begin(line) : null));
    if (report === null) return null;
    this.#tell(report, kill);
    this.#last = { text, report, kill };
    return report;
  }

  /** Takes a row of a list of tasks whose report has not begun: that of the kill which follows. False when the line is none. */
  listed(text: string, { place }: KernelLine): boolean {
    if (!text.startsWith('[')) return false;
    if (this.#list === null || place - this.#list.place > NEAR) this.#list = { tasks: new TaskList(), place };
    this.#list.tasks.add(text);
    this.#list.place = place;
    return true;
  }

  /** Another report begins: a kernel that finds nobody to kill when the whole machine is full does not come so far. */
  // mm/oom_kill.c, out_of_memory(): panic() unless is_sysrq_oom() or is_memcg_oom(), v4.19
  goesOn(): void {
    const last = this.#last;
    if (last?.kill.step === 'none' && !last.report.closed) last.report.learn({ wentOn: true });
    this.#last = null;
  }

  /** Another kernel prints from here on. */
  forget(): void {
    this.#last = null;
  }

  #rest(text: string, line: KernelLine): Report | null {
    const last = this.#last;
    if (last === null || !line.bare || !last.report.isNear(line, 1)) return null;
    // The words of a constraint have no blanks between them: whatever broke it, it goes on to the letter.
    const isWord = last.kill.step === 'constraint';
    if (isWord && (last.kill.detail['victimPid'] !== undefined || text.includes(' '))) return null;
    const joined = `${last.text}${isWord ? '' : ' '}${text}`, kill = joined.length > LONGEST_JOINED ? null : parseKill(joined);
    if (kill === null || (!isWord && !FIELDS.test(text) && Object.keys(kill.detail).length === Object.keys(last.kill.detail).length)) return null;
    this.#tell(last.report, kill);
    this.#last = { text: joined, report: last.report, kill };
    return last.report;
  }

  #faulted(line: KernelLine): Report | null {
    return this.#queue.find(line, (report) => report.kind === 'page-allocation-failure' && report.detail['victim'] === undefined && report.isNear(line));
  }

  #killed({ step, detail }: Kill, line: KernelLine): Report | null {
    const pid = detail['victimPid'];
    // What was printed before the headline is of another kill: people put the lines of a search behind a report.
    const isLater = ({ at }: Report): boolean => line.at === null || at === null || line.at > at - OUT_OF_ORDER;
    const isOom = (report: Report): boolean => (report.kind === 'oom-kill' || report.kind === 'mem-info') && isLater(report);
    // Each kill has one line of its own that names what confined it, and one that tells who was chosen.
    const isNext = ({ detail: { constraint, victimScore } }: Report): boolean => (step === 'constraint' && constraint !== undefined) || (step === 'chosen' && victimScore !== undefined);
    return this.#queue.find(line, (report) => isOom(report) && !report.settled && !isNext(report) && (report.kind === 'oom-kill' || report.detail['victimPid'] === undefined))
      ?? this.#queue.find(line, (report) => isOom(report) && pid !== undefined && report.detail['victimPid'] === pid)
      ?? (step === 'panic' ? this.#queue.find(line, ({ kind }) => kind === 'oom-kill') : null);
  }

  #begin(line: KernelLine): Report {
    const report = new Report('oom-kill', line);
    if (this.#list !== null && line.place - this.#list.place <= NEAR) report.tasks = this.#list.tasks;
    this.#list = null;
    this.#queue.push(report);
    return report;
  }

  #tell(report: Report, { sure, step, detail, placement }: Kill): void {
    report.placement = placement ?? report.placement;
    // Of a memory part cut down to its totals the kill is what is left to tell.
    if (sure && report.kind === 'mem-info' && report.memInfo?.substantial !== true) report.kind = 'oom-kill';
    // The group whose limit it was is named first, those within it after it.
    report.detail = step === 'cgroup' ? { ...detail, ...report.detail } : { ...report.detail, ...detail };
    if (step === 'killed' || step === 'none' || step === 'panic') report.settled = true;
  }
}
