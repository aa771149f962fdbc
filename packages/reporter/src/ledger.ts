import { Account } from './account.js';
import type { ForwardClock } from './forward-clock.js';
import { generations, SecondChance, sizeOf, valueOf, valuesOf } from './generations.js';
import type { Line } from './line.js';
import type { Reportable } from './reportable.js';

/** The key that takes over the counts of keys that were given up. */
export const OTHER_KEYS = '(other)';

/**
 * Who has been seen, told and held back, by key: every event is in exactly one of `told`, `held` and `pending`, for its
 * key and in total. Keys are bounded: beyond `maxKeys` the key that was quiet for longest is given up, and what it
 * counted goes to `(other)`, to be told when it would have been.
 */
export class Ledger {
  readonly total: Account = new Account('(total)');
  /** What is held from now on is due after this long. */
  maxSilenceMs: number;
  readonly #other = new Account(OTHER_KEYS);
  readonly #accounts = generations<Account>();
  readonly #walk = new SecondChance(this.#accounts);
  #maxKeys: number;
  /** Read where the time is needed: a time that is handed from call to call is a number on the heap each time. */
  readonly #clock: ForwardClock;
  #latest: Account = this.#other;
  /** Accounts that hold something, the next to be told first. */
  #head: Account | null = null;
  #tail: Account | null = null;

  constructor(maxKeys: number, maxSilenceMs: number, clock: ForwardClock) {
    this.#maxKeys = maxKeys;
    this.maxSilenceMs = maxSilenceMs;
    this.#clock = clock;
  }

