import type { FailureEvent } from '@nopage/gfp';
import type { Account } from './account.js';
import { inRange, wholeInRange } from './errors.js';
import { ForwardClock } from './forward-clock.js';
import { Ledger } from './ledger.js';
import type { Line, Occasion } from './line.js';
import { Outlet } from './outlet.js';
import type { Counts, Policy, Pressure } from './policy.js';
import { PolicyRunner } from './policy-runner.js';
import { boundedKey, bySite, type Reportable } from './reportable.js';
import { limitsOf, unlessBySite, type CaptureStack, type Limits, type ReporterOptions } from './reporter-options.js';
import { readSaved, writeSaved, type SavedReporter } from './saved.js';
import { Alarm } from './scheduler.js';
import { fixed, isHeld, type Notice, type Vote } from './vote.js';
import type { Warnings } from './warnings.js';

const REENTRANT: Vote = fixed('suppress', 'ledger/reentrant', 'reported from within the reporting of another event');
const LATE: Vote = fixed('suppress', 'ledger/closed', 'reported after close()');
const CLOSED_KEY = '(closed)';
const NOTHING_HELD: Readonly<Record<string, number>> = Object.freeze({});

/**
 * Takes events, lets a policy vote on each, and accounts for every one: it is told by a line of its own, or held and
 * told by the next line of its key, after `maxSilence`, on a change of policy, or on close.
 *
 * Not extensible on purpose: a policy, a sink or a formatter can lose a line, and none of them can lose a count.
 */
export class Reporter<E extends Reportable = FailureEvent> {
  readonly #outlet: Outlet<E>;
  #keyOf: ((event: E) => string) | undefined;
  readonly #countOf: ((event: E) => number) | undefined;
  readonly #clock: ForwardClock;
  readonly #captureStack: CaptureStack | undefined;
  #limits: Limits;
  readonly #ledger: Ledger;
  readonly #runner: PolicyRunner<E>;
  readonly #alarm: Alarm;
  #busy = false;
  #closed = false;

