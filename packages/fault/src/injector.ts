import { asRecord, faultAttributes, wholeNumber, type FaultAttributes, type FaultAttributesInput } from './attributes.js';
import { checkKinds } from './checked-options.js';
import { FaultError } from './errors.js';
import type { PageFaultPoint, RuntimeFaultPoint } from './fault-point.js';
import { InjectionMessages } from './injection-messages.js';
import { OPTION_KINDS, type FaultTask, type Injection, type InjectorOptions, type InjectorState } from './injector-options.js';
import { SeededPercentile } from './random.js';
import { faultRules, type FaultRules } from './rules.js';
import { StackFilter } from './stack-filter.js';
import { captureStack, isOwnFrame, type StackEntry } from './stack.js';

/** Decides which requests fail, by the rules of a kernel. Instances share nothing. */
export class FaultInjector implements PageFaultPoint, RuntimeFaultPoint {
  readonly name: string;
  readonly rules: FaultRules;
  #attributes: FaultAttributes;
  #filter: StackFilter;
  #probability: number;
  #times: number;
  #space: number;
  #count: number;
  #armed = false;
  #hits = 0;
  #injected = 0;
  readonly #task: FaultTask;
  readonly #currentTask: (() => FaultTask | null) | null;
  readonly #seeded: SeededPercentile;
  readonly #options: InjectorOptions;
  readonly #messages: InjectionMessages;

  /**
   * @throws {FaultError} As `faultAttributes` and `faultRules` do; `MISSING_SEAM` for a message limit without a clock,
   *   `UNKNOWN_ATTRIBUTE` or `BAD_OPTION` for an option that is not of its kind.
   */
  constructor(attributes: FaultAttributesInput = {}, options: InjectorOptions = {}) {
    checkKinds(options, OPTION_KINDS);
    this.name = options.name ?? 'fail_page_alloc';
    this.rules = typeof options.rules === 'object' ? options.rules : faultRules(options.rules);
    this.#options = options;
    this.#messages = new InjectionMessages(this.rules, options, this.#frames);
    this.#seeded = new SeededPercentile(options.seed ?? 1);
    this.#currentTask = options.task ?? null;
    this.#count = checkedCount(options.count ?? 0);
    const checked = this.#checked(faultAttributes(attributes));
    this.#attributes = checked;
    this.#filter = new StackFilter(checked);
    this.#probability = checked.probability;
    this.#times = checked.times;
    this.#space = checked.space;
    this.#task = { makeItFail: checked.makeItFail, failNth: checked.failNth };
    this.#arm();
  }

  /** False when no request can fail and no counter can move: the one test that an idle injector costs. */
  get armed(): boolean {
    return this.#armed;
  }

  /** Failures left; -1: no limit. */
  get times(): number {
    return this.#times;
  }

  get space(): number {
    return this.#space;
  }

  /** The interval counter; it is never reset by itself. */
  get count(): number {
    return this.#count;
  }

  /** What is left of the count-down of the running task; 0 outside of any. */
  get failNth(): number {
    return this.#taskNow()?.failNth ?? 0;
  }

  /** Requests that passed the pre-checks while something could fail. */
  get hits(): number {
    return this.#hits;
  }

  get injected(): number {
    return this.#injected;
  }

  /** Messages held back by the limit and not told yet. */
  get messagesHeld(): number {
    return this.#messages.held;
  }

