import type { FailureEvent } from '@nopage/gfp';
import type { Account } from './account.js';
import { toMs, type Duration } from './duration.js';
import { inRange, wholeInRange } from './errors.js';
import { ForwardClock } from './forward-clock.js';
import { Ledger } from './ledger.js';
import type { Line, Occasion } from './line.js';
import type { Counts, Policy, Pressure } from './policy.js';
import { PolicyRunner } from './policy-runner.js';
import { boundedKey, bySite, type Reportable } from './reportable.js';
import { readSaved, writeSaved, type SavedReporter } from './saved.js';
import { Alarm, type Scheduler } from './scheduler.js';
import type { Sink } from './sink.js';
import { tells, type Vote } from './vote.js';

export interface ReporterOptions<E extends Reportable = FailureEvent> {
  readonly policy: Policy<E>;
  readonly sink: Sink<E>;
  /** What is counted together. @defaultValue the event's site */
  readonly keyOf?: (event: E) => string;
  /**
   * What is held is told after this long at the latest: by the scheduler, and without one at the next event or
   * `tick()`. At least 1 ms; `Infinity`: only with the next line, on a change of policy and on close. @defaultValue 60s
   */
  readonly maxSilence?: Duration;
  /** Keys with counts of their own, 1 to 2^20; the rest is counted under `(other)`. @defaultValue 1024 */
  readonly maxKeys?: number;
  /** Wakes the reporter when no event comes: `globalThis`, or a test's own. */
  readonly scheduler?: Scheduler;
  /** The time of events that have none, and of `tick()` and `close()` without one; milliseconds. */
  readonly clock?: () => number;
  /** Where the event comes from. Called only when an event is told, after the vote. */
  readonly captureStack?: () => string | readonly string[] | null;
  /** Lines that an asynchronous sink may leave unsettled; beyond, lines are held. 1 to 65,536. @defaultValue 64 */
  readonly maxPendingLines?: number;
  /** Builds every vote with its reasons and its tree, also for held events: for replays and explanations. @defaultValue false */
  readonly detailed?: boolean;
  /** Objects and entries that the policy's state may grow to; beyond, it starts afresh, which is said. @defaultValue 200,000 */
  readonly maxStateNodes?: number;
  /** Measures votes, in milliseconds: `() => performance.now()`. Without one, no vote is too slow. */
  readonly stopwatch?: () => number;
  /** A policy whose votes took longer than this three times is set aside, which is said. @defaultValue 100 */
  readonly maxVoteMs?: number;
  /** What `save()` gave: counts and, for a policy of the same name, its state. */
  readonly resume?: SavedReporter;
}

const REENTRANT: Vote = Object.freeze({ verdict: 'suppress', code: 'ledger/reentrant', why: 'reported from within the reporting of another event' });
const LATE: Vote = Object.freeze({ verdict: 'suppress', code: 'ledger/closed', why: 'reported after close()' });
const CLOSED_KEY = '(closed)';
const NOTHING_HELD: Readonly<Record<string, number>> = Object.freeze({});

/**
 * Takes events, lets a policy vote on each, and accounts for every one: it is told by a line of its own, or held and
 * told by the next line of its key, after `maxSilence`, on a change of policy, or on close.
 *
 * Not extensible on purpose: a policy, a sink or a formatter can lose a line, and none of them can lose a count.
 */
export class Reporter<E extends Reportable = FailureEvent> {
  readonly #sink: Sink<E>;
  readonly #keyOf: ((event: E) => string) | undefined;
  readonly #clock = new ForwardClock();
  readonly #readClock: (() => number) | undefined;
  readonly #captureStack: (() => string | readonly string[] | null) | undefined;
  readonly #maxPendingLines: number;
  readonly #ledger: Ledger;
  readonly #runner: PolicyRunner<E>;
  readonly #alarm: Alarm;
  readonly #unsettled = new Set<Promise<unknown>>();
  #alarmAt = -Infinity;
  #busy = false;
  #closed = false;

