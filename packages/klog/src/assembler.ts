import type { FailureEvent } from '@nopage/gfp';
import { archOfLine } from './arch.js';
import { ColumnWatch } from './column-watch.js';
import { parseCpuLine, releaseOfBanner, type CpuLine } from './cpu-line.js';
import { DetailLines } from './detail-lines.js';
import { HeadlineJoiner, type Begun } from './headline-joiner.js';
import { HeldBack } from './held-back.js';
import type { KernelLine, SkippedLine } from './kernel-line.js';
import { KillLines } from './kill-lines.js';
import { LonePieces } from './lone-pieces.js';
import { LooseStack } from './loose-stack.js';
import { MemInfoBuilder } from './mem-info-builder.js';
import { memInfoLine, type MemInfoLine } from './mem-info-lines.js';
import { ModeReader } from './mode.js';
import { ReportQueue } from './report-queue.js';
import { Report } from './report.js';
import { sameName } from './same-name.js';
import { afterMarkers, FrameReader, isStackNoise, markOf } from './stack.js';
import { parseRepeated, parseSuppressed } from './sub-lines.js';
import { TaskList } from './task-list.js';
import { VmallocLines } from './vmalloc-lines.js';

// What no line ends in: a question mark belongs to the function behind it, which would seem vouched for without; a kill says whose memory was out.
const UNENDED = /\?$|out of memory:$/i;
const ELSEWHERE = /^(?:-{3,}\[ cut here|WARNING: |BUG: |(?:\[ )?INFO: |kernel BUG|Unable to handle|Oops|general protection|sysrq: (?!Show [Mm]em)|task:\S)/;
const TASKS = /^(?:\[[ \t]*\d+\][ \t]+\d+[ \t]+\d+|\[ *pid *\]|Tasks state|Unreclaimable slab|Name +Used|Memory cgroup stats|Mem abort)/;
const ALLOCATION = /^[\d.]+ ?[kMGTP]?i?B? +\d+ \S+:\d+ (?:\[\S+\] )?func:\S+$/;
const NUMBERS = /^\d+(?:[ \t]\d+)*$/;
// The number of the build stands behind the release.
const REST_OF_RELEASE = /^[\w.+~-]+ #\d/;
// Two lines of a memory part come with at most this many others between.
const NEAR = 6;
const LONGEST_JOINED = 400;
// The kernel's own lines have at most 1024 characters, glued ones a few times that.
const LONGEST_LINE = 8192;

/** Lines in, reports out: survives interleaved CPUs, cuts at either end and other people's lines in between. */
export class Assembler {
  readonly #file: string | null;
  readonly #defaultKernel: string | null;
  /** What the last boot banner or stack part said: one machine's log, one kernel at a time. */
  #release: string | null = null;
  readonly #queue = new ReportQueue();
  readonly #modes = new ModeReader();
  readonly #frames = new FrameReader();
  readonly #loose = new LooseStack();
  readonly #columns = new ColumnWatch();
  readonly #heldBack = new HeldBack(this.#queue);
  readonly #pieces = new LonePieces();
  readonly #vmalloc = new VmallocLines(this.#queue);
  readonly #details = new DetailLines(this.#queue);
  readonly #kills = new KillLines(this.#queue);
  readonly #joiner: HeadlineJoiner;
  /** The last line with a prefix that nothing was made of, and what bare lines have added to it. */
  #dangling: { text: string; line: KernelLine } | null = null;
  /** The frames that come belong to a splat of another kind. */
  #elsewhere = false;

  constructor(file: string | null, kernel: string | null, onSkip: (line: number, reason: SkippedLine['reason']) => void) {
    this.#file = file;
    this.#defaultKernel = kernel;
    this.#joiner = new HeadlineJoiner((line) => { onSkip(line, 'broken-headline'); });
  }

  /** @returns whether the line belonged to a report or announced one. */
  feed(line: KernelLine): boolean {
    this.#queue.age(line.place, this.#release);
    this.#columns.see(line.width);
    const whole = line.text.length > LONGEST_LINE ? line.text.slice(0, LONGEST_LINE) : line.text;
    const marked = markOf(whole);
    if (marked !== null) this.#traced(line)?.mark(marked);
    const text = this.#pieces.placed(afterMarkers(whole), line);
    if (text === '') return false;
    const unended = this.#dangling !== null && UNENDED.test(this.#dangling.text);
    const used = (unended && this.#joinDangling(text, line)) || this.#take(text, line) || this.#joinDangling(text, line);
    this.#queue.settle(this.#release);
    this.#pieces.note(text, line);
    if (used) this.#dangling = null;
    else this.#foreign(text, line);
    return used;
  }

  /** Takes a line that is no kernel's for what it is worth: time goes on, and its rest may come. */
  pass(line: KernelLine): false {
    this.#queue.age(line.place, this.#release);
    this.#columns.see(line.width);
    this.#queue.settle(this.#release);
    this.#foreign(line.text, line);
    return false;
  }

  /** Nothing was made of the line: its rest may come, and whatever is repeated next is not the headline before it. */
  #foreign(text: string, line: KernelLine): void {
    if (!line.bare) this.#dangling = { text, line };
    const last = this.#queue.last;
    if (last !== undefined) last.headlineLast = false;
  }

  /** A mailer may break a line before the words that it is known by: tries it again with what stood in the line before. */
  #joinDangling(text: string, line: KernelLine): boolean {
    const before = this.#dangling;
    if (before === null || !line.bare) return false;
    const joined = `${before.text} ${text}`;
    this.#dangling = joined.length < LONGEST_JOINED ? { text: joined, line: before.line } : null;
    return this.#take(joined, { ...before.line, number: line.number, place: line.place });
  }

  /** The events that no further line can change. */
  drain(last = false): FailureEvent[] {
    return this.#queue.drain({ file: this.#file, kernel: this.#defaultKernel, modes: this.#modes, column: this.#columns.cutAt }, last);
  }

  /** Closes every report as it stands. */
  end(): FailureEvent[] {
    this.#joiner.giveUp();
    this.#joiner.endRest();
    this.#queue.closeAll();
    this.#queue.settle(this.#release);
    this.#heldBack.forget();
    return this.drain(true);
  }

  #take(text: string, line: KernelLine): boolean {
    const repeated = parseRepeated(text);
    if (repeated !== null) return this.#repeat(repeated, line);
    const begun = this.#joiner.offer(text, line);
    if (begun !== null) {
      const isRest = begun === 'rest' || (begun !== 'wait' && begun.first !== line);
      if (isRest && line.bare) this.#columns.goesOn();
      if (begun !== 'rest' && begun !== 'wait') this.#open(begun, line);
      return true;
    }
    const suppressed = parseSuppressed(text);
    if (suppressed !== null) {
      this.#joiner.endRest();
      this.#heldBack.add(suppressed, line);
      return true;
    }
    const banner = releaseOfBanner(text);
    if (banner !== null) {
      this.#queue.closeAll();
      this.#queue.settle(this.#release);
      this.#queue.hurry();
      this.#heldBack.forget();
      this.#kills.forget();
      this.#release = banner;
      return false;
    }
    const cpu = parseCpuLine(text);
    if (cpu !== null) return this.#cpuLine(cpu, text, line);
    const detailed = this.#details.goOn(text, line);
    if (detailed !== null) return this.#attach(detailed, line);
    const part = memInfoLine(text);
    if (part !== null) return this.#memInfo(part, text, line);
    const killed = this.#kills.take(text, line);
    if (killed !== null) return this.#attach(killed, line);
    return this.#detail(text, line) || this.#frame(text, line) || this.#tasks(text, line) || this.#rest(text, line);
  }

  #attach(report: Report, line: KernelLine): true {
    report.lastPlace = line.place;
    report.headlineLast = false;
    this.#joiner.endRest(report);
    return true;
  }

  #repeat(times: number, line: KernelLine): boolean {
    const last = this.#queue.last;
    if (last?.headlineLast !== true || last.closed) return false;
    last.repeats += times;
    last.lastPlace = line.place;
    return true;
  }

  #open(begun: Begun, line: KernelLine): void {
    this.#elsewhere = false;
    this.#kills.goesOn();
    const { headline, first } = this.#pieces.named(begun, line);
    const merged = this.#vmalloc.merge(headline, begun.text, line);
    if (merged !== null) {
      this.#joiner.expectRest(merged);
      return;
    }
    this.#queue.closeFinished();
    const report = new Report(headline.kind, first, headline, begun.text, line);
    report.repeats = line.times;
    if (this.#vmalloc.countRoom(report)) return;
    this.#heldBack.claim(report);
    this.#vmalloc.claimRoom(report);
    this.#queue.push(report);
    if (headline.kind !== 'slub-failure' && headline.kind !== 'cma-failure' && headline.kind !== 'order-too-large') this.#joiner.expectRest(report);
  }

  #cpuLine(cpu: CpuLine, text: string, line: KernelLine): boolean {
    this.#release = cpu.release ?? this.#release;
    const waits = (report: Report): boolean => report.hasStack && report.memInfo === null;
    const fits = (report: Report, { comm }: CpuLine): boolean => sameName(report.headline?.before ?? null, comm);
    // A name that does not fit is another report's, unless the line comes right behind the headline: then one of them is damaged, as long as no other line fits.
    const mayBe = (report: Report): boolean => !report.hasFrames && (report.headline?.comm == null || (!this.#elsewhere && line.place - report.lastPlace <= 1));
    const target = this.#queue.find(line, (report) => waits(report) && fits(report, cpu) && (report.cpuLine === null || !fits(report, report.cpuLine)))
      ?? this.#queue.find(line, (report) => waits(report) && report.cpuLine === null && mayBe(report));
    this.#elsewhere = target === null;
    if (target === null) {
      this.#loose.begin(cpu, text, line);
      return false;
    }
    this.#loose.forget();
    target.setCpuLine(cpu, text);
    return this.#attach(target, line);
  }

  #memInfo(part: MemInfoLine, text: string, line: KernelLine): boolean {
    if (part.part !== 'title') this.#joiner.endRest();
    const goesOn = (report: Report): boolean => report.memInfo !== null && !report.memInfo.tailSeen && line.place - report.lastPlace <= NEAR && !startsAnew(report.memInfo, part, text);
    // Another CPU's headline may stand inside a block: lines go on with the block that has begun.
    let target = part.part === 'title' ? null : this.#queue.find(line, goesOn);
    target ??= this.#queue.find(line, (report) => report.takesMemInfo && !(report.kind === 'oom-kill' && report.settled) && (report.memInfo === null || !startsAnew(report.memInfo, part, text)));
    if (target === null) {
      if (part.part === 'fragment') return false;
      target = new Report('mem-info', line);
      this.#loose.giveTo(target, line);
      this.#queue.push(target);
    }
    target.memInfo ??= new MemInfoBuilder();
    target.memInfo.add(part, text, line.bare, line.width);
    return this.#attach(target, line);
  }

  #detail(text: string, line: KernelLine): boolean {
    const told = this.#details.take(text, line);
    return told !== null && this.#attach(told, line);
  }

  #frame(text: string, line: KernelLine): boolean {
    if (ELSEWHERE.test(text)) this.#elsewhere = true;
    if (this.#isRestOfForeign(line)) return false;
    const { frames, caller, broken } = this.#frames.read(text, line);
    if (frames.length === 0 && caller === null && !broken && !isStackNoise(text)) return false;
    const target = this.#traced(line);
    if (target === null) {
      this.#loose.add(frames, caller, line);
      return false;
    }
    target.arch ??= archOfLine(text, target.isOld);
    target.addFrames(frames, caller);
    return this.#attach(target, line);
  }

  /** Does the line go on with somebody's message? Many end in the name of a function and where in it. */
  #isRestOfForeign({ bare, place }: KernelLine): boolean {
    const before = this.#dangling;
    return bare && before?.line.place === place - 1 && !isStackNoise(before.text);
  }

  /** The report that the line of a trace belongs to. */
  #traced(line: KernelLine): Report | null {
    return this.#elsewhere ? null : this.#queue.find(line, (report) => report.hasStack && report.memInfo === null && report.detail['form'] !== '2.4');
  }

  #tasks(text: string, line: KernelLine): boolean {
    if (TASKS.test(text)) {
      const oom = this.#queue.find(line, (report) => report.kind === 'oom-kill' || report.kind === 'mem-info');
      if (oom === null) return this.#kills.listed(text, line);
      oom.tasks ??= new TaskList();
      oom.tasks.add(text);
      return this.#attach(oom, line);
    }
    if (!ALLOCATION.test(text)) return false;
    const target = this.#queue.find(line, (report) => report.memInfo?.has('allocations') === true);
    target?.memInfo?.add({ part: 'allocations' }, text);
    return target !== null && this.#attach(target, line);
  }

  /** What no rule knows: the rest of a broken line, or somebody else's. */
  #rest(text: string, line: KernelLine): boolean {
    if (!line.bare && !NUMBERS.test(text)) return false;
    const within = (places: number): Report | null => this.#queue.find(line, (report) => report.kind !== 'suppressed' && line.place - report.lastPlace <= places);
    const target = within(1) ?? within(2);
    // The rest of a line that nothing was made of is of that one.
    if (target === null || (this.#dangling !== null && this.#dangling.line.place > target.lastPlace)) return false;
    if (line.bare && target.tasks?.goOn(text) === true) return this.#attach(target, line);
    if (target.memInfo !== null) {
      if (!target.memInfo.continue(text, line.bare)) return false;
      if (line.bare) this.#columns.goesOn();
      return this.#attach(target, line);
    }
    if (!line.bare) return false;
    const release = target.cpuLine?.release ?? null;
    if (target.cpuText === null || (release !== null && !(target.cpuText.endsWith(release) && REST_OF_RELEASE.test(text)))) return false;
    const joined = `${target.cpuText}${release === null ? ' ' : ''}${text}`;
    const cpu = parseCpuLine(joined);
    if (cpu?.release == null) return false;
    target.setCpuLine(cpu, joined);
    this.#release = cpu.release;
    return this.#attach(target, line);
  }
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
