import { createInjector, faultAttributes, FaultError, type FaultInjector, type StackEntry } from '@nopage/fault';
import { RecordingError } from './errors.js';
import { OperationKind, type Operation } from './operation.js';

/** Attributes of a recording by the names that an injector has for them. */
const NUMBERS: Readonly<Record<string, string>> = {
  probability: 'probability', interval: 'interval', times: 'times', space: 'space', verbose: 'verbose', stacktrace_depth: 'stacktraceDepth',
  min_order: 'minOrder', fail_nth: 'failNth', count: 'count',
};
const SWITCHES: Readonly<Record<string, string>> = {
  task_filter: 'taskFilter', ignore_gfp_highmem: 'ignoreGfpHighmem', ignore_gfp_wait: 'ignoreGfpWait', make_it_fail: 'makeItFail',
};
const ADDRESSES: Readonly<Record<string, string>> = {
  require_start: 'requireStart', require_end: 'requireEnd', reject_start: 'rejectStart', reject_end: 'rejectEnd',
};

/** Attributes that only limit what is printed. */
const UNDECISIVE = new Set(['verbose_ratelimit_interval_ms', 'verbose_ratelimit_burst']);

/*
 * Where the frames around the recorder's call lie is not recorded. Those between it and the stack filter are of lib/ and of
 * the allocator, behind the recorder in the kernel's text; the driver's own are taken to be just behind the call, and the
 * thread's start to be where the text begins.
 */
const TEXT_START = 0xffff_ffff_8100_0001n;
const TEXT_END = 0xffff_ffff_82ff_ffffn;
const DRIVER_FRAMES = 3;
const THREAD_FRAMES = 3;

/**
 * Decides again which of a recording's requests are made to fail, from the attributes that were set.
 *
 * Draws of chance are not in a recording: where only they decide, the recorded outcome is taken for the draw.
 */
export class FaultReplay {
  private readonly injector: FaultInjector;
  private readonly symbols: ReadonlyMap<string, string>;
  private readonly framesBelowCaller: number;
  private changes: Record<string, number | bigint | boolean> = {};
  private caller = 'pa_call_a';
  private recorded = false;

  /**
   * @param release - Of the kernel: its rules hold.
   * @param symbols - Addresses by name, in hexadecimal, that attributes may refer to as `@name`.
   * @param numa - Was the kernel built for several nodes? Its `alloc_pages` then has one more frame below it.
   */
  constructor(release: string, symbols: ReadonlyMap<string, string>, numa: boolean) {
    this.symbols = symbols;
    this.framesBelowCaller = numa ? 3 : 2;
    this.injector = createInjector({}, {
      rules: release,
      random: () => (this.recorded ? 0 : 99),
      stack: () => this.stack(),
    });
  }

  /** Which of the recorder's two calling functions makes the requests from here on. */
  setCaller(kind: string): void {
    this.caller = kind === '1' ? 'pa_call_b' : 'pa_call_a';
  }

  /** @throws {RecordingError} `CORRUPT` for an attribute or a value that no kernel has. */
  setAttribute(name: string, text: string, line: number): void {
    if (UNDECISIVE.has(name)) return;
    const key = NUMBERS[name] ?? SWITCHES[name] ?? ADDRESSES[name];
    if (key === undefined) throw new RecordingError('CORRUPT', line, `there is no fault attribute ${JSON.stringify(name)}`);
    if (text.startsWith('@')) {
      this.changes[key] = this.addressOf(text.slice(1)) ?? this.unknownSymbol(text, line);
      return;
    }
    const value = Number(text);
    if (text === '' || !Number.isInteger(value)) throw new RecordingError('CORRUPT', line, `${name} can't be ${JSON.stringify(text)}`);
    if (name in NUMBERS) this.checkNumber(key, value, line);
    this.changes[key] = name in SWITCHES ? value !== 0 : name in ADDRESSES ? BigInt(value) : value;
  }

  /**
   * Is this request made to fail?
   *
   * @throws {RecordingError} `CORRUPT` when the attributes set so far don't go together.
   */
  decide(operation: Operation): boolean {
    this.applyChanges(operation.line);
    this.recorded = wasInjected(operation);
    return this.injector.shouldFail(operation.gfp, operation.order);
  }

  /** What the attribute stands at, in the order of a recording's `fi=` field. */
  counters(): number[] {
    const { probability, interval } = this.injector.attributes;
    return [probability, interval, this.injector.times, this.injector.space, this.injector.count, this.injector.failNth];
  }

  private checkNumber(key: string, value: number, line: number): void {
    try {
      if (key !== 'count') faultAttributes({ [key]: value });
    } catch (cause) {
      throw corrupt(line, cause);
    }
  }

  private applyChanges(line: number): void {
    if (Object.keys(this.changes).length === 0) return;
    const changes = this.changes;
    this.changes = {};
    try {
      this.injector.set(changes);
    } catch (cause) {
      throw corrupt(line, cause);
    }
  }

  private stack(): StackEntry[] {
    const start = this.addressOf(this.caller);
    // A return address lies behind the start of its function.
    const address = start === null ? TEXT_END : start + 1n;
    return [
      ...Array.from({ length: this.framesBelowCaller }, () => TEXT_END),
      address,
      ...Array.from({ length: DRIVER_FRAMES }, () => (address < TEXT_END ? address + 0x1000n : address)),
      ...Array.from({ length: THREAD_FRAMES }, () => TEXT_START),
    ];
  }

  /** Null where the recording names no such symbol, or gives it no address. */
  private addressOf(symbol: string): bigint | null {
    const address = this.symbols.get(symbol) ?? '';
    return /^[0-9a-f]{1,16}$/.test(address) ? BigInt(`0x${address}`) : null;
  }

  private unknownSymbol(name: string, line: number): never {
    throw new RecordingError('CORRUPT', line, `the recording does not say where ${name} is`);
  }
}

/** What the injector refuses can't have been recorded. */
function corrupt(line: number, cause: unknown): unknown {
  return cause instanceof FaultError ? new RecordingError('CORRUPT', line, `fault attributes: ${cause.message}`, { cause }) : cause;
}

/** Is the operation a request, for which a decision is made? */
export function isRequest(operation: Operation, maxOrder: number): boolean {
  const { kind } = operation;
  return kind === OperationKind.BULK
    || ((kind === OperationKind.ALLOC || kind === OperationKind.ALLOC_MEMALLOC || kind === OperationKind.ALLOC_OOM_VICTIM) && operation.order <= maxOrder);
}

/** Was it made to fail when it was recorded? */
export function wasInjected(operation: Operation): boolean {
  return operation.kind === OperationKind.BULK ? operation.wanted > 0 && operation.frameCount === 0 : operation.pfn < 0 && operation.silent;
}
