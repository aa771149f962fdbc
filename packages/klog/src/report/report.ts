import { eraOf, failureEvent, type FailureEvent, type FailureKind } from '@nopage/gfp';
import type { Headline } from '../headline/headline.js';
import { ageOfHeadline, type ModeReader } from '../headline/mode-reader.js';
import type { Placement } from '../headline/placement.js';
import type { KernelLine } from '../kernel-line.js';
import { MemInfoBuilder } from '../mem-info/mem-info-builder.js';
import { requesterOf, siteOf } from '../stack/allocator-layers.js';
import { archOfRelease, fixedPageBytes } from '../stack/arch.js';
import type { CpuLine } from '../stack/cpu-line.js';
import { stackOf, type Frame } from '../stack/stack.js';
import type { Detail } from './detail.js';
import type { TaskList } from './task-list.js';

const MOST_FRAMES = 256;
/** Two CPUs, or a driver with something to say, may print between the lines of a report. */
const NEAR = 6;
/** What each kind prints below its headline. */
const PARTS: Readonly<Record<FailureKind, readonly ('stack' | 'memory')[]>> = {
  'page-allocation-failure': ['stack', 'memory'],
  'vmalloc-failure': ['stack', 'memory'],
  'allocation-stall': ['stack', 'memory'],
  'oom-kill': ['stack', 'memory'],
  'order-too-large': ['stack'],
  'fault-injection': ['stack'],
  'mem-info': ['memory'],
  'slub-failure': [],
  'cma-failure': [],
  suppressed: [],
};
// dump_stack() and show_stack() may stand in front of the first mark.
const FRAMES_BEFORE_MARK = 3;

/** What all events of one log share. */
export interface ReportContext {
  readonly file: string | null;
  /** Kernel release for reports whose log doesn't name it; null when unknown. */
  readonly kernel: string | null;
  readonly modes: ModeReader;
  /** Length that lines of the log are cut at; null where they are not. */
  readonly column: number | null;
}

/** One report while its lines come in. */
export class Report {
  kind: FailureKind;
  readonly line: number;
  readonly at: number | null;
  /** Length of the headline's physical line. */
  readonly #width: number;
  /** Who printed it, where the log says so. */
  readonly context: string | null;
  /** Place of the last line that belonged to it. */
  lastPlace: number;
  closed = false;
  /** Kernel release that the log named elsewhere, by the time the report had closed or soon after. */
  release: string | null = null;
  /** A line that names the kernel may still come. */
  waits = true;
  headline: Headline | null;
  /** The headline's text, while a rest of it may still come. */
  text: string;
  cpuLine: CpuLine | null = null;
  cpuText: string | null = null;
  cpu: number | null;
  pid: number | null;
  arch: string | null = null;
  memInfo: MemInfoBuilder | null = null;
  /** What the end of a kill's report says of where the task may have memory. */
  placement: Placement | null = null;
  /** The list of tasks of a kill. */
  tasks: TaskList | null = null;
  suppressed = 0;
  repeats = 1;
  /** Lines that `last message repeated` may speak of: true while the headline was the last line. */
  headlineLast = true;
  /** A second line that this kind always has (a cache, the parameters of a fault, a victim) has come. */
  settled = false;
  /** The line that settled it. */
  settledLine: number = Number.POSITIVE_INFINITY;
  detail: Detail;
  readonly #frames: Frame[] = [];
  /** What the trace's first mark says of where the request was made. */
  #mark: 'interrupt' | 'task' | null = null;
  #lastCaller: Frame | null = null;

  /**
   * @param first - The line that it begins in.
   * @param last - The last line of its headline, where that came in several.
   */
  constructor(kind: FailureKind, first: KernelLine, headline: Headline | null = null, text = '', last: KernelLine = first) {
    this.kind = kind;
    this.line = first.number;
    this.lastPlace = last.place;
    this.at = first.at ?? last.at;
    this.#width = last.width;
    this.context = last.context ?? first.context;
    this.headline = headline;
    this.text = text;
    this.cpu = headline?.cpu ?? last.cpu ?? first.cpu;
    this.pid = headline?.pid ?? last.pid ?? first.pid;
    this.detail = { ...headline?.detail };
  }

  /** Kernel release as far as the log says it. */
  get kernel(): string | null {
    return this.cpuLine?.release ?? this.release;
  }

  /** May the line be the report's next, with at most so many of somebody else's between? */
  isNear({ place }: Pick<KernelLine, 'place'>, places: number = NEAR): boolean {
    return place - this.lastPlace <= places;
  }

  /** Does this kind print a Mem-Info block? */
  get takesMemInfo(): boolean {
    return PARTS[this.kind].includes('memory') && !this.isRoom;
  }

  /** May a stack part follow? It stands behind the headline, and where that is lost, the stack part is lost, too; but a kernel that stops prints one then. */
  get hasStack(): boolean {
    return PARTS[this.kind].includes('stack') && !this.isRoom && (this.headline !== null || this.detail['panic'] === true);
  }

  /** Is its kernel of 2.4 or 2.6, by the shape of the headline or by the release? */
  get isOld(): boolean {
    return this.detail['stop'] === true || this.kernel?.startsWith('2.') === true;
  }

  /** A line that says there was no room in the range of addresses: it stands alone, or in front of a failure of vmalloc. */
  get isRoom(): boolean {
    return this.detail['room'] === true;
  }

  /** A line has told more of it. */
  learn(detail: Detail): this {
    this.detail = { ...this.detail, ...detail };
    return this;
  }