  /**
   * @throws {ReporterError} `option-range` or `duration` for an option that can't be, `saved-format` for a saved state
   *   that isn't one.
   */
  constructor(options: ReporterOptions<E>) {
    this.#sink = options.sink;
    this.#keyOf = options.keyOf === bySite ? undefined : options.keyOf;
    this.#readClock = options.clock;
    this.#captureStack = options.captureStack;
    this.#maxPendingLines = wholeInRange('maxPendingLines', options.maxPendingLines ?? 64, 1, 65_536);
    const maxSilenceMs = inRange('maxSilence', toMs(options.maxSilence ?? '60s'), 1, Infinity);
    this.#ledger = new Ledger(wholeInRange('maxKeys', options.maxKeys ?? 1024, 1, 2 ** 20), maxSilenceMs, this.#clock);
    this.#runner = new PolicyRunner(options.policy, this.#ledger.total, {
      detailed: options.detailed ?? false,
      maxStateNodes: wholeInRange('maxStateNodes', options.maxStateNodes ?? 200_000, 1, 2 ** 30),
      maxVoteMs: inRange('maxVoteMs', options.maxVoteMs ?? 100, 0, Infinity),
      stopwatch: options.stopwatch,
      clock: this.#clock,
      complain: (text) => this.#notice('(reporter)', text, 'trouble'),
    });
    this.#alarm = new Alarm(options.scheduler, () => this.#ring());
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
   * Counts an event, has it voted on, and tells or holds it. Never throws for what a policy, a sink, `keyOf` or
   * `captureStack` does.
   *
   * @returns The vote. After {@link close}, `ledger/closed`: the event is counted, the first such one is told at once,
   *   the others by another `close()`.
   */
  report(event: E): Vote {
    const ledger = this.#ledger;
    const clock = this.#clock;
    const { at } = event;
    if (typeof at === 'number') clock.advance(at);
    else if (this.#readClock !== undefined) clock.advance(this.#readClock());
    if (this.#closed) return this.#late();
    let account = ledger.accountOf(this.#keyFor(event));
    ledger.see(account);
    if (this.#busy) {
      ledger.hold(account, REENTRANT.code);
      ledger.stamp(account);
      return REENTRANT;
    }
    this.#busy = true;
    const vote = this.#runner.vote(event, account);
    this.#busy = false;
    account = account.current();
    if (vote.notice !== undefined) this.#notice(account.key, vote.notice.text, 'event');
    if (tells(vote.verdict)) this.#tell(event, account, vote);
    else ledger.hold(account, vote.code);
    ledger.stamp(account.current());
    const due = ledger.nextDue;
    if (due !== null && (due.dueAt <= clock.now || this.#alarm.idle)) this.#keepPromises();
    return vote;
  }

  /** Lets time pass: tells what was held for `maxSilence`. With a scheduler there is no need to call it. */
  tick(now?: number): void {
    this.#clock.advance(now ?? this.#readClock?.());
    this.#keepPromises();
  }

  /** Changes the policy. What the old one held is told first; counts stay. Throws what `policy.init()` throws, and has then changed nothing. */
  use(policy: Policy<E>): void {
    const state = policy.init();
    this.#discloseAll('swap');
    this.#runner.use(policy, state);
  }

  /**
   * Tells everything that is held, and takes no more events but to count them. May be called again: it then tells what
   * a sink refused before, and events that came too late.
   *
   * @returns How many events are still held because no sink took them, or pending.
   */
  close(at?: number): number {
    this.#clock.advance(at ?? this.#readClock?.());
    this.#alarm.clear();
    this.#discloseAll('close');
    this.#closed = true;
    return this.#ledger.total.held + this.#ledger.total.pending;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Resolves when every line that an asynchronous sink was given is taken, or held again. */
  async settled(): Promise<void> {
    while (this.#unsettled.size > 0) await Promise.all(this.#unsettled);
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

  #late(): Vote {
    const ledger = this.#ledger;
    const account = ledger.accountOf(CLOSED_KEY);
    ledger.see(account);
    ledger.hold(account, LATE.code);
    if (account.seen === 1 && !this.#busy) this.#disclose(account, 'close');
    ledger.stamp(account);
    return LATE;
  }

  #tell(event: E, account: Account, vote: Vote): void {
    const { now } = this.#clock;
    const holds = account.held > 0;
    const since = holds ? account.heldSince : now;
    const clock = this.#clock;
    const at = clock.onProducersClock(now);
    this.#deliver(account, since, now, {
      kind: 'event', occasion: 'event', level: vote.verdict === 'escalate' || account.hidesEscalation ? 'error' : 'warning',
      at, key: account.key, covers: account.held + 1, reasons: holds ? account.reasons() : NOTHING_HELD,
      since: clock.onProducersClock(since), until: at, vote, event, stack: this.#stack(), text: null,
    });
  }

  #disclose(account: Account, occasion: Occasion): void {
    const { held, heldSince, heldUntil } = account;
    const clock = this.#clock;
    this.#deliver(account, heldSince, heldUntil, {
      kind: 'disclosure', occasion, level: account.hidesEscalation ? 'error' : 'warning',
      at: clock.onProducersClock(clock.now), key: account.key, covers: held, reasons: account.reasons(),
      since: clock.onProducersClock(heldSince), until: clock.onProducersClock(heldUntil), vote: null, event: null, stack: null, text: null,
    });
  }

  /** Gives a line to the sink; what it covers is told, pending, or held again. */
  #deliver(account: Account, since: number, until: number, line: Line<E>): void {
    const ledger = this.#ledger;
    if (account.held > 0) ledger.takeOut(account);
    if (this.#unsettled.size >= this.#maxPendingLines) {
      ledger.settle(account, line, 'sink/refused', since, until);
      return;
    }
    const outcome = this.#write(line);
    if (isPromise(outcome)) this.#await(outcome, (refusal) => ledger.settle(account, line, refusal, since, until));
    else ledger.settle(account, line, refusalOf(outcome), since, until);
  }

  #await(outcome: PromiseLike<unknown>, settle: (refusal: string | null) => void): void {
    const settled = Promise.resolve(outcome)
      .then((answer) => settle(refusalOf(answer)), () => settle('sink/threw'))
      .then(() => {
        this.#unsettled.delete(settled);
        this.#setAlarm();
      });
    this.#unsettled.add(settled);
  }

  #write(line: Line<E>): unknown {
    const wasBusy = this.#busy;
    this.#busy = true;
    try {
      const outcome = this.#sink.write(line);
      if (typeof outcome === 'number' && outcome > 0) this.#runner.view.bytes += outcome;
      return outcome;
    } catch {
      return THREW;
    } finally {
      this.#busy = wasBusy;
    }
  }

  #notice(key: string, text: string, occasion: Occasion): void {
    const at = this.#clock.onProducersClock(this.#clock.now);
    void settledQuietly(this.#write({
      kind: 'notice', occasion, level: 'warning', at, key, covers: 0, reasons: NOTHING_HELD,
      since: at, until: at, vote: null, event: null, stack: null, text,
    }));
  }

  #stack(): string | readonly string[] | null {
    try {
      return this.#captureStack?.() ?? null;
    } catch {
      return null;
    }
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
    this.#alarmAt = due.dueAt;
    this.#alarm.set(due.dueAt - this.#clock.now);
  }

  /** The scheduler is the authority on time that has passed: the producer's clock may stand still. */
  #ring(): void {
    if (this.#closed) return;
    if (this.#readClock !== undefined) this.#clock.advance(this.#readClock());
    this.#clock.reach(this.#alarmAt);
    this.#keepPromises();
  }
}

const THREW: unique symbol = Symbol('threw');

const refusalOf = (outcome: unknown): string | null => (outcome === false ? 'sink/refused' : outcome === THREW ? 'sink/threw' : null);

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** A notice covers no event: a sink that fails to take it loses words only. */
async function settledQuietly(outcome: unknown): Promise<void> {
  try {
    await outcome;
  } catch {
    // Told by the next line's own fate.
  }
}
