import type { FailureEvent } from '@nopage/gfp';
import { archOfLine } from './arch.js';
import { ColumnWatch } from './column-watch.js';
import { parseCpuLine, releaseOfBanner, type CpuLine } from './cpu-line.js';
import { HeadlineJoiner, type Begun } from './headline-joiner.js';
import type { Headline } from './headline.js';
import { HeldBack } from './held-back.js';
import type { KernelLine, SkippedLine } from './kernel-line.js';
import { LooseStack } from './loose-stack.js';
import { MemInfoBuilder } from './mem-info.js';
import { memInfoLine, type MemInfoLine } from './mem-info-lines.js';
import { ModeReader } from './mode.js';
import { parseKill, type Kill } from './oom-lines.js';
import { ReportQueue } from './report-queue.js';
import { Report } from './report.js';
import { afterMarkers, FrameReader, isStackNoise, markOf } from './stack.js';
import { parseCache, parseCpuset, parseFault, parseRepeated, parseSlabs, parseSuppressed } from './sub-lines.js';

const ELSEWHERE = /^(?:-{3,}\[ cut here|WARNING: |BUG: |(?:\[ )?INFO: |kernel BUG|Unable to handle|Oops|general protection|sysrq: (?!Show [Mm]em)|task:\S)/;
const TASKS = /^(?:\[[ \t]*\d+\][ \t]+\d+[ \t]+\d+|\[ *pid *\]|Tasks state|Unreclaimable slab|Name +Used|Memory cgroup stats|Mem abort)/;
const ALLOCATION = /^[\d.]+ ?[kMGTP]?i?B? +\d+ \S+:\d+ (?:\[\S+\] )?func:\S+$/;
const NAME_ALONE = /^(.{1,15}):$/;
const NODE_ALONE = /^Node \d+$/;
const NUMBERS = /^\d+(?:[ \t]\d+)*$/;
// The number of the build stands behind the release.
const REST_OF_RELEASE = /^[\w.+~-]+ #\d/;
// A name and the headline it belongs to, when they are pieces of their own: another CPU's line may stand between.
const APART = 2;
// The two lines of an old vmalloc failure, and a fault's parameters, come with at most this many others between.
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
  readonly #joiner: HeadlineJoiner;
  /** The last line that is a name only, and whether another such line stands so near that it may be either's. */
  #name: { readonly text: string; readonly line: KernelLine; readonly contested: boolean } | null = null;
  /** The number of a node, until the zone comes that it is the node of. */
  #node: { readonly text: string; readonly place: number } | null = null;
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
    this.#queue.age(line.place);
    this.#columns.see(line.width);
    const whole = line.text.length > LONGEST_LINE ? line.text.slice(0, LONGEST_LINE) : line.text;
    const marked = markOf(whole);
    if (marked !== null) this.#traced(line)?.mark(marked);
    const text = this.#placed(afterMarkers(whole), line);
    if (text === '') return false;
    // A lone question mark belongs to the function in the next line: without it the frame would seem vouched for.
    const questioned = this.#dangling?.text.endsWith('?') === true;
    const used = (questioned && this.#joinDangling(text, line)) || this.#take(text, line) || this.#joinDangling(text, line);
    this.#queue.settle(this.#release);
    if (text.endsWith(':') && NAME_ALONE.test(text)) this.#name = { text: text.slice(0, -1), line, contested: this.#name !== null && line.place - this.#name.line.place <= APART };
    if (used) this.#dangling = null;
    else this.#foreign(text, line);
    return used;
  }

  /** Up to 4.9 the number of a node is a piece of its own before what it is the node of; a log daemon can make a line of it. */
  #placed(text: string, { place }: KernelLine): string {
    if (text.startsWith('Node ') && NODE_ALONE.test(text)) this.#node = { text, place };
    const node = this.#node;
    if (node === null || node.place === place) return text;
    // Another CPU's lines may stand between the two.
    if (place - node.place > NEAR) this.#node = null;
    const part = memInfoLine(text)?.part;
    if (part !== 'zone' && part !== 'buddy') return text;
    this.#node = null;
    return text.startsWith('Node ') ? text : `${node.text} ${text}`;
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

  /** Is there a report that a further line may belong to? */
  get reading(): boolean {
    return this.#queue.reading;
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
      if (begun !== 'wait') this.#open(begun, line);
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
      this.#release = banner;
      return false;
    }
    const cpu = parseCpuLine(text);
    if (cpu !== null) return this.#cpuLine(cpu, text, line);
    const part = memInfoLine(text);
    if (part !== null) return this.#memInfo(part, text, line);
    const kill = parseKill(text);
    if (kill !== null) return this.#kill(kill, line);
    return this.#subLine(text, line) || this.#frame(text, line) || this.#tasks(text, line) || this.#rest(text, line);
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
    const { headline, first } = this.#named(begun, line);
    if (headline.kind === 'page-allocation-failure' && this.#mergeVmalloc(headline, begun.text, line)) return;
    this.#queue.closeFinished();
    const report = new Report(headline.kind, first, headline, begun.text, line);
    report.repeats = line.times;
    if (report.isRoom && this.#countRoom(report)) return;
    this.#heldBack.claim(report);
    if (headline.kind === 'vmalloc-failure') this.#claimRoom(report);
    this.#queue.push(report);
    if (headline.kind !== 'slub-failure' && headline.kind !== 'cma-failure' && headline.kind !== 'order-too-large') this.#joiner.expectRest(report);
  }

  /** Many lines in a row that there was no room for the same size are one kind of failure, told once. */
  #countRoom(report: Report): boolean {
    const before = this.#queue.find(report, ({ isRoom, headline }) => isRoom && headline?.bytes === report.headline?.bytes);
    if (before === null) return false;
    before.repeats += report.repeats;
    before.lastPlace = report.lastPlace;
    return true;
  }

  /** The line about room belongs to the failure that is told next; so do those of failures that were held back. */
  #claimRoom(report: Report): void {
    if (report.isRoom) return;
    const room = this.#queue.find(report, (other) => other.isRoom && report.lastPlace - other.lastPlace <= NEAR);
    if (room === null) return;
    report.detail = { ...report.detail, mappingBytes: room.headline?.bytes ?? null };
    report.repeats += Math.max(0, room.repeats - 1 - report.suppressed);
    room.closed = true;
    this.#queue.drop(room);
  }

  /** 4.9 and 4.10 print the process name as a piece of its own: a log daemon can make a line of it. */
  #named({ headline, first }: Begun, line: KernelLine): { headline: Headline; first: KernelLine } {
    const nameless = headline.comm === null && headline.detail['form'] === undefined && (headline.kind === 'allocation-stall' || headline.kind === 'page-allocation-failure');
    const name = this.#name;
    // Two names in a row are those of two CPUs: which is whose, their stack parts tell.
    if (!nameless || name === null || name.contested || line.place - name.line.place > APART) return { headline, first };
    return { headline: { ...headline, comm: name.text }, first: name.line };
  }

  /** Up to 4.8 vmalloc printed its size on a line of its own before the common headline: one failure, two lines. */
  #mergeVmalloc(headline: Headline, text: string, line: KernelLine): boolean {
    const waits = (report: Report): boolean => report.kind === 'vmalloc-failure' && !report.isRoom && report.headline?.mask === null && report.headline.comm === null && line.place - report.lastPlace <= NEAR;
    const before = this.#queue.find(line, waits);
    if (before?.headline == null) return false;
    before.headline = { ...headline, kind: 'vmalloc-failure', bytes: before.headline.bytes, detail: { ...headline.detail, ...before.headline.detail, twoLines: true } };
    before.detail = { ...before.detail, ...before.headline.detail };
    before.text = text;
    before.lastPlace = line.place;
    this.#joiner.expectRest(before);
    return true;
  }

  #cpuLine(cpu: CpuLine, text: string, line: KernelLine): boolean {
    this.#release = cpu.release ?? this.#release;
    const takes = (report: Report): boolean => report.cpuLine === null && report.hasStack && report.memInfo === null;
    // A name that does not fit is another report's, unless the line comes right behind the headline: then one of them is damaged.
    const mayBe = (report: Report): boolean => !report.hasFrames && (report.headline?.comm == null || (!this.#elsewhere && line.place - report.lastPlace <= 1));
    const target = this.#queue.find(line, (report) => takes(report) && sameName(report.headline?.before ?? null, cpu.comm)) ?? this.#queue.find(line, (report) => takes(report) && mayBe(report));
    this.#elsewhere = target === null;
    this.#loose.forget();
    if (target === null) return false;
    target.setCpuLine(cpu, text);
    return this.#attach(target, line);
  }

  #memInfo(part: MemInfoLine, text: string, line: KernelLine): boolean {
    if (part.part !== 'title') this.#joiner.endRest();
    const goesOn = (report: Report): boolean => report.memInfo !== null && !report.memInfo.tailSeen && line.place - report.lastPlace <= NEAR && !startsAnew(report.memInfo, part, text);
    // Another CPU's headline may stand inside a block: lines go on with the block that has begun.
    let target = part.part === 'title' ? null : this.#queue.find(line, goesOn);
    target ??= this.#queue.find(line, (report) => report.takesMemInfo && (report.memInfo === null || !startsAnew(report.memInfo, part, text)));
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

  #kill(kill: Kill, line: KernelLine): boolean {
    if (kill.step === 'faulted') {
      const refused = this.#queue.find(line, ({ kind, detail, lastPlace }) => kind === 'page-allocation-failure' && detail['victim'] === undefined && line.place - lastPlace <= NEAR);
      return this.#add(refused, kill.detail, false, line);
    }
    const pid = kill.detail['victimPid'];
    const isOom = (report: Report): boolean => report.kind === 'oom-kill' || report.kind === 'mem-info';
    let target = this.#queue.find(line, (report) => isOom(report) && !report.settled && (report.kind === 'oom-kill' || report.detail['victimPid'] === undefined));
    target ??= this.#queue.find(line, (report) => isOom(report) && pid !== undefined && report.detail['victimPid'] === pid);
    if (kill.step === 'panic') target ??= this.#queue.find(line, (report) => report.kind === 'oom-kill');
    if (target === null) {
      if (!kill.sure) return false;
      target = new Report('oom-kill', line);
      this.#queue.push(target);
    }
    // The group whose limit it was is named first, those within it after it.
    target.detail = kill.step === 'cgroup' ? { ...kill.detail, ...target.detail } : { ...target.detail, ...kill.detail };
    if (kill.step === 'killed' || kill.step === 'none' || kill.step === 'panic') target.settled = true;
    return this.#attach(target, line);
  }

  #subLine(text: string, line: KernelLine): boolean {
    const cpuset = parseCpuset(text);
    if (cpuset !== null) {
      const target = this.#queue.find(line, (report) => report.headline?.memsAllowed === null && sameName(report.headline.comm, cpuset.comm));
      if (target?.headline == null) return false;
      target.headline = { ...target.headline, cpuset: cpuset.cpuset, memsAllowed: cpuset.memsAllowed };
      target.detail = { ...target.detail, cpusetLine: true };
      return this.#attach(target, line);
    }
    const cache = parseCache(text);
    if (cache !== null) return this.#add(this.#queue.findOldest((report) => report.kind === 'slub-failure' && !report.settled), cache, true, line);
    const slabs = parseSlabs(text);
    if (slabs === null) return this.#fault(text, line);
    const [key = ''] = Object.keys(slabs);
    const isCache = (report: Report): boolean => report.kind === 'slub-failure' && report.settled;
    // A cache that was named before the next one failed has had its nodes when that one is named.
    const isPast = ({ settledLine }: Report): boolean => this.#queue.findOldest((later) => isCache(later) && later.line > settledLine) !== null;
    return this.#add(this.#queue.findOldest((report) => isCache(report) && report.detail[key] === undefined && !isPast(report)), slabs, false, line);
  }

  #fault(text: string, line: KernelLine): boolean {
    const waiting = this.#queue.find(line, (report) => report.kind === 'fault-injection' && !report.settled && line.place - report.lastPlace <= NEAR);
    if (waiting === null) return false;
    const goesOn = waiting.text.startsWith('name ') && line.bare;
    if (!text.startsWith('name ') && !goesOn) return false;
    waiting.text = text.startsWith('name ') ? text : `${waiting.text} ${text}`;
    const fault = parseFault(waiting.text);
    return this.#add(waiting, fault ?? {}, fault !== null, line);
  }

  #add(target: Report | null, detail: Report['detail'], settles: boolean, line: KernelLine): boolean {
    if (target === null) return false;
    target.detail = { ...target.detail, ...detail };
    if (settles) target.settledLine = line.number;
    target.settled ||= settles;
    return this.#attach(target, line);
  }

  #frame(text: string, line: KernelLine): boolean {
    if (ELSEWHERE.test(text)) this.#elsewhere = true;
    const { frames, caller, broken } = this.#frames.read(text, line.bare);
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

  /** The report that the line of a trace belongs to. */
  #traced(line: KernelLine): Report | null {
    return this.#elsewhere ? null : this.#queue.find(line, (report) => report.hasStack && report.memInfo === null && report.detail['form'] !== '2.4');
  }

  #tasks(text: string, line: KernelLine): boolean {
    if (TASKS.test(text)) {
      const oom = this.#queue.find(line, (report) => report.kind === 'oom-kill' || report.kind === 'mem-info');
      return oom !== null && this.#attach(oom, line);
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
