import type { FailureEvent } from '@nopage/gfp';
import { archOfLine } from './arch.js';
import { parseCpuLine, releaseOfBanner, type CpuLine } from './cpu-line.js';
import { isUnfinished, parseHeadline, type Headline } from './headline.js';
import { MemInfoBuilder } from './mem-info.js';
import { memInfoLine, type MemInfoLine } from './mem-info-lines.js';
import { parseKill, type Kill } from './oom-lines.js';
import { Report, type ReportContext } from './report.js';
import { afterMarkers, callerOf, framesOf, isStackNoise } from './stack.js';
import { parseCache, parseCpuset, parseFault, parseRepeated, parseSlabs, parseSuppressed, type Suppressed } from './sub-lines.js';

/** A line as the assembler takes it: mended, and without its prefix. */
export interface KernelLine {
  readonly text: string;
  readonly number: number;
  readonly at: number | null;
  readonly context: string | null;
  readonly cpu: number | null;
  readonly pid: number | null;
  /** Nothing stood before the text: it may be the rest of a broken line. */
  readonly bare: boolean;
  /** How often the line happened (`message repeated N times: [ ... ]`). */
  readonly times: number;
}

/** A line that could not be used, and why. */
export interface SkippedLine { readonly line: number; readonly reason: 'broken-headline' | 'long-line' }

// A report may have this many foreign lines inside before it counts as cut; the list of tasks of an OOM report counts as its own.
const PATIENCE = 200;
const AFTER_TAIL = 4;
const MOST_OPEN = 16;
const MOST_PIECES = 4;