  /** Keys with counts of their own; `(other)` counts when it has any. */
  get keys(): number {
    return sizeOf(this.#accounts) + (this.#other.seen > 0 ? 1 : 0);
  }

  /** The account that has to be told next; null when nothing is held. */
  get nextDue(): Account | null {
    return this.#head;
  }

  /** Gives up keys until there are no more than this. */
  limitKeys(maxKeys: number): void {
    this.#maxKeys = maxKeys;
    this.#latest = this.#other;
    while (sizeOf(this.#accounts) > maxKeys) this.#giveUpOne();
  }

  /** Counts an event that stands for `n`, before it is voted on. Until it is held or in a settled line it is pending. */
  see(key: string, n: number): Account {
    let account = this.#latest;
    if (key !== account.key) this.#latest = account = valueOf(this.#accounts, key) ?? this.#open(key);
    if (account.seen === 0) this.#seeFirst(account);
    else account.used = true;
    account.seen += n;
    this.total.seen += n;
    return account;
  }

  #open(key: string): Account {
    if (key === OTHER_KEYS) return this.#other;
    if (sizeOf(this.#accounts) >= this.#maxKeys) this.#giveUpOne();
    const account = new Account(key);
    this.#accounts.recent.set(key, account);
    return account;
  }

  #seeFirst(account: Account): void {
    account.firstSeenAt = this.#clock.now;
    if (this.total.seen === 0) this.total.firstSeenAt = this.#clock.now;
  }

  /** Holds back the event that {@link see} began; its key may have been given up since. */
  hold(voted: Account, code: string, n: number): void {
    const account = voted.current();
    account.countReason(code, n);
    if (account.held === 0) this.#beginToHold(account, this.#clock.now);
    const { now } = this.#clock;
    account.held += n;
    account.heldUntil = account.lastSeenAt = now;
    this.total.held += n;
    this.total.lastSeenAt = now;
  }

  /** Ends the voting on an event that {@link see} began, and that is not held. */
  stamp(account: Account): void {
    account.lastSeenAt = this.#clock.now;
    this.total.lastSeenAt = this.#clock.now;
  }

  /** Takes what is held out of an account, for a line; it is pending until {@link settle}. */
  takeOut(account: Account): void {
    this.total.held -= account.held;
    account.held = 0;
    account.hidesEscalation = false;
    account.forgetReasons();
    this.#dequeue(account);
  }

  /**
   * Ends a line: `refusal` null when the sink took it, else the code under which its events are held again. They are
   * due again after another `maxSilence`.
   */
  settle(account: Account, line: Line<Reportable>, refusal: string | null, since: number, until: number): void {
    const { total } = this;
    const { now } = this.#clock;
    const owner = account.current();
    if (refusal === null) {
      owner.told += line.covers;
      owner.lines++;
      owner.lastToldAt = now;
      total.told += line.covers;
      total.lines++;
      total.lastToldAt = now;
      return;
    }
    this.#addHeld(owner, line.covers, since, until);
    for (const [code, count] of Object.entries(line.reasons)) owner.countReason(code, count);
    if (line.own > 0) owner.countReason(refusal, line.own);
    if (line.level === 'error') owner.hidesEscalation = true;
  }

  /** Every account, `(other)` last. */
  *accounts(): Generator<Account, void> {
    yield* valuesOf(this.#accounts);
    yield this.#other;
  }

  /** Puts back an account out of a saved state, with the reasons of what it holds. */
  restore(account: Account, reasons: Readonly<Record<string, number>>): void {
    for (const [code, count] of Object.entries(reasons)) account.countReason(code, count);
    if (account.key === OTHER_KEYS) {
      this.#bequeath(account, this.#other);
      return;
    }
    if (sizeOf(this.#accounts) >= this.#maxKeys) this.#giveUpOne();
    this.#accounts.recent.set(account.key, account);
    if (account.held > 0) this.#insert(account);
  }

  /** The keys that hold something, the next to be told first. */
  queue(): string[] {
    const keys: string[] = [];
    for (let account = this.#head; account !== null; account = account.next) keys.push(account.key);
    return keys;
  }

  /** Puts accounts that are due at the same time into the order of {@link queue}. */
  requeue(keys: readonly string[]): void {
    for (const key of keys) {
      const account = key === OTHER_KEYS ? this.#other : valueOf(this.#accounts, key);
      if (account?.queued !== true) continue;
      this.#dequeue(account);
      this.#insert(account);
    }
  }

  /** Every broken invariant, as text. */
  check(): string[] {
    const broken: string[] = [];
    const sums = { seen: 0, told: 0, held: 0, pending: 0, lines: 0 };
    let queued = 0;
    for (const account of this.accounts()) {
      const { key, seen, told, held, pending } = account;
      if (pending < 0) broken.push(`${key}: seen ${seen}, but told ${told} + held ${held}`);
      const reasons = Object.values(account.reasons()).reduce((sum, n) => sum + n, 0);
      if (reasons !== held) broken.push(`${key}: held ${held}, with reasons for ${reasons}`);
      if (account.queued !== held > 0) broken.push(`${key}: held ${held}, and ${account.queued ? '' : 'not '}in the queue`);
      if (account.queued) queued++;
      for (const name of ['seen', 'told', 'held', 'pending', 'lines'] as const) sums[name] += account[name];
    }
    for (const name of ['seen', 'told', 'held', 'pending', 'lines'] as const) {
      if (sums[name] !== this.total[name]) broken.push(`total ${name} ${this.total[name]}, by key ${sums[name]}`);
    }
    for (let account = this.#head, last = -Infinity; account !== null; last = account.dueAt, account = account.next, queued--) {
      if (account.dueAt < last) broken.push(`${account.key}: due at ${account.dueAt}, queued behind ${last}`);
    }
    if (queued !== 0) broken.push(`${queued} accounts are marked as queued and are not in the queue`);
    if (sizeOf(this.#accounts) > this.#maxKeys) broken.push(`${sizeOf(this.#accounts)} keys, of at most ${this.#maxKeys}`);
    return broken;
  }

  #addHeld(account: Account, n: number, since: number, until: number): void {
    if (account.held === 0) this.#beginToHold(account, since);
    account.heldSince = Math.min(account.heldSince, since);
    account.heldUntil = Math.max(account.heldUntil, until);
    account.held += n;
    this.total.held += n;
  }

  #beginToHold(account: Account, since: number): void {
    account.heldSince = account.heldUntil = since;
    account.dueAt = this.#clock.now + this.maxSilenceMs;
    this.#insert(account);
  }

  #giveUpOne(): void {
    const account = this.#walk.giveUp();
    if (account !== null) this.#bequeath(account, this.#other);
  }

  #bequeath(account: Account, heir: Account): void {
    account.heir = heir;
    heir.seen += account.seen;
    heir.told += account.told;
    heir.lines += account.lines;
    if (heir.firstSeenAt === -Infinity || account.firstSeenAt < heir.firstSeenAt) heir.firstSeenAt = account.firstSeenAt;
    heir.lastSeenAt = Math.max(heir.lastSeenAt, account.lastSeenAt);
    heir.lastToldAt = Math.max(heir.lastToldAt, account.lastToldAt);
    if (account.held === 0) return;
    const dueAt = heir.held > 0 ? Math.min(heir.dueAt, account.dueAt) : account.dueAt;
    heir.heldSince = heir.held > 0 ? Math.min(heir.heldSince, account.heldSince) : account.heldSince;
    heir.heldUntil = heir.held > 0 ? Math.max(heir.heldUntil, account.heldUntil) : account.heldUntil;
    heir.held += account.held;
    account.countReasonsAt(heir);
    if (account.hidesEscalation) heir.hidesEscalation = true;
    this.#dequeue(account);
    this.#dequeue(heir);
    heir.dueAt = dueAt;
    this.#insert(heir);
  }

  /** Into the queue by `dueAt`: at its tail as a rule, at its head for what `(other)` inherits. */
  #insert(account: Account): void {
    let before = this.#head !== null && account.dueAt < this.#head.dueAt ? null : this.#tail;
    while (before !== null && before.dueAt > account.dueAt) before = before.previous;
    const after = before === null ? this.#head : before.next;
    account.previous = before;
    account.next = after;
    if (before === null) this.#head = account;
    else before.next = account;
    if (after === null) this.#tail = account;
    else after.previous = account;
    account.queued = true;
  }

  #dequeue(account: Account): void {
    if (!account.queued) return;
    const { previous, next } = account;
    if (previous === null) this.#head = next;
    else previous.next = next;
    if (next === null) this.#tail = previous;
    else next.previous = previous;
    account.previous = account.next = null;
    account.queued = false;
  }
}
