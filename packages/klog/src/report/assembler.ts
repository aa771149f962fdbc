import type { FailureEvent } from '@nopage/gfp';
import { HeadlineJoiner, type Begun } from '../headline/headline-joiner.js';
import { ModeReader } from '../headline/mode-reader.js';
import type { KernelLine, SkippedLine } from '../kernel-line.js';
import { memInfoLine } from '../mem-info/mem-info-line.js';
import { parseCpuLine, releaseOfBanner } from '../stack/cpu-line.js';
import { afterMarkers, isStackNoise } from '../stack/stack.js';
import { ColumnWatch } from './column-watch.js';
import { DetailLines } from './detail-lines.js';
import { HeldBack } from './held-back.js';
import { KillLines } from './kill-lines.js';
import { LonePieces } from './lone-pieces.js';
import { MemoryParts } from './memory-parts.js';
import { parseRepeated } from './repeated.js';
import { ReportQueue } from './report-queue.js';
import { Report } from './report.js';
import { StackLines } from './stack-lines.js';
import { parseSuppressed } from './suppressed.js';
import { isOfTaskList, TaskList } from './task-list.js';
import { VmallocLines } from './vmalloc-lines.js';

// What no line ends in: a question mark belongs to the function behind it, which would seem vouched for without; a kill says whose memory was out.
const UNENDED = /\?$|out of memory:$/i;
const NUMBERS = /^\d+(?:[ \t]\d+)*$/;
const LONGEST_JOINED = 400;
// The kernel's own lines have at most 1024 characters, glued ones a few times that.
const LONGEST_LINE = 8192;

/** Lines in, reports out: survives interleaved CPUs, cuts at either end and other people's lines in between. */
export class Assembler {
  readonly #file: string | null;
  readonly #defaultKernel: string | null;
  readonly #queue = new ReportQueue();
  readonly #modes = new ModeReader();
  readonly #columns = new ColumnWatch();
  readonly #heldBack = new HeldBack(this.#queue);
  readonly #pieces = new LonePieces();
  readonly #vmalloc = new VmallocLines(this.#queue);
  readonly #details = new DetailLines(this.#queue);
  readonly #kills = new KillLines(this.#queue);
  readonly #stacks = new StackLines(this.#queue);
  readonly #memory = new MemoryParts(this.#queue, (report, line) => { this.#stacks.giveLoose(report, line); });
  readonly #joiner: HeadlineJoiner;
  /** The last line with a prefix that nothing was made of, and what bare lines have added to it. */
  #dangling: { text: string; line: KernelLine } | null = null;

  constructor(file: string | null, kernel: string | null, onSkip: (line: number, reason: SkippedLine['reason']) => void) {
    this.#file = file;
    this.#defaultKernel = kernel;
    this.#joiner = new HeadlineJoiner((line) => { onSkip(line, 'broken-headline'); });
  }

  /** @returns whether the line belonged to a report or announced one. */
  feed(line: KernelLine): boolean {
    this.#queue.age(line.place);
    this.#columns.see(line.width);
    const whole = line.text.length > LONGEST_LINE ? line.text.slice(0, LONGEST_LINE) : line.text;
    this.#stacks.mark(whole, line);
    const text = this.#pieces.placed(afterMarkers(whole), line);
    if (text === '') return false;
    const unended = this.#dangling !== null && UNENDED.test(this.#dangling.text);
    const used = (unended && this.#joinDangling(text, line)) || this.#take(text, line) || this.#joinDangling(text, line);
    this.#queue.settle();
    this.#pieces.note(text, line);
    if (used) this.#dangling = null;
    else this.#foreign(text, line);
    return used;
  }

  /** Takes a line that is no kernel's for what it is worth: time goes on, and its rest may come. */
  pass(line: KernelLine): false {
    this.#queue.age(line.place);
    this.#columns.see(line.width);
    this.#queue.settle();
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
    this.#queue.settle();
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
      this.#queue.settle();
      this.#queue.hurry();
      this.#heldBack.forget();
      this.#kills.forget();
      this.#queue.release = banner;
      return false;
    }
    const cpu = parseCpuLine(text);
    if (cpu !== null) return this.#attach(this.#stacks.begin(cpu, text, line), line);
    return this.#attach(this.#details.goOn(text, line), line) || this.#body(text, line);
  }

  /** The lines below a headline. What is known by its own words comes before what is known by its shape or by where it stands. */
  #body(text: string, line: KernelLine): boolean {
    const part = memInfoLine(text);
    if (part !== null) {
      if (part.part !== 'title') this.#joiner.endRest();
      return this.#attach(this.#memory.take(part, text, line), line);
    }
    const told = this.#kills.take(text, line) ?? this.#details.take(text, line) ?? this.#stacks.take(text, line, this.#isRestOfForeign(line));
    if (told !== null) return this.#attach(told, line);
    return this.#tasks(text, line) || this.#attach(this.#memory.takeAllocation(text, line) ?? this.#rest(text, line), line);
  }

  #attach(report: Report | null, line: KernelLine): boolean {
    if (report === null) return false;
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
    this.#stacks.expect();
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
    this.#joiner.expectRest(report);
  }

  /** Does the line go on with somebody's message? Many end in the name of a function and where in it. */
  #isRestOfForeign({ bare, place }: KernelLine): boolean {
    const before = this.#dangling;
    return bare && before?.line.place === place - 1 && !isStackNoise(before.text);
  }

  #tasks(text: string, line: KernelLine): boolean {
    if (!isOfTaskList(text)) return false;
    const kill = this.#queue.find(line, ({ kind }) => kind === 'oom-kill' || kind === 'mem-info');
    if (kill === null) return this.#kills.listed(text, line);
    kill.tasks ??= new TaskList();
    kill.tasks.add(text);
    return this.#attach(kill, line);
  }

  /** What no rule knows: the report that the rest of a broken line belongs to; null for somebody else's line. */
  #rest(text: string, line: KernelLine): Report | null {
    if (!line.bare && !NUMBERS.test(text)) return null;
    const within = (places: number): Report | null => this.#queue.find(line, (report) => report.kind !== 'suppressed' && report.isNear(line, places));
    const target = within(1) ?? within(2);
    // The rest of a line that nothing was made of is of that one.
    if (target === null || (this.#dangling !== null && this.#dangling.line.place > target.lastPlace)) return null;
    if (line.bare && target.tasks?.goOn(text) === true) return target;
    if (target.memInfo === null) return line.bare && this.#stacks.goOn(target, text) ? target : null;
    if (!target.memInfo.continue(text, line.bare)) return null;
    if (line.bare) this.#columns.goesOn();
    return target;
  }
}
