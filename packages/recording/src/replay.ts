import type { AbortSignalLike, PageAllocator } from '@nopage/mm';
import { Aftermath } from './aftermath.js';
import { compareCounters, compareStates, type Difference } from './compare.js';
import { RecordingError } from './errors.js';
import { EventChecker } from './event-checker.js';
import { FaultReplay, isRequest, wasInjected } from './fault-replay.js';
import { liteDifference } from './lite-fields.js';
import { readTrace, type TraceSource } from './open-trace.js';
import type { Operation } from './operation.js';
import { expectedOf, Player, resultText } from './player.js';
import type { Mismatch, ReplayReport } from './replay-report.js';
import { kernelFacts, restore, type KernelFacts } from './restore.js';
import type { RecordedState } from './state-parser.js';
import type { TraceSink } from './trace-reader.js';

export interface ReplayOptions {
  /** What the report calls the recording. @defaultValue its path; `-` where it has none */
  readonly name?: string;
  /** Compare events and per-operation zone fields, too, of a recording that has them. @defaultValue false */
  readonly events?: boolean;
  /** Calls the replay off, between two chunks of the source. */
  readonly signal?: AbortSignalLike | undefined;
}

/**
 * Replays a recording on an allocator of its kernel's profile, from each state that follows `S rec 1` to `S rec 0`, and
 * compares every result and every later state.
 *
 * After the first mismatch the next recorded state is taken as the new start, so that the counts say how far the damage
 * goes. A stretch in which others used the allocator, too, can't be replayed: it ends at the next state as well.
 *
 * @throws {RecordingError} For a recording that can't be read or contradicts itself.
 */
export async function replay(source: TraceSource, options: ReplayOptions = {}): Promise<ReplayReport> {
  const run = new Replay(options.name ?? (typeof source === 'string' ? source : '-'), options.events === true);
  const lines = await readTrace(source, run, options.signal);
  return run.report(lines, options.signal?.aborted === true);
}

class Replay implements TraceSink {
  private readonly name: string;
  private checkEvents: boolean;
  private readonly checker = new EventChecker();
  private readonly player = new Player();
  private readonly sysctls = new Map<string, string>();
  private factLines: ReadonlyMap<string, string> | null = null;
  private factsLine = 0;
  private kernel: KernelFacts | null = null;
  private allocator: PageAllocator | null = null;
  /** What gave another result than the recorded one, up to the next state. */
  private astray: Aftermath | null = null;
  private symbolLines: ReadonlyMap<string, string> = new Map();
  private faults: FaultReplay | null = null;
  private decisions = 0;
  private recording = false;
  private started = false;
  private ops = 0;
  private matched = 0;
  private states = 0;
  private statesMatched = 0;
  private skippedOps = 0;
  private skippedStates = 0;
  private startedFrom: RecordedState | null = null;
  /** Has this stretch, from `S rec 1` on, had a state? */
  private begun = false;
  private lastIndex = 0;
  private first: Mismatch | null = null;

  constructor(name: string, checkEvents: boolean) {
    this.name = name;
    this.checkEvents = checkEvents;
  }

  facts(facts: ReadonlyMap<string, string>, line: number): void {
    this.factLines = facts;
    this.factsLine = line;
  }

  symbols(symbols: ReadonlyMap<string, string>): void {
    this.symbolLines = symbols;
  }

  faultAttribute(name: string, value: string, line: number): void {
    this.faults?.setAttribute(name, value, line);
  }

  sysctl(name: string, value: string): void {
    this.sysctls.set(name, value);
  }

  setting(name: string, value: string, line: number): void {
    if (name === 'fi') this.faults = value === '1' ? (this.faults ?? new FaultReplay(this.kernelFacts(line).release, this.symbolLines, this.factLines?.get('numa') === '1')) : null;
    if (name === 'kind') this.faults?.setCaller(value);
    // What is done from here on is not recorded.
    if (name === 'quiet' && value === '1') this.foreign();
    if (name !== 'rec') return;
    this.recording = value === '1';
    this.foreign();
    this.begun = false;
  }

  foreign(): void {
    this.allocator = this.astray = null;
  }

  state(state: RecordedState): void {
    if (!this.recording) return;
    if (this.allocator !== null) {
      this.states++;
      const differences = [...compareStates(state, this.allocator.state()), ...compareCounters(state.vmstat, this.allocator.vmstat()), ...this.settingsChanged(state)];
      if (differences.length === 0) {
        this.statesMatched++;
        return;
      }
      const [{ what, expected, got }] = differences as [Difference];
      this.mismatch({ kind: 'state', line: state.line, operation: this.lastIndex, what: `state ${state.label}: ${what}`, expected, got, differences, stateLine: state.line });
    } else if (this.begun) {
      this.skippedStates++;
      if (this.astray !== null && this.first !== null) this.first = { ...this.first, differences: compareStates(state, this.astray.allocator.state()), stateLine: state.line };
      this.astray = null;
    }
    this.started = this.begun = true;
    this.startedFrom = state;
    this.allocator = restore(state, this.kernelFacts(state.line), this.checkEvents ? this.checker : undefined);
  }

