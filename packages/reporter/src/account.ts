import { cut } from './cut.js';
import type { Counts } from './policy.js';

/** Distinct reasons that an account tells apart; further ones are counted together. */
const MAX_REASONS = 16;
const OTHER_REASONS = '(other)';
/** Longer codes are cut, so that a bound on reasons is a bound on memory. */
const MAX_CODE_LENGTH = 200;
/** The time of what has not happened. */
const NEVER = -Infinity;

/** How many of the held events are held for one reason. */
interface Reason {
  readonly code: string;
  count: number;
}

/** What the ledger knows of one key. Only the ledger changes it; a policy reads it through {@link view}. */
export class Account implements Counts {
  readonly key: string;
  seen = 0;
  told = 0;
  held = 0;
  lines = 0;
  firstSeenAt: number = NEVER;
  lastSeenAt: number = NEVER;
  lastToldAt: number = NEVER;
  /** First and last event of what is held. */
  heldSince: number = NEVER;
  heldUntil: number = NEVER;
  /** When what is held has to be told. */
  dueAt: number = NEVER;
  /** Whether an escalated event is among what is held. */
  hidesEscalation = false;
  /** Seen since the ledger last looked for a key to give up. */
  used = false;
  /** The account that took over this one's counts when its key was given up. */
  heir: Account | null = null;
  /** Neighbours in the queue of accounts that hold something, by `dueAt`. */
  previous: Account | null = null;
  next: Account | null = null;
  queued = false;
  readonly #reasons: Reason[] = [];
  /** Those beyond {@link MAX_REASONS}. */
  readonly #others: Reason = { code: OTHER_REASONS, count: 0 };
  /** The reason counted last; most events are held for the reason of the one before. */
  #latest: Reason | null = null;

  /** The counts for whoever must not change them. */
  readonly view: Counts = new CountsView(this);

  constructor(key: string) {
    this.key = key;
  }

  get pending(): number {
    return this.seen - this.told - this.held;
  }

  /** Counts `n` held events for a reason. The codes outlive a disclosure, so that a steady state allocates nothing. */
  countReason(code: string, n: number): void {
    if (this.#latest?.code !== code) this.#latest = this.#reasonFor(code);
    this.#latest.count += n;
  }

  /** Events held, by reason, in the order of the codes. */
  reasons(): Record<string, number> {
    const counted = [...this.#reasons, this.#others].filter(({ count }) => count > 0).sort((a, b) => (a.code < b.code ? -1 : 1));
    return Object.fromEntries(counted.map(({ code, count }) => [code, count]));
  }

  /** Counts what is held here at another account, too. */
  countReasonsAt(heir: Account): void {
    for (const { code, count } of this.#reasons) if (count > 0) heir.countReason(code, count);
    heir.#others.count += this.#others.count;
  }

  forgetReasons(): void {
    this.#others.count = 0;
    if (this.#reasons.length >= MAX_REASONS) {
      this.#reasons.length = 0;
      this.#latest = null;
    } else for (const reason of this.#reasons) reason.count = 0;
  }

  /** The account that answers for this one's counts now. */
  current(): Account {
    return this.heir === null ? this : this.heir.current();
  }

  counts(): Counts {
    const { seen, told, held, pending, lines, firstSeenAt, lastSeenAt, lastToldAt } = this;
    return { seen, told, held, pending, lines, firstSeenAt, lastSeenAt, lastToldAt };
  }

  #reasonFor(code: string): Reason {
    const bounded = boundedCode(code);
    if (bounded === OTHER_REASONS) return this.#others;
    const known = this.#reasons.find((reason) => reason.code === bounded);
    if (known !== undefined) return known;
    return this.#reasons.length < MAX_REASONS ? this.#add(bounded) : this.#others;
  }

  #add(code: string): Reason {
    const reason = { code, count: 0 };
    this.#reasons.push(reason);
    return reason;
  }
}

/** A code that is a string of bounded length, whatever a vote says when it is asked again. */
const boundedCode = (code: unknown): string => (typeof code === 'string' ? cut(code, MAX_CODE_LENGTH) : OTHER_REASONS);

class CountsView implements Counts {
  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
  }

  get seen(): number {
    return this.#account.seen;
  }
  get told(): number {
    return this.#account.told;
  }
  get held(): number {
    return this.#account.held;
  }
  get pending(): number {
    return this.#account.pending;
  }
  get lines(): number {
    return this.#account.lines;
  }
  get firstSeenAt(): number {
    return this.#account.firstSeenAt;
  }
  get lastSeenAt(): number {
    return this.#account.lastSeenAt;
  }
  get lastToldAt(): number {
    return this.#account.lastToldAt;
  }
}
