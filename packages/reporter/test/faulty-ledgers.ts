import { OTHER_KEYS } from '../src/ledger.js';
import { Reporter, type Counts, type Line, type Policy, type ReporterOptions, type Reportable, type SavedReporter, type Vote, type Warnings } from '../src/index.js';
import type { LawName, ReporterLike } from '../src/testing.js';

type Totals = Counts & { readonly keys: number };

/**
 * A right reporter with one thing done wrong, each by as little as can be: what the lines say, what the totals say, or
 * when a call gets through. `check()` is left out, so that the laws have to see it from outside.
 */
export class FaultyReporter<E extends Reportable> implements ReporterLike<E> {
  protected readonly inner: Reporter<E>;
  constructor(options: ReporterOptions<E>) {
    this.inner = new Reporter({ ...options, sink: { write: (line) => this.pass(line, (changed) => options.sink.write(changed)) } });
  }
  protected pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return write(line);
  }
  report(event: E): Vote {
    return this.inner.report(event);
  }
  use(next: Policy<E> | Warnings<E>): void {
    this.inner.use(next);
  }
  close(at?: number): number {
    return this.inner.close(at);
  }
  totals(): Totals {
    return this.inner.totals();
  }
  save(): SavedReporter {
    return this.inner.save();
  }
}

const isDisclosure = (line: Line<Reportable>, occasion: string): boolean => line.kind === 'disclosure' && line.occasion === occasion;