  /**
   * Who was running. The stack part names the same task again: that settles where a name begins which something else is
   * glued to, or which has lost its head.
   */
  get #comm(): string | null {
    const named = this.headline?.comm ?? null, running = this.cpuLine?.comm ?? '';
    if (named === null || running === '') return named ?? (running === '' ? null : running);
    return this.headline?.before?.endsWith(running) === true || running.endsWith(named) ? running : named;
  }

  get hasFrames(): boolean {
    return this.#frames.length > 0;
  }

  addFrames(frames: readonly Frame[], caller: Frame | null): void {
    if (this.#frames.length < MOST_FRAMES) this.#frames.push(...frames);
    this.#lastCaller = caller ?? this.#lastCaller;
  }

  /** The frames that come were in an interrupt, or in the task; the innermost ones are the request's own. */
  mark(where: 'interrupt' | 'task'): void {
    if (this.#frames.length <= FRAMES_BEFORE_MARK) this.#mark ??= where;
  }

  /** The stack part begins here: frames that came before are another CPU's. */
  setCpuLine(line: CpuLine, text: string): void {
    this.#frames.length = 0;
    this.#mark = null;
    this.cpuLine = { ...line, release: line.release ?? this.cpuLine?.release ?? null };
    this.cpuText = text;
    this.cpu = line.cpu ?? this.cpu;
    this.pid = line.pid ?? this.pid;
    this.arch = (line.release === null ? null : archOfRelease(line.release)) ?? this.arch;
  }

  /** The event as far as the lines went; can be asked for once the report is closed. */
  toEvent(context: ReportContext): FailureEvent {
    const frames = stackOf(this.#lastCaller === null ? this.#frames : [...this.#frames, this.#lastCaller]);
    const stack = frames.map(({ name }) => name);
    const kernel = this.kernel ?? context.kernel;
    const arch = (kernel === null ? null : archOfRelease(kernel)) ?? this.arch;
    const info = this.memInfo?.build(fixedPageBytes(arch), context.column) ?? null;
    const pageBytes = info?.pageBytes ?? fixedPageBytes(arch);
    const headline = this.headline;
    const maskIsCut = this.#isMaskCut(context.column);
    const since = kernel === null && headline?.names === null ? (this.memInfo?.since ?? 0) : 0;
    const { mode, permits } = context.modes.read(maskIsCut ? null : (headline?.mask ?? null), headline?.names ?? null, kernel, ageOfHeadline(headline), since);
    const order = headline?.order ?? null;
    const requester = requesterOf(stack);
    const module = frames.find((frame) => frame.module !== null)?.module ?? null;
    return failureEvent({
      kind: this.kind, at: this.at, comm: this.#comm, pid: this.pid, cpu: this.cpu, kernel, arch,
      order, bytes: this.#bytes(order, pageBytes), pageBytes, mode, permits,
      nodemask: headline?.nodemask ?? this.placement?.nodemask ?? null, cpuset: headline?.cpuset ?? this.placement?.cpuset ?? null,
      memsAllowed: headline?.memsAllowed ?? this.placement?.memsAllowed ?? null,
      site: siteOf(stack), stack,
      zones: info?.zones ?? [], memory: info?.memory ?? {},
      suppressed: this.suppressed, repeats: this.repeats, truncated: this.#truncated(info?.complete ?? false, maskIsCut),
      source: { file: context.file, line: this.line },
      ...(info === null || info.nodes.length === 0 ? {} : { nodes: info.nodes }),
      ...(info === null || info.hugepages.length === 0 ? {} : { hugepages: info.hugepages }),
      ...(info === null || Object.keys(info.layout).length === 0 ? {} : { layout: info.layout }),
      detail: {
        ...this.detail,
        ...this.tasks?.detail(this.detail['victim']),
        ...(requester === null ? {} : { requester }),
        ...(module === null ? {} : { module }),
        ...(this.#mark === null ? {} : { inInterrupt: this.#mark === 'interrupt' }),
        ...(frames.length > 0 && !frames.some(({ reliable }) => reliable) ? { stackVouched: false } : {}),
      },
    });
  }

  /** Does the headline break off within the number, or could it? */
  #isMaskCut(column: number | null): boolean {
    if (this.headline?.maskLast !== true) return false;
    return this.#width === column || (this.kernel !== null && eraOf(this.kernel)?.printsNames === true);
  }

  #bytes(order: number | null, pageBytes: number | null): number | null {
    if (this.headline?.bytes != null) return this.headline.bytes;
    if (this.kind === 'vmalloc-failure' || order === null || order < 0 || order > 52 || pageBytes === null) return null;
    return pageBytes * 2 ** order;
  }

  #truncated(memInfoComplete: boolean, maskIsCut: boolean): boolean {
    switch (this.kind) {
      case 'cma-failure':
      case 'suppressed':
        return false;
      case 'slub-failure':
      case 'fault-injection':
        return !this.settled;
      case 'order-too-large':
        return !this.hasFrames;
      case 'mem-info':
        return !memInfoComplete || this.memInfo?.titled !== true || this.hasFrames;
      case 'oom-kill':
        return this.headline?.complete !== true || !this.settled || (!memInfoComplete && this.detail['cgroup'] === undefined && this.detail['cgroupLimitKb'] === undefined);
      default:
        // Up to 2.6.12 a report was its headline and at most a stack.
        if (this.isRoom) return false;
        return this.headline?.complete !== true || maskIsCut || (!memInfoComplete && this.detail['form'] !== '2.4');
    }
  }
}
