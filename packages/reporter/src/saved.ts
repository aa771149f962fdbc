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

/** Stands for the policy whose state could not be saved. */
const NO_STATE = '(not saved)';

/** The reason of events that were in lines nobody had settled when the reporter was saved. */
const UNSETTLED = 'ledger/unsettled';

export function writeSaved<E extends Reportable>(clock: ForwardClock, ledger: Ledger, runner: PolicyRunner<E>, closed: boolean): SavedReporter {
  const { now, offset, started } = clock;
  return {
    v: 1, ...saveState(runner), clock: { now, offset, started }, bytes: runner.view.bytes, closed,
    accounts: [...ledger.accounts()].filter((account) => account.seen > 0).map((account) => saveAccount(account, now)),
    queue: ledger.queue(),
  };
}

/** A state that can't be made plain, because it goes round in a circle, is left out: counts do not depend on it. */
function saveState<E extends Reportable>(runner: PolicyRunner<E>): { policy: string; state: Plain } {
  try {
    return { policy: runner.name, state: toPlain(runner.state) };
  } catch {
    return { policy: NO_STATE, state: null };
  }
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
 * @throws {ReporterError} `BAD_STATE`, with the path of what is wrong.
 */
export function readSaved<E extends Reportable>(saved: SavedReporter, clock: ForwardClock, ledger: Ledger, runner: PolicyRunner<E>): boolean {
  checkSaved(saved);
  Object.assign(clock, saved.clock);
  clock.hasUndated = !clock.started && saved.accounts.length > 0;
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
  runner.resume(saved.policy, () => readState(saved.state));
  return saved.closed;
}

/** A policy's state out of JSON. */
function readState(state: Plain): unknown {
  try {
    return fromPlain(state);
  } catch (error) {
    return fail('$.state', error instanceof Error ? error.message : String(error));
  }
}

const fail = (path: string, message: string): never => {
  throw new ReporterError('BAD_STATE', message, path);
};

type Loose<T> = { readonly [N in keyof T]?: unknown };

function checkSaved(saved: Loose<SavedReporter> | null): void {
  if (typeof saved !== 'object' || saved?.v !== 1) return fail('$', 'is no saved reporter of version 1');
  const { clock, accounts, queue, bytes, closed, policy } = saved;
  const { now, offset, started } = (typeof clock === 'object' && clock !== null ? clock : fail('$.clock', 'is missing')) as Loose<SavedReporter['clock']>;
  if (!Number.isFinite(now)) fail('$.clock.now', 'is no number');
  if (!Number.isFinite(offset)) fail('$.clock.offset', 'is no number');
  if (typeof started !== 'boolean') fail('$.clock.started', 'is neither true nor false');
  if (!Number.isFinite(bytes) || (bytes as number) < 0) fail('$.bytes', 'is no number of bytes');
  if (typeof closed !== 'boolean') fail('$.closed', 'is neither true nor false');
  if (typeof policy !== 'string') fail('$.policy', 'is no name');
  if (!Array.isArray(queue) || queue.some((key) => typeof key !== 'string')) fail('$.queue', 'is no list of keys');
  if (!Array.isArray(accounts)) return fail('$.accounts', 'is no list');
  const keys = new Set<string>();
  accounts.forEach((account: unknown, i) => {
    const key = checkAccount(account, `$.accounts[${i}]`);
    if (keys.has(key)) fail(`$.accounts[${i}].key`, `${JSON.stringify(key)} is there twice`);
    keys.add(key);
  });
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function checkAccount(value: unknown, path: string): string {
  if (typeof value !== 'object' || value === null) return fail(path, 'is no account');
  const account: Loose<SavedAccount> = value;
  const { key, seen, told, held, reasons } = account;
  for (const name of COUNTS) if (!isCount(account[name])) fail(`${path}.${name}`, 'is no count');
  for (const name of TIMES) if (account[name] !== null && !Number.isFinite(account[name])) fail(`${path}.${name}`, 'is no time');
  for (const name of ['hidesEscalation', 'used'] as const) if (typeof account[name] !== 'boolean') fail(`${path}.${name}`, 'is neither true nor false');
  if (seen !== (told as number) + (held as number)) fail(path, `seen ${String(seen)} is not told ${String(told)} + held ${String(held)}`);
  if (typeof reasons !== 'object' || reasons === null) return fail(`${path}.reasons`, 'are missing');
  const counts: unknown[] = Object.values(reasons);
  const sum = counts.reduce<number>((total, n) => total + (isCount(n) ? n : fail(`${path}.reasons`, 'are no counts')), 0);
  if (sum !== held) fail(`${path}.reasons`, `add up to ${sum}, for ${String(held)} held`);
  return typeof key === 'string' ? key : fail(`${path}.key`, 'is no text');
}