  /** The settings as they stand, with what is left of times, space and fail-nth. */
  get attributes(): FaultAttributes {
    return { ...this.#attributes, times: this.#times, space: this.#space, failNth: this.#task.failNth, makeItFail: this.#task.makeItFail };
  }

  /** Regions that no stack has touched so far, in words: as a rule a misspelt name. Ask when the run is over. */
  unmatchedRegions(): string[] {
    return this.#filter.unmatched();
  }

  /** Plain data to go on with. Draws of a `random` seam are not part of it. */
  state(): InjectorState {
    return { attributes: this.attributes, seed: this.#seeded.seed, count: this.#count };
  }

  /**
   * Changes attributes between two requests, as a write to debugfs does; `count` too. The rest stays as it is.
   *
   * @throws {FaultError} As the constructor; nothing is changed then.
   */
  set(changes: FaultAttributesInput & { readonly count?: number }): void {
    const { count = this.#count, ...given } = asRecord(changes);
    const checked = this.#checked(faultAttributes(given, this.attributes));
    const filter = new StackFilter(checked);
    this.#count = checkedCount(count);
    this.#attributes = checked;
    this.#filter = filter;
    this.#probability = checked.probability;
    this.#times = checked.times;
    this.#space = checked.space;
    this.#task.makeItFail = checked.makeItFail;
    this.#task.failNth = checked.failNth;
    this.#arm();
  }

  /**
   * A request for `2 ** order` pages: once per request, before the first attempt (a bulk request once, with order 0).
   *
   * @param gfp - Flag word of the rules' kernel.
   */
  shouldFail(gfp: number, order: number): boolean {
    return this.#armed && this.#pageRequestFails(gfp, order);
  }

  /**
   * A request for an object of a slab cache.
   *
   * @param cache - `marked`: the cache takes part under `cacheFilter`; `bootstrap`: the cache of the caches, which never fails.
   */
  // mm/failslab.c, should_failslab(), v6.12
  shouldFailSlab(gfp: number, objectBytes: number, cache: { readonly marked?: boolean; readonly bootstrap?: boolean } = {}): boolean {
    if (!this.#armed) return false;
    const { rules } = this;
    if (cache.bootstrap === true || (gfp & rules.nofail) !== 0) return false;
    if (this.#attributes.ignoreGfpWait && (gfp & (rules.slabSparesKswapd ? rules.wait | rules.kswapd : rules.wait)) !== 0) return false;
    if (rules.cacheFilter && this.#attributes.cacheFilter && cache.marked !== true) return false;
    return this.#decide(objectBytes, gfp, null, null);
  }

  /** Any other request, without pre-checks; `space` counts in the unit of `size`. */
  shouldFailEx(size: number, api?: string): boolean {
    return this.#armed && this.#decide(size, null, null, api ?? null);
  }

  // mm/fail_page_alloc.c, __should_fail_alloc_page(), v6.12
  #pageRequestFails(gfp: number, order: number): boolean {
    const { rules } = this;
    const attributes = this.#attributes;
    if (rules.minOrder && order < attributes.minOrder) return false;
    if ((gfp & rules.nofail) !== 0) return false;
    if (attributes.ignoreGfpHighmem && (gfp & rules.highmem) !== 0) return false;
    if (attributes.ignoreGfpWait && (gfp & rules.wait) !== 0) return false;
    return this.#decide(2 ** order, gfp, order, null);
  }

  // lib/fault-inject.c, should_fail_ex(), v6.12; the order of the tests before 6.2 by `rules`
  #decide(size: number, gfp: number | null, order: number | null, api: string | null): boolean {
    this.#hits++;
    const { rules } = this;
    const task = this.#taskNow();
    let filtered = false;
    if (task !== null && task.failNth !== 0 && rules.failNth) {
      if (rules.stackFilterFirst && !this.#stackPasses()) return false;
      task.failNth--;
      if (task.failNth !== 0) return false;
      this.#inject('fail-nth', size, gfp, order, api);
      return true;
    }
    if (rules.zeroProbabilityFirst && this.#probability === 0) return false;
    if (this.#attributes.taskFilter && task?.makeItFail !== true) return false;
    if (this.#times === 0) return false;
    if (rules.stackFilterFirst) {
      if (!this.#stackPasses()) return false;
      filtered = true;
    }
    if (this.#space > size) {
      this.#space -= size;
      return false;
    }
    const { interval } = this.#attributes;
    if (interval > 1) {
      this.#count++;
      if (this.#count % interval !== 0) return false;
    }
    if (this.#probability <= (this.#options.random ?? this.#draw)()) return false;
    if (!filtered && !this.#stackPasses()) return false;
    this.#inject('attributes', size, gfp, order, api);
    return true;
  }

  #inject(by: Injection['by'], size: number, gfp: number | null, order: number | null, api: string | null): void {
    const { interval, probability } = this.#attributes;
    const numbers = { name: this.name, interval, probability, space: this.#space, times: this.#times };
    this.#injected++;
    if (this.#times !== -1 && this.#times !== 0) this.#times = (this.#times - 1) | 0;
    this.#arm();
    // Everything is counted by now, whatever those who hear of it do.
    this.#messages.tell(numbers, this.#attributes, gfp !== null && (gfp & this.rules.nowarn) !== 0);
    this.#options.onInject?.({ ...numbers, seq: this.#injected, by, gfp, order, size, api });
  }

  #stackPasses(): boolean {
    return this.#filter.passes(this.#frames);
  }

  readonly #frames = (): readonly StackEntry[] => this.#options.stack?.() ?? outside(captureStack(this.#frames));

  readonly #draw = (): number => this.#seeded.draw();

  #taskNow(): FaultTask | null {
    return this.#currentTask ? this.#currentTask() : this.#task;
  }

  #checked(attributes: FaultAttributes): FaultAttributes {
    if (attributes.failNth !== 0 && !this.rules.failNth) {
      throw new FaultError('OUT_OF_RANGE', { attribute: 'failNth', given: attributes.failNth, range: '0: this kernel has no fail-nth (it came with 4.13)' });
    }
    if (attributes.verboseRatelimitIntervalMs !== 0 && !this.#options.now) {
      throw new FaultError('MISSING_SEAM', { attribute: 'verboseRatelimitIntervalMs', given: attributes.verboseRatelimitIntervalMs, range: '0, or a clock in options.now' });
    }
    return attributes;
  }

  #arm(): void {
    this.#armed = this.#probability !== 0 || this.#currentTask !== null || this.#task.failNth !== 0 || !this.rules.zeroProbabilityFirst;
  }
}

/** An injector with these attributes; see {@link FaultInjector}. */
export function createInjector(attributes: FaultAttributesInput = {}, options: InjectorOptions = {}): FaultInjector {
  return new FaultInjector(attributes, options);
}

/** Drops this package's own frames, which stand innermost: the injector's, and those of the adapter that asked. */
function outside(frames: readonly StackEntry[]): readonly StackEntry[] {
  const first = frames.findIndex((frame) => typeof frame === 'bigint' || !(isOwnFrame(frame) || /^#|(^|\.)(FaultInjector|InjectionMessages|StackFilter)\./.test(frame.name)));
  return first <= 0 ? frames : frames.slice(first);
}

const checkedCount = (count: number): number => wholeNumber('count', count, 0, Number.MAX_SAFE_INTEGER);