  /**
   * @throws {ReporterError} `option-range` or `duration` for an option that can't be, `saved-format` for a saved state
   *   that isn't one.
   */
  constructor(options: ReporterOptions<E>) {
    this.#keyOf = unlessBySite(options.keyOf);
    this.#countOf = options.countOf;
    this.#clock = new ForwardClock(options.clock);
    this.#captureStack = options.captureStack;
    this.#outlet = new Outlet(options.sink, wholeInRange('maxPendingLines', options.maxPendingLines ?? 64, 1, 65_536), () => this.#setAlarm());
    this.#limits = limitsOf(options);
    this.#ledger = new Ledger(this.#limits.maxKeys, this.#limits.maxSilenceMs, this.#clock);
    this.#runner = new PolicyRunner(options.policy, this.#ledger.total, {
      detailed: options.detailed ?? false,
      maxStateNodes: wholeInRange('maxStateNodes', options.maxStateNodes ?? 200_000, 1, 2 ** 30),
      maxVoteMs: inRange('maxVoteMs', options.maxVoteMs ?? 100, 0, Infinity),
      stopwatch: options.stopwatch,
      clock: this.#clock,
      complain: (text) => this.#notice('(reporter)', text, 'trouble'),
    });
    this.#alarm = new Alarm(options.scheduler, (reached) => this.#ring(reached));
    if (options.resume !== undefined) {
      this.#closed = readSaved(options.resume, this.#clock, this.#ledger, this.#runner);
      this.#setAlarm();
    }
  }

  /** How short of memory the machine is; whoever knows sets it, policies read it. */
  get pressure(): Pressure {
    return this.#runner.view.pressure;
  }
  set pressure(pressure: Pressure) {
    this.#runner.view.pressure = pressure;
  }

  /**
   * Counts an event, has it voted on, and tells or holds it. Never throws for what a policy, a sink, a scheduler, a clock
   * or another function among the options does.
   *
   * @returns The vote. After {@link close}, `ledger/closed`: the event is counted, the first such one is told at once,
   *   the others by another `close()`.
   */
  report(event: E): Vote {
    this.#clock.follow(event);
    if (this.#busy || this.#closed) return this.#holdUnasked(event);
    const count = this.#countOf === undefined ? 1 : this.#countFor(event);
    const account = this.#ledger.see(this.#keyOf === undefined ? bySite(event) : this.#keyFor(event), count);
    this.#busy = true;
    const { vote, rank } = this.#runner.ask(event, account, count);
    let stack: Line['stack'] = null;
    // Here and not in a method: V8 takes half a microsecond for each function that stands between.
    if (this.#captureStack !== undefined && !isHeld(rank)) {
      try {
        stack = this.#captureStack(REPORT) ?? null;
      } catch {
        // It is told without.
      }
    }
    this.#busy = false;
    if (vote.notice !== undefined) this.#announce(account, vote.notice);
    if (isHeld(rank)) this.#ledger.hold(account, vote.code, count);
    else this.#tell(event, account.current(), vote, count, stack);
    this.#endReport();
    return vote;
  }

  /** Lets time pass: tells what was held for `maxSilence`. With a scheduler there is no need to call it. */
  tick(now?: number): void {
    this.#clock.advance(now);
    this.#keepPromises();
  }

  /**
   * Changes the policy; with a configuration ({@link Warnings}, a preset) its key, silence and number of keys, too. What
   * was held is told first; counts stay.
   *
   * @throws {ReporterError} `option-range` or `duration`, and what `policy.init()` throws; nothing is changed then.
   */
  use(next: Policy<E> | Warnings<E>): void {
    const whole = 'policy' in next ? next : null;
    const policy = 'policy' in next ? next.policy : next;
    const limits = whole === null ? this.#limits : limitsOf(whole);
    const state = policy.init();
    this.#limits = limits;
    this.#ledger.maxSilenceMs = limits.maxSilenceMs;
    this.#discloseAll('swap');
    this.#ledger.limitKeys(limits.maxKeys);
    if (whole !== null) this.#keyOf = unlessBySite(whole.keyOf);
    this.#runner.use(policy, state);
    this.#alarm.clear();
    this.#setAlarm();
  }

  /**
   * Tells everything that is held, and takes no more events but to count them. May be called again: it then tells what
   * a sink refused before, and events that came too late.
   *
   * @returns How many events are still held because no sink took them, or pending.
   */
  close(at?: number): number {
    this.#clock.advance(at);
    this.#alarm.clear();
    this.#discloseAll('close');
    this.#closed = true;
    return this.#ledger.total.held + this.#ledger.total.pending;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Resolves when every line that an asynchronous sink was given is taken, or held again. */
  settled(): Promise<void> {
    return this.#outlet.settled();
  }

  /** Everything counted so far: `seen = told + held + pending`, and the number of keys. */
  totals(): Counts & { readonly keys: number } {
    return { ...this.#ledger.total.counts(), keys: this.#ledger.keys };
  }

  /** Counts by key, `(other)` last and only when it has any. They sum to {@link totals}. */
  counts(): { readonly key: string; readonly counts: Counts; readonly reasons: Readonly<Record<string, number>> }[] {
    return [...this.#ledger.accounts()]
      .filter((account) => account.seen > 0)
      .map((account) => ({ key: account.key, counts: account.counts(), reasons: account.reasons() }));
  }

  /** The counts, the clock and the policy's state as plain data that survives JSON. Pending events are saved as held. */
  save(): SavedReporter {
    return writeSaved(this.#clock, this.#ledger, this.#runner, this.#closed);
  }

  /** Every broken invariant, as text; [] when the books are right. */
  check(): string[] {
    return this.#ledger.check();
  }

  #keyFor(event: E): string {
    if (this.#keyOf === undefined) return bySite(event);
    try {
      return boundedKey(this.#keyOf(event));
    } catch {
      return '(unkeyed)';
    }
  }

  /** How many an event stands for; what is no whole number from 1 on is one. */
  #countFor(event: E): number {
    try {
      const count = this.#countOf?.(event) ?? 1;
      return Number.isSafeInteger(count) && count >= 1 ? count : 1;
    } catch {
      return 1;
    }
  }

  /** An event of the policy's or the sink's own making, or one that came too late. */
  #holdUnasked(event: E): Vote {
    const count = this.#countFor(event);
    const vote = this.#closed ? LATE : REENTRANT;
    const account = this.#ledger.see(this.#closed ? CLOSED_KEY : this.#keyFor(event), count);
    this.#ledger.hold(account, vote.code, count);
    if (vote === LATE && account.seen === count && !this.#busy) this.#disclose(account, 'close');
    return vote;
  }

  #tell(event: E, account: Account, vote: Vote, count: number, stack: Line['stack']): void {
    const clock = this.#clock;
    const { now } = clock;
    const holds = account.held > 0;
    const since = holds ? account.heldSince : now;
    const at = clock.onProducersClock(now);
    this.#deliver(account, since, now, {
      kind: 'event', occasion: 'event', level: vote.verdict === 'escalate' || account.hidesEscalation ? 'error' : 'warning',
      at, key: account.key, covers: account.held + count, own: count, reasons: holds ? account.reasons() : NOTHING_HELD,
      since: clock.onProducersClock(since), until: at, vote, event, stack, text: null,
    });
    this.#ledger.stamp(account.current());
  }

  #disclose(account: Account, occasion: Occasion): void {
    const { held, heldSince, heldUntil } = account;
    const clock = this.#clock;
    this.#deliver(account, heldSince, heldUntil, {
      kind: 'disclosure', occasion, level: account.hidesEscalation ? 'error' : 'warning',
      at: clock.onProducersClock(clock.now), key: account.key, covers: held, own: 0, reasons: account.reasons(),
      since: clock.onProducersClock(heldSince), until: clock.onProducersClock(heldUntil), vote: null, event: null, stack: null, text: null,
    });
  }

  /** Gives a line to the sink; what it covers is told, pending, or held again. */
  #deliver(account: Account, since: number, until: number, line: Line<E>): void {
    if (account.held > 0) this.#ledger.takeOut(account);
    this.#give(line, (refusal) => this.#ledger.settle(account, line, refusal, since, until));
  }

  #give(line: Line<E>, settle: (refusal: string | null) => void): void {
    const wasBusy = this.#busy;
    this.#busy = true;
    this.#outlet.give(line, (refusal, bytes) => {
      this.#runner.view.bytes += bytes;
      settle(refusal);
    });
    this.#busy = wasBusy;
  }

  #announce(account: Account, { text }: Notice): void {
    this.#notice(account.current().key, text, 'event');
  }

  /** Words cover no event: a sink that does not take them loses words only. */
  #notice(key: string, text: string, occasion: Occasion): void {
    const at = this.#clock.onProducersClock(this.#clock.now);
    this.#give({
      kind: 'notice', occasion, level: 'warning', at, key, covers: 0, own: 0, reasons: NOTHING_HELD,
      since: at, until: at, vote: null, event: null, stack: null, text,
    }, () => undefined);
  }

  #endReport(): void {
    const due = this.#ledger.nextDue;
    if (due !== null && (due.dueAt <= this.#clock.now || this.#alarm.idle)) this.#keepPromises();
    // The policy or the sink has closed us in the middle of it.
    if (this.#closed) this.#discloseAll('close');
  }

  #keepPromises(): void {
    if (this.#busy) return;
    const { now } = this.#clock;
    for (let account = this.#ledger.nextDue; account !== null && account.dueAt <= now; account = this.#ledger.nextDue) {
      this.#disclose(account, 'silence');
    }
    this.#setAlarm();
  }

  #discloseAll(occasion: Occasion): void {
    for (const account of [...this.#ledger.accounts()]) if (account.held > 0) this.#disclose(account, occasion);
  }

  #setAlarm(): void {
    const due = this.#ledger.nextDue;
    if (due === null || this.#closed || !this.#alarm.idle) return;
    this.#alarm.set(due.dueAt, this.#clock.now);
  }

  /** The scheduler is the authority on time that has passed: the producer's clock may stand still. */
  #ring(reached: number): void {
    if (this.#closed) return;
    this.#clock.advance();
    this.#clock.reach(reached);
    this.#keepPromises();
  }
}

/** What stands above a report is ours. */
// eslint-disable-next-line @typescript-eslint/unbound-method -- It is not called: only its place on the stack is asked for.
const REPORT = Reporter.prototype.report;