class LosesOneOfThree<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return write(line.covers > 2 ? { ...line, covers: line.covers - 1 } : line);
  }
}
class DoublesADisclosure<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    if (isDisclosure(line, 'silence')) write(line);
    return write(line);
  }
}
class KeepsSilence<E extends Reportable> extends FaultyReporter<E> {
  constructor({ scheduler: _scheduler, ...options }: ReporterOptions<E>) {
    super(options);
  }
}
class WaitsTwiceAsLong<E extends Reportable> extends FaultyReporter<E> {
  constructor(options: ReporterOptions<E>) {
    super({ ...options, maxSilence: 120_000 });
  }
}
class ForgetsAtClose<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return isDisclosure(line, 'close') ? true : write(line);
  }
}
class ForgetsAtSwap<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return isDisclosure(line, 'swap') ? true : write(line);
  }
}
class SwapsWithoutTelling<E extends Reportable> extends FaultyReporter<E> {
  override use(): void {
    // Keeps the old policy, and says nothing.
  }
}
class NamesNoReason<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return write({ ...line, reasons: {} });
  }
}
class NamesAnotherReason<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    const held = Object.values(line.reasons).reduce((sum, n) => sum + n, 0);
    return write(held > 0 ? { ...line, reasons: { 'rate/full': held } } : line);
  }
}
class TellsAtOtherKeys<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return write(line.kind === 'disclosure' ? { ...line, key: OTHER_KEYS } : line);
  }
}
class BeginsTooLate<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return write({ ...line, since: line.until });
  }
}
class HasNoBoundOnKeys<E extends Reportable> extends FaultyReporter<E> {
  constructor(options: ReporterOptions<E>) {
    super({ ...options, maxKeys: 1024 });
  }
}
class TakesARefusalForAnAnswer<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    try {
      write(line);
    } catch {
      // Lost.
    }
    return true;
  }
}
class DropsWhatThrew<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    try {
      return write(line);
    } catch {
      return true;
    }
  }
}
class IgnoresLateEvents<E extends Reportable> extends FaultyReporter<E> {
  #closed = false;
  override report(event: E): Vote {
    return this.#closed ? { verdict: 'suppress', code: 'ledger/closed', why: '' } : super.report(event);
  }
  override close(at?: number): number {
    this.#closed = true;
    return super.close(at);
  }
}
class SaysEachLateEvent<E extends Reportable> extends FaultyReporter<E> {
  #closed = false;
  override report(event: E): Vote {
    const vote = super.report(event);
    if (this.#closed) super.close();
    return vote;
  }
  override close(at?: number): number {
    this.#closed = true;
    return super.close(at);
  }
}
class CountsAnEventTwice<E extends Reportable> extends FaultyReporter<E> {
  override report(event: E): Vote {
    if (event.site === 'skb_clone') super.report(event);
    return super.report(event);
  }
}
class MissesASite<E extends Reportable> extends FaultyReporter<E> {
  override report(event: E): Vote {
    return event.site === null ? { verdict: 'suppress', code: 'rate/full', why: '' } : super.report(event);
  }
}
class SavesNoHeldCounts<E extends Reportable> extends FaultyReporter<E> {
  override save(): SavedReporter {
    const saved = super.save();
    return { ...saved, accounts: saved.accounts.map((account) => ({ ...account, seen: account.told, held: 0, reasons: {} })) };
  }
}
class SavesNoState<E extends Reportable> extends FaultyReporter<E> {
  override save(): SavedReporter {
    return { ...super.save(), policy: 'somebody else' };
  }
}
class CountsHeldAsTold<E extends Reportable> extends FaultyReporter<E> {
  override totals(): Totals {
    const totals = super.totals();
    return { ...totals, told: totals.told + totals.held, held: 0 };
  }
}

class CountsARepeatOnce<E extends Reportable> extends FaultyReporter<E> {
  constructor({ countOf: _countOf, ...options }: ReporterOptions<E>) {
    super(options);
  }
}
class TellsARepeatOnce<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return write({ ...line, covers: line.covers - Math.max(0, line.own - 1), own: Math.min(line.own, 1) });
  }
}
class CountsRepeatsAsHeldBefore<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return write({ ...line, own: Math.min(line.own, 1) });
  }
}
class KeepsItsLimits<E extends Reportable> extends FaultyReporter<E> {
  override use(next: Policy<E> | Warnings<E>): void {
    super.use('policy' in next ? next.policy : next);
  }
}
class KeepsItsSilence<E extends Reportable> extends FaultyReporter<E> {
  override use(next: Policy<E> | Warnings<E>): void {
    super.use('policy' in next ? { ...next, maxSilence: 60_000 } : next);
  }
}
class WhispersErrors<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return write(line.kind === 'disclosure' ? { ...line, level: 'warning' } : line);
  }
}
class ShoutsFromThenOn<E extends Reportable> extends FaultyReporter<E> {
  #loud = false;
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    if (line.level === 'error') this.#loud = true;
    return write(this.#loud ? { ...line, level: 'error' } : line);
  }
}
class CarriesOneOver<E extends Reportable> extends FaultyReporter<E> {
  #carried = 0;
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    const carried = this.#carried;
    this.#carried = line.covers > 1 ? 1 : 0;
    return write({ ...line, covers: line.covers - this.#carried + carried });
  }
}
class TellsWithAnOldEvent<E extends Reportable> extends FaultyReporter<E> {
  #old: E | null = null;
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    const event = line.event === null ? null : (this.#old ?? line.event);
    this.#old ??= line.event;
    return write({ ...line, event });
  }
}
class TellsTheTimeOfTheFirst<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return write({ ...line, at: line.since });
  }
}
class ForgetsOthers<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return line.key === OTHER_KEYS ? true : write(line);
  }
}
class SavesNoUse<E extends Reportable> extends FaultyReporter<E> {
  override save(): SavedReporter {
    const saved = super.save();
    return { ...saved, accounts: saved.accounts.map((account) => ({ ...account, used: false })) };
  }
}
class SavesKeysInOrder<E extends Reportable> extends FaultyReporter<E> {
  override save(): SavedReporter {
    const saved = super.save();
    return { ...saved, accounts: saved.accounts.toSorted((a, b) => (a.key < b.key ? -1 : 1)) };
  }
}
class SavesALaterDue<E extends Reportable> extends FaultyReporter<E> {
  override save(): SavedReporter {
    const saved = super.save();
    return { ...saved, accounts: saved.accounts.map((account) => ({ ...account, dueAt: account.held > 0 ? saved.clock.now + 60_000 : account.dueAt })) };
  }
}
class RefusesTwice<E extends Reportable> extends FaultyReporter<E> {
  #refused = false;
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    if (line.kind === 'notice') return write(line);
    const again = this.#refused && line.kind === 'disclosure' && line.covers > 1;
    this.#refused = write(again ? { ...line, covers: line.covers - 1 } : line) === false;
    return !this.#refused;
  }
}
class MisplacesAtSwap<E extends Reportable> extends FaultyReporter<E> {
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    return write(isDisclosure(line, 'swap') ? { ...line, key: 'somebody' } : line);
  }
}
class SavesEveryKey<E extends Reportable> extends FaultyReporter<E> {
  readonly #ever = new Map<string, SavedReporter['accounts'][number]>();
  override save(): SavedReporter {
    const saved = super.save();
    for (const account of saved.accounts) this.#ever.set(account.key, account);
    return { ...saved, accounts: [...this.#ever.values()] };
  }
}
class RepeatsAtCloses<E extends Reportable> extends FaultyReporter<E> {
  #again: (() => unknown) | null = null;
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    this.#again = () => write(line);
    return write(line);
  }
  override close(at?: number): number {
    const left = super.close(at);
    if (this.closes++ > 0) this.#again?.();
    return left;
  }
  protected closes = 0;
}
class RingsAfterClose<E extends Reportable> extends RepeatsAtCloses<E> {
  readonly #scheduler: ReporterOptions<E>['scheduler'];
  constructor(options: ReporterOptions<E>) {
    super(options);
    this.#scheduler = options.scheduler;
  }
  override close(at?: number): number {
    this.closes = 0;
    this.#scheduler?.setTimeout(() => {
      this.closes = 1;
      super.close();
    }, 1000);
    return super.close(at);
  }
}
class SaysAllIsTold<E extends Reportable> extends FaultyReporter<E> {
  override close(at?: number): number {
    super.close(at);
    return 0;
  }
}
class ForgetsReasonsOfARefusal<E extends Reportable> extends FaultyReporter<E> {
  #refused = false;
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    const held = line.covers - line.own;
    const answer = write(this.#refused && held > 0 ? { ...line, reasons: { 'sink/refused': held } } : line);
    this.#refused = answer === false;
    return answer;
  }
}
class DatesByTheRefusal<E extends Reportable> extends FaultyReporter<E> {
  readonly #refusedAt = new Map<string, number>();
  protected override pass(line: Line<E>, write: (line: Line<E>) => unknown): unknown {
    const answer = write({ ...line, since: this.#refusedAt.get(line.key) ?? line.since });
    if (answer === false) this.#refusedAt.set(line.key, line.at);
    else this.#refusedAt.delete(line.key);
    return answer;
  }
}
export type Faulty = <E extends Reportable>(options: ReporterOptions<E>) => ReporterLike<E>;

/** What is wrong with each, the law that says so, and how it is made. */
export const FAULTY_LEDGERS: readonly (readonly [string, LawName, Faulty])[] = [
  ['loses one count of three', 'conservation', (options) => new LosesOneOfThree(options)],
  ['tells a disclosure twice', 'conservation', (options) => new DoublesADisclosure(options)],
  ['tells nothing without another event', 'liveness', (options) => new KeepsSilence(options)],
  ['tells after twice maxSilence', 'liveness', (options) => new WaitsTwiceAsLong(options)],
  ['forgets what is held on close', 'conservation', (options) => new ForgetsAtClose(options)],
  ['forgets what is held on a change of policy', 'hot-swap', (options) => new ForgetsAtSwap(options)],
  ['does not tell on a change of policy', 'hot-swap', (options) => new SwapsWithoutTelling(options)],
  ['tells no reasons', 'lines', (options) => new NamesNoReason(options)],
  ['tells one reason for all', 'lines', (options) => new NamesAnotherReason(options)],
  ['tells a count at another key', 'lines', (options) => new TellsAtOtherKeys(options)],
  ['tells an interval that begins too late', 'lines', (options) => new BeginsTooLate(options)],
  ['keeps every key', 'bounded-keys', (options) => new HasNoBoundOnKeys(options)],
  ['takes a refusing sink for one that took', 'refusing-sink', (options) => new TakesARefusalForAnAnswer(options)],
  ['drops a line whose sink threw', 'refusing-sink', (options) => new DropsWhatThrew(options)],
  ['does not count events after close', 'after-close', (options) => new IgnoresLateEvents(options)],
  ['says each event after close', 'after-close', (options) => new SaysEachLateEvent(options)],
  ['counts the events of one site twice', 'conservation', (options) => new CountsAnEventTwice(options)],
  ['misses events without a site', 'conservation', (options) => new MissesASite(options)],
  ['saves no held counts', 'resume', (options) => new SavesNoHeldCounts(options)],
  ["saves no policy's state", 'resume', (options) => new SavesNoState(options)],
  ['counts an event that stands for several as one', 'lines', (options) => new CountsARepeatOnce(options)],
  ['tells an event that stands for several as one', 'lines', (options) => new TellsARepeatOnce(options)],
  ['takes what an event stands for as held before it', 'lines', (options) => new CountsRepeatsAsHeldBefore(options)],
  ['keeps its limits when the configuration changes', 'hot-swap', (options) => new KeepsItsLimits(options)],
  ['keeps its silence when the configuration changes', 'hot-swap', (options) => new KeepsItsSilence(options)],
  ['tells an escalated event that was held as a warning', 'lines', (options) => new WhispersErrors(options)],
  ['tells everything as an error once one was', 'lines', (options) => new ShoutsFromThenOn(options)],
  ['tells one of several with the line after', 'conservation', (options) => new CarriesOneOver(options)],
  ['shows an event of an earlier line', 'lines', (options) => new TellsWithAnOldEvent(options)],
  ['dates a line by the first of its events', 'lines', (options) => new TellsTheTimeOfTheFirst(options)],
  ['forgets what keys that were given up had held', 'bounded-keys', (options) => new ForgetsOthers(options)],
  ['saves no use of keys', 'resume', (options) => new SavesNoUse(options)],
  ['saves keys in another order', 'resume', (options) => new SavesKeysInOrder(options)],
  ['starts silences afresh when it resumes', 'resume', (options) => new SavesALaterDue(options)],
  ['loses one when a line is refused twice', 'refusing-sink', (options) => new RefusesTwice(options)],
  ['tells at another key on a change of policy', 'lines', (options) => new MisplacesAtSwap(options)],
  ['saves every key that there ever was', 'bounded-keys', (options) => new SavesEveryKey(options)],
  ['tells again when it is closed again', 'conservation', (options) => new RepeatsAtCloses(options)],
  ['tells again by its timer after close', 'conservation', (options) => new RingsAfterClose(options)],
  ['says that all is told while a sink refuses', 'refusing-sink', (options) => new SaysAllIsTold(options)],
  ['forgets the reasons of what was refused', 'lines', (options) => new ForgetsReasonsOfARefusal(options)],
  ['dates what was refused by its refusal', 'lines', (options) => new DatesByTheRefusal(options)],
  ['counts held as told', 'conservation', (options) => new CountsHeldAsTold(options)],
];
