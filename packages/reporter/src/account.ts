import { cut } from './cut.js';
import type { Counts } from './policy.js';

/** Distinct reasons that an account tells apart; further ones are counted together. */
const MAX_REASONS = 16;
const OTHER_REASONS = '(other)';
/** Longer codes are cut, so that a bound on reasons is a bound on memory. */
const MAX_CODE_LENGTH = 200;
/** The time of what has not happened. */
const NEVER = -Infinity;

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
  readonly #codes: string[] = [];
  readonly #counts: number[] = [];
  /** Where the reason counted last is; most events are held for the reason of the one before. */
  #latest = 0;

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
    if (this.#codes[this.#latest] !== code) this.#latest = this.#find(code);
    this.#counts[this.#latest] = (this.#counts[this.#latest] ?? 0) + n;
  }

  /** Events held, by reason, in the order of the codes. */
  reasons(): Record<string, number> {
    const counts = this.#codes.map((code, i): [string, number] => [code, this.#counts[i] ?? 0]);
    return Object.fromEntries(counts.filter(([, n]) => n > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Counts what is held here at another account, too. */
  countReasonsAt(heir: Account): void {
    for (const [i, code] of this.#codes.entries()) {
      const n = this.#counts[i] ?? 0;
      if (n > 0) heir.countReason(code, n);
    }
  }

  forgetReasons(): void {
    if (this.#codes.length >= MAX_REASONS) this.#codes.length = this.#counts.length = 0;
    else this.#counts.fill(0);
  }

  /** The account that answers for this one's counts now. */
  current(): Account {
    return this.heir === null ? this : this.heir.current();
  }

  counts(): Counts {
    const { seen, told, held, pending, lines, firstSeenAt, lastSeenAt, lastToldAt } = this;
    return { seen, told, held, pending, lines, firstSeenAt, lastSeenAt, lastToldAt };
  }

  #find(code: string): number {
    const bounded = boundedCode(code);
    const known = this.#codes.indexOf(bounded);
    if (known >= 0) return known;
    if (this.#codes.length < MAX_REASONS) return this.#codes.push(bounded) - 1;
    const other = this.#codes.indexOf(OTHER_REASONS);
    return other >= 0 ? other : this.#codes.push(OTHER_REASONS) - 1;
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
