import type { Account } from './account.js';
import type { ForwardClock } from './forward-clock.js';
import type { Ledger } from './ledger.js';
import type { Line, Occasion } from './line.js';
import type { Outlet } from './outlet.js';
import type { Reportable } from './reportable.js';
import type { Vote } from './vote.js';

const NOTHING_HELD: Readonly<Record<string, number>> = Object.freeze({});

/** Makes the lines of a reporter, and has the ledger account for what becomes of each: told, pending, or held again. */
export class Teller<E extends Reportable> {
  readonly #clock: ForwardClock;
  readonly #ledger: Ledger;
  readonly #outlet: Outlet<E>;
  /** Called with the bytes that the sink says it wrote. */
  readonly #onWritten: (bytes: number) => void;

  constructor(clock: ForwardClock, ledger: Ledger, outlet: Outlet<E>, onWritten: (bytes: number) => void) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#outlet = outlet;
    this.#onWritten = onWritten;
  }

  /** Tells an event, and with it what is held at its key. */
  tell(event: E, account: Account, vote: Vote, count: number, stack: Line['stack']): void {
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

  /** Tells what is held at a key. */
  disclose(account: Account, occasion: Occasion): void {
    const { held, heldSince, heldUntil } = account;
    const clock = this.#clock;
    this.#deliver(account, heldSince, heldUntil, {
      kind: 'disclosure', occasion, level: account.hidesEscalation ? 'error' : 'warning',
      at: clock.onProducersClock(clock.now), key: account.key, covers: held, own: 0, reasons: account.reasons(),
      since: clock.onProducersClock(heldSince), until: clock.onProducersClock(heldUntil), vote: null, event: null, stack: null, text: null,
    });
  }

  /** Words, which cover no event: a sink that does not take them loses words only. */
  say(key: string, text: string, occasion: Occasion): void {
    const at = this.#clock.onProducersClock(this.#clock.now);
    this.#outlet.give({
      kind: 'notice', occasion, level: 'warning', at, key, covers: 0, own: 0, reasons: NOTHING_HELD,
      since: at, until: at, vote: null, event: null, stack: null, text,
    }, (_refusal, bytes) => this.#onWritten(bytes));
  }

  #deliver(account: Account, since: number, until: number, line: Line<E>): void {
    if (account.held > 0) this.#ledger.takeOut(account);
    this.#outlet.give(line, (refusal, bytes) => {
      this.#onWritten(bytes);
      this.#ledger.settle(account, line, refusal, since, until);
    });
  }
}
