import type { FailureEvent } from '@nopage/gfp';
import { inRange, wholeInRange } from './checked.js';
import { Disclosures } from './disclosures.js';
import { ReporterError } from './errors.js';
import { ForwardClock } from './forward-clock.js';
import { Ledger } from './ledger.js';
import { limitsOf, type Limits } from './limits.js';
import type { Line } from './line.js';
import { Outlet } from './outlet.js';
import type { Counts, Policy, Pressure } from './policy.js';
import { asPolicy } from './policy-parts.js';
import { PolicyRunner } from './policy-runner.js';
import { boundedKey, bySite, type Reportable } from './reportable.js';
import { checkSeams, unlessBySite, type CaptureStack, type ReporterOptions } from './reporter-options.js';
import { readSaved, writeSaved, type SavedReporter } from './saved.js';
import { shown } from './shown.js';
import type { Sink } from './sink.js';
import { Teller } from './teller.js';
import { fixed, isHeld, type Vote } from './vote.js';
import type { Warnings } from './warnings.js';

const REENTRANT: Vote = fixed('suppress', 'ledger/reentrant', 'reported from within the reporting of another event');
const LATE: Vote = fixed('suppress', 'ledger/closed', 'reported after close()');
const CLOSED_KEY = '(closed)';

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
  readonly #teller: Teller<E>;
  readonly #disclosures: Disclosures<E>;

  /**
   * @throws {ReporterError} `BAD_OPTION` or `BAD_DURATION` for an option that can't be, `BAD_STATE` for a saved state
   *   that isn't one.
   */
  constructor(options: ReporterOptions<E>) {
    checkSeams(options);
    this.#keyOf = unlessBySite(options.keyOf);
    this.#countOf = options.countOf;
    this.#clock = new ForwardClock(options.clock);
    this.#captureStack = options.captureStack;
    this.#outlet = new Outlet(this.#whileBusy(options.sink), wholeInRange('maxPendingLines', options.maxPendingLines ?? 64, 1, 65_536), () => this.#disclosures.setAlarm());
    this.#limits = limitsOf(options);
    this.#ledger = new Ledger(this.#limits.maxKeys, this.#limits.maxSilenceMs, this.#clock);
    this.#runner = new PolicyRunner(options.policy, this.#ledger.total, {
      detailed: options.detailed ?? false,
      maxStateNodes: wholeInRange('maxStateNodes', options.maxStateNodes ?? 200_000, 1, 2 ** 30),
      maxVoteMs: inRange('maxVoteMs', options.maxVoteMs ?? 100, 0, Infinity),
      stopwatch: options.stopwatch,
      clock: this.#clock,
      complain: (text) => this.#teller.say('(reporter)', text, 'trouble'),
    });
    const { view } = this.#runner;
    this.#teller = new Teller(this.#clock, this.#ledger, this.#outlet, (bytes) => {
      view.bytes += bytes;
    });
    this.#disclosures = new Disclosures(this.#clock, this.#ledger, this.#teller, options.scheduler);
    if (options.resume !== undefined) {
      this.#disclosures.closed = readSaved(options.resume, this.#clock, this.#ledger, this.#runner);
      this.#disclosures.setAlarm();
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
   * @throws {ReporterError} `BAD_EVENT` for what is no object; nothing is counted then.
   * @returns The vote. After {@link close}, `ledger/closed`: the event is counted, the first such one is told at once,
   *   the others by another `close()`.
   */
  report(event: E): Vote {
    if ((event as unknown) === null || typeof event !== 'object') throw new ReporterError('BAD_EVENT', `an event is an object with \`at\` and \`site\`, not ${shown(event)}`);
    this.#clock.follow(event);
    const disclosures = this.#disclosures;
    if (disclosures.busy || disclosures.closed) return this.#holdUnasked(event);
    const count = this.#countOf === undefined ? 1 : this.#countFor(event);
    const account = this.#ledger.see(this.#keyOf === undefined ? bySite(event) : this.#keyFor(event), count);
    disclosures.busy = true;
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
    disclosures.busy = false;
    if (vote.notice !== undefined) this.#teller.say(account.current().key, vote.notice.text, 'event');
    if (isHeld(rank)) this.#ledger.hold(account, vote.code, count);
    else this.#teller.tell(event, account.current(), vote, count, stack);
    disclosures.afterReport();
    return vote;
  }

  /** Lets time pass: tells what was held for `maxSilence`. With a scheduler there is no need to call it. */
  tick(now?: number): void {
    this.#clock.advance(now);
    this.#disclosures.due();
  }

  /**
   * Changes the policy; with a configuration ({@link Warnings}, a preset) its key, silence and number of keys, too. What
   * was held is told first; counts stay.
   *
   * @throws {ReporterError} `BAD_OPTION` or `BAD_DURATION`, and what `policy.init()` throws; nothing is changed then.
   */
  use(next: Policy<E> | Warnings<E>): void {
    const whole = isWarnings(next) ? next : null;
    const policy = asPolicy('policy', isWarnings(next) ? next.policy : next);
    const limits = whole === null ? this.#limits : limitsOf(whole);
    const state = policy.init();
    this.#limits = limits;
    this.#ledger.maxSilenceMs = limits.maxSilenceMs;
    this.#disclosures.all('swap');
    this.#ledger.limitKeys(limits.maxKeys);
    if (whole !== null) this.#keyOf = unlessBySite(whole.keyOf);
    this.#runner.use(policy, state);
    this.#disclosures.clearAlarm();
    this.#disclosures.setAlarm();
    this.#disclosures.owed();
  }

  /**
   * Tells everything that is held, and takes no more events but to count them. May be called again: it then tells what
   * a sink refused before, and events that came too late.
   *
   * @returns How many events are still held because no sink took them, or pending.
   */
  close(at?: number): number {
    this.#clock.advance(at);
    const disclosures = this.#disclosures;
    disclosures.clearAlarm();
    disclosures.all('close');
    disclosures.closed = true;
    disclosures.owed();
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
    return writeSaved(this.#clock, this.#ledger, this.#runner, this.#disclosures.closed);
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
    const { busy, closed } = this.#disclosures;
    const vote = closed ? LATE : REENTRANT;
    const account = this.#ledger.see(closed ? CLOSED_KEY : this.#keyFor(event), count);
    this.#ledger.hold(account, vote.code, count);
    if (vote === LATE && account.seen === count && !busy) this.#teller.disclose(account, 'close');
    return vote;
  }

  /** The same sink, seen to be at work. */
  #whileBusy(sink: Sink<E>): Sink<E> {
    return {
      write: (line) => {
        const disclosures = this.#disclosures;
        const wasBusy = disclosures.busy;
        disclosures.busy = true;
        try {
          return sink.write(line);
        } finally {
          disclosures.busy = wasBusy;
        }
      },
    };
  }
}

const isWarnings = <E extends Reportable>(next: Policy<E> | Warnings<E> | null): next is Warnings<E> => typeof next === 'object' && next !== null && 'policy' in next;

/** What stands above a report is ours. */
// eslint-disable-next-line @typescript-eslint/unbound-method -- It is not called: only its place on the stack is asked for.
const REPORT = Reporter.prototype.report;
