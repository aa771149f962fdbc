import { OTHER_KEYS } from '../src/ledger.js';
import { Reporter, type Counts, type Line, type Policy, type ReporterOptions, type Reportable, type SavedReporter, type Vote } from '../src/index.js';
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
  use(policy: Policy<E>): void {
    this.inner.use(policy);
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

/** What is wrong with each, the law that says so, and how it is made. */
export const FAULTY_LEDGERS: readonly (readonly [string, LawName, <E extends Reportable>(options: ReporterOptions<E>) => ReporterLike<E>])[] = [
  ['loses one count of three', 'conservation', (options) => new LosesOneOfThree(options)],
  ['tells a disclosure twice', 'conservation', (options) => new DoublesADisclosure(options)],
  ['tells nothing without another event', 'liveness', (options) => new KeepsSilence(options)],
  ['tells after twice maxSilence', 'liveness', (options) => new WaitsTwiceAsLong(options)],
  ['forgets what is held on close', 'conservation', (options) => new ForgetsAtClose(options)],
  ['forgets what is held on a change of policy', 'hot-swap', (options) => new ForgetsAtSwap(options)],
  ['does not tell on a change of policy', 'hot-swap', (options) => new SwapsWithoutTelling(options)],
  ['tells no reasons', 'reasons', (options) => new NamesNoReason(options)],
  ['tells one reason for all', 'reasons', (options) => new NamesAnotherReason(options)],
  ['tells a count at another key', 'by-key', (options) => new TellsAtOtherKeys(options)],
  ['tells an interval that begins too late', 'by-key', (options) => new BeginsTooLate(options)],
  ['keeps every key', 'bounded-keys', (options) => new HasNoBoundOnKeys(options)],
  ['takes a refusing sink for one that took', 'refusing-sink', (options) => new TakesARefusalForAnAnswer(options)],
  ['drops a line whose sink threw', 'refusing-sink', (options) => new DropsWhatThrew(options)],
  ['does not count events after close', 'after-close', (options) => new IgnoresLateEvents(options)],
  ['says each event after close', 'after-close', (options) => new SaysEachLateEvent(options)],
  ['counts the events of one site twice', 'conservation', (options) => new CountsAnEventTwice(options)],
  ['misses events without a site', 'conservation', (options) => new MissesASite(options)],
  ['saves no held counts', 'resume', (options) => new SavesNoHeldCounts(options)],
  ["saves no policy's state", 'resume', (options) => new SavesNoState(options)],
  ['counts held as told', 'conservation', (options) => new CountsHeldAsTold(options)],
];