const ELSEWHERE = /^(?:-{3,}\[ cut here|WARNING: |BUG: |(?:\[ )?INFO: |kernel BUG|Unable to handle|Oops|general protection|sysrq: (?!Show [Mm]em)|task:\S)/;
const TASKS = /^(?:\[[ \t]*\d+\][ \t]+\d+[ \t]+\d+|\[ *pid *\]|Tasks state|Unreclaimable slab|Name +Used|Memory cgroup stats|Mem abort)/;
const HEADLINE_REST = /^,$|^,? ?(?:nodemask=|cpuset=|mems_allowed=|mode:|gfp_mask=|order[=:]|oom_score_adj=|\(?_*GFP_|\d[\da-f]*\(?)/;
const ALLOCATION = /^[\d.]+ ?[kMGTP]?i?B? +\d+ \S+:\d+ (?:\[\S+\] )?func:\S+$/;

/** Lines in, reports out: survives interleaved CPUs, cuts at either end and other people's lines in between. */
export class Assembler {
  readonly #file: string | null;
  readonly #defaultKernel: string | null;
  /** What the last boot banner or stack part said: one machine's log, one kernel at a time. */
  #release: string | null = null;
  #reports: Report[] = [];
  #dropped = new WeakSet<Report>();
  #held = new Map<Suppressed['family'], Report>();
  #partial: { text: string; first: KernelLine; pieces: number } | null = null;
  #growing: Report | null = null;
  #growth = 0;
  #previous: { text: string; line: KernelLine } | null = null;
  #elsewhere = false;
  #onSkip: (line: number, reason: SkippedLine['reason']) => void;

  constructor(file: string | null, kernel: string | null, onSkip: (line: number, reason: SkippedLine['reason']) => void) {
    this.#file = file;
    this.#defaultKernel = kernel;
    this.#onSkip = onSkip;
  }

  /** @returns whether the line belonged to a report or announced one. */
  feed(line: KernelLine): boolean {
    this.#age(line.number);
    const text = afterMarkers(line.text);
    if (text === '') return false;
    const used = this.#take(text, line);
    this.#previous = { text, line };
    return used;
  }

  /** The events that no further line can change. */
  drain(): FailureEvent[] {
    const context: ReportContext = { file: this.#file, kernel: this.#release ?? this.#defaultKernel };
    const events: FailureEvent[] = [];
    let done = 0;
    for (const report of this.#reports) {
      if (!report.closed) break;
      done++;
      if (!this.#dropped.has(report) && isWorthTelling(report)) events.push(report.toEvent(context));
    }
    if (done > 0) this.#reports = this.#reports.slice(done);
    return events;
  }

  /** Closes every report as it stands. */
  end(): FailureEvent[] {
    this.#giveUpPartial();
    this.#growing = null;
    for (const report of this.#reports) report.closed = true;
    this.#held.clear();
    return this.drain();
  }

  /** Is some report still waiting for lines that it must have? */
  get waiting(): boolean {
    return this.#reports.some((report) => !report.closed && report.kind !== 'suppressed' && !(report.memInfo?.tailSeen ?? false));
  }

  #take(text: string, line: KernelLine): boolean {
    const repeated = parseRepeated(text);
    if (repeated !== null) return this.#repeat(repeated, line);
    if (this.#headline(text, line)) return true;
    const suppressed = parseSuppressed(text);
    if (suppressed !== null) return this.#suppress(suppressed, line);
    const banner = releaseOfBanner(text);
    if (banner !== null) {
      this.#closeAll();
      this.#release = banner;
      return false;
    }
    const cpu = parseCpuLine(text);
    if (cpu !== null) return this.#cpuLine(cpu, text, line);
    const part = memInfoLine(text);
    if (part !== null) return this.#memInfo(part, text, line);
    const kill = parseKill(text);
    if (kill !== null) return this.#kill(kill, line);
    return this.#subLine(text, line) || this.#frame(text, line) || this.#rest(text, line);
  }

  #repeat(times: number, line: KernelLine): boolean {
    const last = this.#reports.at(-1);
    if (last?.headlineLast !== true || last.closed) return false;
    last.repeats += times;
    last.lastLine = line.number;
    return true;
  }

  #headline(text: string, line: KernelLine): boolean {
    if (this.#partial !== null) {
      const { first, pieces } = this.#partial;
      const joined = `${this.#partial.text} ${text}`;
      const headline = parseHeadline(joined);
      if (headline !== null) {
        this.#partial = null;
        this.#open(headline, joined, first, line.number);
        return true;
      }
      if (pieces < MOST_PIECES && isUnfinished(joined)) {
        this.#partial = { text: joined, first, pieces: pieces + 1 };
        return true;
      }
      this.#giveUpPartial();
    }
    if (this.#grow(text, line)) return true;
    const headline = parseHeadline(text);
    if (headline !== null) {
      this.#open(headline, text, line, line.number);
      return true;
    }
    if (!isUnfinished(text)) return false;
    this.#partial = { text, first: line, pieces: 1 };
    return true;
  }

  #giveUpPartial(): void {
    if (this.#partial !== null && /\bpage allocation$|-order/.test(this.#partial.text)) this.#onSkip(this.#partial.first.number, 'broken-headline');
    this.#partial = null;
  }

  /** The rest of a headline that was broken after its first words. */
  #grow(text: string, line: KernelLine): boolean {
    const report = this.#growing;
    if (report === null) return false;
    if (!HEADLINE_REST.test(text) || this.#growth >= MOST_PIECES || memInfoLine(text) !== null) {
      if (report.headline?.complete === false && this.#growth < MOST_PIECES && !line.bare) return this.#keepGrowing();
      this.#growing = null;
      return false;
    }
    const inBrackets = report.text.lastIndexOf('(') > report.text.lastIndexOf(')');
    const joined = `${report.text}${inBrackets || text.startsWith(',') ? '' : ' '}${text}`;
    const headline = parseHeadline(joined);
    if (headline === null || headline.kind !== report.kind) return false;
    this.#growth++;
    report.text = joined;
    report.headline = { ...headline, comm: report.headline?.comm ?? headline.comm };
    report.detail = { ...report.detail, ...headline.detail };
    report.lastLine = line.number;
    return true;
  }

  #keepGrowing(): boolean {
    this.#growth++;
    return false;
  }

  #open(found: Headline, text: string, line: KernelLine, lastNumber: number): void {
    this.#elsewhere = false;
    let headline = found;
    let first = line;
    const before = this.#previous;
    if (headline.comm === null && before !== null && (headline.kind === 'allocation-stall' || headline.kind === 'page-allocation-failure') && headline.detail['form'] === undefined) {
      const name = /^(.{1,15}):$/.exec(before.text)?.[1];
      if (name !== undefined && line.number - before.line.number <= 1) {
        headline = { ...headline, comm: name };
        first = before.line;
      }
    }
    if (headline.kind === 'page-allocation-failure' && this.#mergeVmalloc(headline, text, lastNumber)) return;
    for (const report of this.#reports) if (report.memInfo?.tailSeen === true && (report.kind !== 'oom-kill' || report.settled)) report.closed = true;
    const report = new Report(headline.kind, first.number, first.at ?? line.at, line.context, headline, text, line.cpu, line.pid);
    report.lastLine = lastNumber;
    report.repeats = line.times;
    this.#claimSuppressed(report);
    this.#push(report);
    this.#growing = headline.kind === 'slub-failure' || headline.kind === 'cma-failure' || headline.kind === 'order-too-large' ? null : report;
    this.#growth = 0;
  }

  /** Up to 4.8 vmalloc printed its size on a line of its own before the common headline: one failure, two lines. */
  #mergeVmalloc(headline: Headline, text: string, lastNumber: number): boolean {
    const before = this.#reports.at(-1);
    if (before?.kind !== 'vmalloc-failure' || before.closed || before.headline?.mask !== null || before.headline.comm !== null || lastNumber - before.lastLine > 6) return false;
    before.headline = { ...headline, kind: 'vmalloc-failure', bytes: before.headline.bytes, detail: { ...before.headline.detail, twoLines: true } };
    before.detail = { ...before.headline.detail };
    before.text = text;
    before.lastLine = lastNumber;
    this.#growing = before;
    this.#growth = 0;
    return true;
  }

  #push(report: Report): void {
    for (const other of this.#reports) other.headlineLast = false;
    this.#reports.push(report);
    const open = this.#reports.filter(({ closed }) => !closed);
    const oldest = open[0];
    if (open.length > MOST_OPEN && oldest !== undefined) oldest.closed = true;
  }

  #suppress(found: Suppressed, line: KernelLine): boolean {
    this.#growing = null;
    const held = this.#held.get(found.family);
    if (held !== undefined && !held.closed) {
      held.suppressed += found.count;
      held.lastLine = line.number;
      return true;
    }
    const report = new Report('suppressed', line.number, line.at, line.context, null, line.text, null, null);
    report.suppressed = found.count;
    report.headlineLast = false;
    report.detail = { function: found.function };
    // What the printk limiter of the whole kernel held back may have been anybody's: worth a word beside an event, not an event.
    if (found.family === 'printk') this.#dropped.add(report);
    this.#push(report);
    this.#held.set(found.family, report);
    return true;
  }

  #claimSuppressed(report: Report): void {
    const family = report.kind === 'slub-failure' ? 'slab' : report.kind === 'page-allocation-failure' || report.kind === 'vmalloc-failure' || report.kind === 'allocation-stall' ? 'page' : null;
    if (family === null) return;
    for (const source of [family, 'memInfo', 'printk'] as const) {
      const held = this.#held.get(source);
      this.#held.delete(source);
      if (held === undefined || held.closed) continue;
      if (source === family) report.suppressed += held.suppressed;
      else report.detail = { ...report.detail, [source === 'memInfo' ? 'memInfoSuppressed' : 'printkSuppressed']: held.suppressed };
      held.closed = true;
      this.#dropped.add(held);
    }
  }

  /** The newest open report that the line can belong to. */
  #find(line: KernelLine, fits: (report: Report) => boolean): Report | null {
    for (let at = this.#reports.length - 1; at >= 0; at--) {
      const report = this.#reports[at];
      if (report === undefined || report.closed || (line.context !== null && report.context !== null && report.context !== line.context)) continue;
      if (fits(report)) return report;
    }
    return null;
  }

  #attach(report: Report, line: KernelLine): true {
    report.lastLine = line.number;
    report.headlineLast = false;
    if (this.#growing === report) this.#growing = null;
    return true;
  }

  #cpuLine(cpu: CpuLine, text: string, line: KernelLine): boolean {
    const takes = (report: Report): boolean => report.cpuLine === null && report.kind !== 'mem-info' && report.kind !== 'slub-failure' && report.kind !== 'suppressed' && report.kind !== 'cma-failure' && report.memInfo === null;
    this.#release = cpu.release ?? this.#release;
    const target = this.#find(line, (report) => takes(report) && sameName(report.headline?.comm ?? null, cpu.comm)) ?? this.#find(line, (report) => takes(report) && !report.hasFrames);
    if (target === null) {
      this.#elsewhere = true;
      return false;
    }
    this.#elsewhere = false;
    target.setCpuLine(cpu, text);
    return this.#attach(target, line);
  }

  #memInfo(part: MemInfoLine, text: string, line: KernelLine): boolean {
    if (part.part !== 'title' && this.#growing !== null) this.#growing = null;
    const fits = (report: Report): boolean => report.takesMemInfo && (report.memInfo === null || !startsAnew(report.memInfo, part, text));
    let target = this.#find(line, fits);
    if (target === null) {
      if (part.part === 'fragment') return false;
      target = new Report('mem-info', line.number, line.at, line.context, null, '', line.cpu, line.pid);
      this.#push(target);
    }
    target.memInfo ??= new MemInfoBuilder();
    target.memInfo.add(part, text);
    return this.#attach(target, line);
  }

  #kill(kill: Kill, line: KernelLine): boolean {
    let target = this.#find(line, (report) => (report.kind === 'oom-kill' && !report.settled) || (report.kind === 'mem-info' && report.detail['victimPid'] === undefined));
    const pid = kill.detail['victimPid'];
    target ??= this.#find(line, (report) => (report.kind === 'oom-kill' || report.kind === 'mem-info') && pid !== undefined && report.detail['victimPid'] === pid);
    if (kill.step === 'panic') target ??= this.#find(line, (report) => report.kind === 'oom-kill');
    if (target === null) {
      if (kill.step === 'cgroup' || kill.step === 'panic') return false;
      target = new Report('oom-kill', line.number, line.at, line.context, null, '', line.cpu, line.pid);
      this.#push(target);
    }
    target.detail = { ...target.detail, ...kill.detail };
    if (kill.step === 'killed' || kill.step === 'none' || kill.step === 'panic') target.settled = true;
    return this.#attach(target, line);
  }

  #subLine(text: string, line: KernelLine): boolean {
    const cpuset = parseCpuset(text);
    if (cpuset !== null) {
      const target = this.#find(line, (report) => report.headline !== null && report.headline.memsAllowed === null && sameName(report.headline.comm, cpuset.comm));
      if (target?.headline == null) return false;
      target.headline = { ...target.headline, cpuset: cpuset.cpuset, memsAllowed: cpuset.memsAllowed };
      target.detail = { ...target.detail, cpusetLine: true };
      return this.#attach(target, line);
    }
    const cache = parseCache(text);
    if (cache !== null) return this.#settle('slub-failure', { ...cache }, line);
    const slabs = parseSlabs(text);
    if (slabs !== null) {
      const key = Object.keys(slabs)[0] ?? '';
      const target = this.#findOldest((report) => report.kind === 'slub-failure' && report.settled && report.detail[key] === undefined);
      if (target === null) return false;
      target.detail = { ...target.detail, ...slabs };
      return this.#attach(target, line);
    }
    return this.#fault(text, line);
  }

  #fault(text: string, line: KernelLine): boolean {
    const waiting = this.#find(line, (report) => report.kind === 'fault-injection' && !report.settled && line.number - report.lastLine <= 6);
    if (waiting === null) return false;
    const joined = text.startsWith('name ') ? text : waiting.detail['name'] === undefined && waiting.text.startsWith('name ') && line.bare ? `${waiting.text} ${text}` : null;
    if (joined === null) return false;
    waiting.text = joined;
    const fault = parseFault(joined);
    if (fault !== null) {
      waiting.detail = { ...waiting.detail, ...fault };
      waiting.settled = true;
    }
    return this.#attach(waiting, line);
  }

  /** Several caches of one burst print their lines in the order of their headlines: the oldest waits first. */
  #findOldest(fits: (report: Report) => boolean): Report | null {
    return this.#reports.find((report) => !report.closed && fits(report)) ?? null;
  }

  #settle(kind: Report['kind'], detail: Record<string, string | number | boolean | null>, line: KernelLine): boolean {
    const target = this.#findOldest((report) => report.kind === kind && !report.settled);
    if (target === null) return false;
    target.detail = { ...target.detail, ...detail };
    target.settled = true;
    return this.#attach(target, line);
  }

  #frame(text: string, line: KernelLine): boolean {
    if (ELSEWHERE.test(text)) this.#elsewhere = true;
    const frames = framesOf(text);
    const noise = frames.length === 0 && isStackNoise(text);
    if (frames.length === 0 && !noise) return false;
    const target = this.#elsewhere ? null : this.#find(line, (report) => report.kind !== 'mem-info' && report.kind !== 'slub-failure' && report.kind !== 'cma-failure' && report.kind !== 'suppressed' && report.memInfo === null && report.detail['form'] !== '2.4');
    if (target === null) return false;
    target.arch ??= archOfLine(text);
    if (frames.length > 0) target.addFrames(frames, callerOf(text));
    return this.#attach(target, line);
  }

  /** What no rule knows: the rest of a broken line, a task of an OOM report, or somebody else's line. */
  #rest(text: string, line: KernelLine): boolean {
    if (TASKS.test(text)) {
      const oom = this.#find(line, (report) => report.kind === 'oom-kill' || report.kind === 'mem-info');
      return oom !== null && this.#attach(oom, line);
    }
    if (ALLOCATION.test(text)) {
      const target = this.#find(line, (report) => report.memInfo?.has('allocations') === true);
      if (target?.memInfo != null) {
        target.memInfo.add({ part: 'allocations' }, text);
        return this.#attach(target, line);
      }
    }
    if (!line.bare) return false;
    const target = this.#find(line, (report) => report.kind !== 'suppressed' && line.number - report.lastLine <= 2);
    if (target === null) return false;
    if (target.memInfo?.continue(text, false) === true) return this.#attach(target, line);
    const release = target.cpuLine?.release ?? null;
    if (target.cpuText !== null && (release === null || release.endsWith('-')) && target.memInfo === null) {
      const joined = `${target.cpuText}${release === null ? ' ' : ''}${text}`;
      const cpu = parseCpuLine(joined);
      if (cpu?.release != null) {
        target.setCpuLine(cpu, joined);
        this.#release = cpu.release;
        return this.#attach(target, line);
      }
    }
    return false;
  }

  #age(number: number): void {
    for (const report of this.#reports) {
      if (report.closed) continue;
      const patience = report.memInfo?.tailSeen === true && (report.kind !== 'oom-kill' || report.settled) ? AFTER_TAIL : PATIENCE;
      if (number - report.lastLine > patience) report.closed = true;
    }
  }

  #closeAll(): void {
    for (const report of this.#reports) report.closed = true;
    this.#held.clear();
  }
}

function isWorthTelling(report: Report): boolean {
  return report.kind !== 'mem-info' || report.memInfo?.substantial === true;
}

/** Headline and stack part agree on a name; one of them may be cut. */
function sameName(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && (a === b || a.endsWith(b) || b.endsWith(a));
}

/** Does the part begin another block than the one it would be added to? */
function startsAnew(info: MemInfoBuilder, part: MemInfoLine, text: string): boolean {
  switch (part.part) {
    case 'title':
      return info.titled || !info.empty;
    case 'summary':
      return info.tailSeen || (/^[Aa]ctive(?:_anon)?:/.test(text) && info.counted);
    case 'node':
    case 'zone':
    case 'buddy':
      return info.tailSeen || info.has(part.part, part.node, 'name' in part ? part.name : '');
    case 'reserve':
      return info.tailSeen;
    default:
      return false;
  }
}
