import type { ForwardClock } from './forward-clock.js';
import type { Ledger } from './ledger.js';
import type { Occasion } from './line.js';
import type { Reportable } from './reportable.js';
import { Alarm, type Scheduler } from './scheduler.js';
import type { Teller } from './teller.js';

/**
 * Sees to it that what is held is told: once it is due, without another event where there is a scheduler, and all of it
 * when the policy changes or the reporter closes. Never while the policy or the sink is at work.
 */
export class Disclosures<E extends Reportable> {
  /** Whether the policy or the sink is at work: what it asks for meanwhile comes in the middle of something. */
  busy = false;
  /** Once closed, nothing is due any more. */
  closed = false;
  readonly #clock: ForwardClock;
  readonly #ledger: Ledger;
  readonly #teller: Teller<E>;
  readonly #alarm: Alarm;
  /** What everything is to be told for, after what is under way. */
  #owed: Occasion | null = null;

  constructor(clock: ForwardClock, ledger: Ledger, teller: Teller<E>, scheduler: Scheduler | undefined) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#teller = teller;
    this.#alarm = new Alarm(scheduler, (reached) => this.#ring(reached));
  }

  /** Tells everything that is held; in the middle of something, once that is over. */
  all(occasion: Occasion): void {
    if (this.busy) {
      this.#owed = occasion;
      return;
    }
    for (const account of [...this.#ledger.accounts()]) if (account.held > 0) this.#teller.disclose(account, occasion);
  }

  /** Tells what is due by now. */
  due(): void {
    if (this.busy) return;
    const { now } = this.#clock;
    for (let account = this.#ledger.nextDue; account !== null && account.dueAt <= now; account = this.#ledger.nextDue) {
      this.#teller.disclose(account, 'silence');
    }
    this.setAlarm();
    this.owed();
  }

  /** As {@link due}, at the end of a report: mostly, nothing is, and the alarm is set. */
  afterReport(): void {
    const next = this.#ledger.nextDue;
    if (next !== null && (next.dueAt <= this.#clock.now || this.#alarm.idle)) this.due();
    this.owed();
  }

  /** Does what was asked for in the middle of something; once, because a sink may ask for it with every line. */
  owed(): void {
    if (this.#owed === null || this.busy) return;
    this.all(this.#owed);
    this.#owed = null;
  }

  /** Wakes us when the next account is due, unless that is arranged. */
  setAlarm(): void {
    const next = this.#ledger.nextDue;
    if (next === null || this.closed || !this.#alarm.idle) return;
    this.#alarm.set(next.dueAt, this.#clock.now);
  }

  clearAlarm(): void {
    this.#alarm.clear();
  }

  /** The scheduler is the authority on time that has passed: the producer's clock may stand still. */
  #ring(reached: number): void {
    if (this.closed) return;
    this.#clock.advance();
    this.#clock.reach(reached);
    this.due();
  }
}
