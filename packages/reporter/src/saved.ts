import { Account } from './account.js';
import { ReporterError } from './errors.js';
import type { ForwardClock } from './forward-clock.js';
import type { Ledger } from './ledger.js';
import { fromPlain, toPlain, type Plain } from './plain-data.js';
import type { PolicyRunner } from './policy-runner.js';
import type { Reportable } from './reportable.js';

/** One key's counts. Times are milliseconds, null when it never happened. */
export interface SavedAccount {
  readonly key: string;
  readonly seen: number;
  readonly told: number;
  readonly held: number;
  readonly lines: number;
  readonly firstSeenAt: number | null;
  readonly lastSeenAt: number | null;
  readonly lastToldAt: number | null;
  readonly heldSince: number | null;
  readonly heldUntil: number | null;
  readonly dueAt: number | null;
  readonly hidesEscalation: boolean;
  /** Seen since the ledger last looked for a key to give up. */
  readonly used: boolean;
  readonly reasons: Readonly<Record<string, number>>;
}

/** A reporter at rest: JSON. */
export interface SavedReporter {
  readonly v: 1;
  readonly policy: string;
  readonly state: Plain;
  readonly clock: { readonly now: number; readonly offset: number; readonly started: boolean };
  readonly bytes: number;
  readonly closed: boolean;
  readonly accounts: readonly SavedAccount[];
  /** The keys that hold something, the next to be told first. */
  readonly queue: readonly string[];
}

const TIMES = ['firstSeenAt', 'lastSeenAt', 'lastToldAt', 'heldSince', 'heldUntil', 'dueAt'] as const;
const COUNTS = ['seen', 'told', 'held', 'lines'] as const;

/** The reason of events that were in lines nobody had settled when the reporter was saved. */
const UNSETTLED = 'ledger/unsettled';

export function writeSaved<E extends Reportable>(clock: ForwardClock, ledger: Ledger, runner: PolicyRunner<E>, closed: boolean): SavedReporter {
  const { now, offset, started } = clock;
  return {
    v: 1, policy: runner.name, state: toPlain(runner.state), clock: { now, offset, started }, bytes: runner.view.bytes, closed,
    accounts: [...ledger.accounts()].filter((account) => account.seen > 0).map((account) => saveAccount(account, now)),
    queue: ledger.queue(),
  };
}

function saveAccount(account: Account, now: number): SavedAccount {
  const { key, seen, told, held, pending, lines, hidesEscalation, used } = account;
  const reasons = account.reasons();
  if (pending > 0) reasons[UNSETTLED] = (reasons[UNSETTLED] ?? 0) + pending;
  const time = (at: number): number | null => (at === -Infinity ? null : at);
  return {
    key, seen, told, held: held + pending, lines, hidesEscalation, used, reasons,
    firstSeenAt: time(account.firstSeenAt), lastSeenAt: time(account.lastSeenAt), lastToldAt: time(account.lastToldAt),
    heldSince: time(held > 0 ? account.heldSince : now), heldUntil: time(held > 0 ? account.heldUntil : now),
    dueAt: account.dueAt === Infinity ? null : time(held > 0 ? account.dueAt : now),
  };
}

/**
 * Fills a fresh ledger, clock and policy from what was saved; the state only when the policy's name is the same.
 *
 * @returns Whether the reporter was closed.
 * @throws {ReporterError} `saved-format`, with the path of what is wrong.
 */
export function readSaved<E extends Reportable>(saved: SavedReporter, clock: ForwardClock, ledger: Ledger, runner: PolicyRunner<E>): boolean {
  checkSaved(saved);
  Object.assign(clock, saved.clock);
  const { total } = ledger;
  for (const entry of saved.accounts) {
    const account = new Account(entry.key);
    for (const name of COUNTS) {
      account[name] = entry[name];
      total[name] += entry[name];
    }
    for (const name of TIMES) account[name] = entry[name] ?? (name === 'dueAt' ? Infinity : -Infinity);
    account.hidesEscalation = entry.hidesEscalation;
    account.used = entry.used;
    if (total.firstSeenAt === -Infinity || account.firstSeenAt < total.firstSeenAt) total.firstSeenAt = account.firstSeenAt;
    total.lastSeenAt = Math.max(total.lastSeenAt, account.lastSeenAt);
    total.lastToldAt = Math.max(total.lastToldAt, account.lastToldAt);
    ledger.restore(account, entry.reasons);
  }
  ledger.requeue(saved.queue);
  runner.view.bytes = saved.bytes;
  runner.resume(saved.policy, () => fromPlain(saved.state));
  return saved.closed;
}

function checkSaved(saved: SavedReporter): void {
  const fail = (path: string, message: string): never => {
    throw new ReporterError('saved-format', message, path);
  };
  const root: unknown = saved;
  if (typeof root !== 'object' || root === null || (root as { v?: unknown }).v !== 1) fail('$', 'is no saved reporter of version 1');
  for (const name of ['accounts', 'queue'] as const) if (!Array.isArray(saved[name])) fail(`$.${name}`, 'is no list');
  for (const name of ['now', 'offset'] as const) if (!Number.isFinite(saved.clock[name])) fail(`$.clock.${name}`, 'is no number');
  const keys = new Set<string>();
  saved.accounts.forEach((account, i) => {
    const path = `$.accounts[${i}]`;
    for (const name of COUNTS) if (!Number.isSafeInteger(account[name]) || account[name] < 0) fail(`${path}.${name}`, 'is no count');
    if (account.seen !== account.told + account.held) fail(path, `seen ${account.seen} is not told ${account.told} + held ${account.held}`);
    const reasons = Object.values(account.reasons).reduce((sum, n) => sum + n, 0);
    if (reasons !== account.held) fail(`${path}.reasons`, `add up to ${reasons}, for ${account.held} held`);
    if (keys.has(account.key)) fail(`${path}.key`, `${JSON.stringify(account.key)} is there twice`);
    keys.add(account.key);
  });
}