  /** No operation sets what watermarks and reserves follow from. */
  private settingsChanged({ minFreeKbytes, totalReservePages }: RecordedState): Difference[] {
    const { startedFrom: from } = this;
    const differ = (what: string, expected: number, got: number): Difference[] => (expected === got ? [] : [{ zone: '', what, expected: String(expected), got: String(got) }]);
    return from === null ? [] : [...differ('min_free_kbytes', minFreeKbytes, from.minFreeKbytes), ...differ('totalreserve', totalReservePages, from.totalReservePages)];
  }

  /** @param line - To blame where no facts were stated before it. */
  private kernelFacts(line = 0): KernelFacts {
    if (this.kernel === null) {
      this.kernel = kernelFacts(this.factLines ?? new Map<string, string>(), this.sysctls, this.factsLine || line);
      this.checkEvents &&= this.kernel.hasEvents;
    }
    return this.kernel;
  }

  operation(operation: Operation): void {
    const { allocator } = this;
    if (!this.recording) return;
    this.lastIndex = operation.index;
    if (this.faults !== null && this.decideAgain(this.faults, operation, allocator === null)) return;
    if (allocator === null || operation.foreignEvents > 0) {
      if (operation.foreignEvents > 0) this.foreign();
      this.astray?.take(operation);
      this.skippedOps++;
      return;
    }
    this.ops++;
    if (this.checkEvents) this.checker.begin(operation);
    const got = this.player.play(allocator, operation);
    const expected = expectedOf(operation);
    if (got !== expected) {
      if (this.first === null) this.astray = new Aftermath(allocator, operation, got);
      this.mismatch(this.describe(operation, 'result', resultText(operation, expected), resultText(operation, got)));
      this.checker.end();
      this.allocator = null;
      return;
    }
    if (this.checkEvents && !this.compareDetails(allocator, operation)) return;
    this.matched++;
  }

  /** @param lines - Of the recording. */
  report(lines: number, interrupted: boolean): ReplayReport {
    if (!interrupted && !this.started && this.decisions === 0) throw new RecordingError('NO_STATE', lines, 'there is no state to start from');
    const { name: trace, kernel, ops, matched, states, statesMatched, skippedOps, skippedStates, decisions, first: firstMismatch } = this;
    return { v: 1, trace, release: kernel?.release ?? '', profile: kernel?.profile.name ?? '', ops, matched, states, statesMatched, skippedOps, skippedStates, decisions, interrupted, firstMismatch };
  }

  /** Returns true when the operation ends with the decision: it was made to fail, or there is no allocator to go on with. */
  private decideAgain(faults: FaultReplay, operation: Operation, alone: boolean): boolean {
    if (!isRequest(operation, this.kernelFacts().maxOrder)) return alone;
    this.decisions++;
    const expected = wasInjected(operation);
    const got = faults.decide(operation);
    const counters = faults.counters();
    const same = !operation.hasFaults || counters.every((value, i) => value === operation.faults[i]);
    if (got !== expected) this.mismatch(this.describe(operation, 'decision', expected ? 'made to fail' : 'let through', got ? 'made to fail' : 'let through'));
    else if (!same) this.mismatch(this.describe(operation, 'decision', `fi=${operation.faults.join('/')}`, `fi=${counters.join('/')}`));
    if (!alone && !expected) return false;
    this.ops++;
    if (got === expected && same) this.matched++;
    return true;
  }

  private compareDetails(allocator: PageAllocator, operation: Operation): boolean {
    const event = this.checker.end();
    if (event !== null) {
      this.mismatch(this.describe(operation, 'event', event.expected, event.got));
      return false;
    }
    const field = operation.liteZones === 0 ? null : liteDifference(operation, allocator);
    if (field === null) return true;
    this.mismatch(this.describe(operation, 'fields', field.expected, field.got));
    return false;
  }

  private describe(operation: Operation, kind: Mismatch['kind'], expected: string, got: string): Mismatch {
    const { index, line, order, gfp } = operation;
    return { kind, line, operation: index, what: `${String.fromCharCode(operation.kind)} ${index} order ${order} gfp 0x${gfp.toString(16)}`, expected, got, differences: [], stateLine: 0 };
  }

  private mismatch(mismatch: Mismatch): void {
    this.first ??= mismatch;
  }
}
