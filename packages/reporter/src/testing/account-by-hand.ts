import type { Counts } from '../policy.js';

/** An event that has not been told, or what it stands for. */
export interface Entry {
  /** On a clock that goes forward. Milliseconds. */
  readonly at: number;
  readonly count: number;
  /** The code under which it is held. */
  readonly code: string;
  readonly isLoud: boolean;
}

/** The time of what has not happened. */
const NEVER = -Infinity;

/** The account of one key, kept as a list of the events that wait to be told. */
export class AccountByHand {
  seen = 0;
  told = 0;
  lines = 0;
  firstSeenAt: number = NEVER;
  lastSeenAt: number = NEVER;
  lastToldAt: number = NEVER;
  /** When what waits has to be told. */
  dueAt: number = NEVER;
  waiting: readonly Entry[] = [];

  see(now: number, count: number): void {
    if (this.seen === 0) this.firstSeenAt = now;
    this.seen += count;
  }

  hold(entries: readonly Entry[], dueAt: number): void {
    if (this.waiting.length === 0) this.dueAt = dueAt;
    this.waiting = [...entries, ...this.waiting];
  }

  takeOut(): readonly Entry[] {
    const taken = this.waiting;
    this.waiting = [];
    return taken;
  }

  tell(count: number, now: number): void {
    this.told += count;
    this.lines++;
    this.lastToldAt = now;
  }

  counts(): Counts {
    const { seen, told, lines, firstSeenAt, lastSeenAt, lastToldAt } = this;
    const held = countIn(this.waiting);
    return { seen, told, held, pending: seen - told - held, lines, firstSeenAt, lastSeenAt, lastToldAt };
  }
}

export const countIn = (entries: readonly Entry[]): number => entries.reduce((total, { count }) => total + count, 0);

/** How many wait for each reason. */
export function reasonsOf(entries: readonly Entry[]): Record<string, number> {
  const reasons = new Map<string, number>();
  for (const { code, count } of entries) reasons.set(code, (reasons.get(code) ?? 0) + count);
  return Object.fromEntries([...reasons].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The sum of all accounts. */
export function totalOf(accounts: ReadonlyMap<string, AccountByHand>): Counts & { readonly keys: number } {
  const all = [...accounts.values()].map((account) => account.counts());
  const sum = (name: 'seen' | 'told' | 'held' | 'pending' | 'lines'): number => all.reduce((total, counts) => total + counts[name], 0);
  const latest = (name: 'lastSeenAt' | 'lastToldAt'): number => Math.max(...all.map((counts) => counts[name]));
  return {
    seen: sum('seen'), told: sum('told'), held: sum('held'), pending: sum('pending'), lines: sum('lines'),
    firstSeenAt: all.length === 0 ? -Infinity : Math.min(...all.map((counts) => counts.firstSeenAt)),
    lastSeenAt: latest('lastSeenAt'), lastToldAt: latest('lastToldAt'), keys: accounts.size,
  };
}
