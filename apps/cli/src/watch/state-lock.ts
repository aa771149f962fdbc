import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { CliError } from '../cli-error.js';
import { bootId } from './boot-id.js';

/** Tries to take a lock before giving up; each but the first means that another process was just as quick. */
const TRIES = 8;

/** A process, told from a later one with the same number. */
export interface ProcessMark {
  readonly pid: number;
  /** The boot that it runs in, and the ticks after which it started there; empty where the system doesn't say. */
  readonly boot: string;
  readonly ticks: string;
}

/** What is known of running processes. */
export interface Processes {
  readonly self: ProcessMark;
  runs(mark: ProcessMark): boolean;
}

/**
 * Takes the lock file at `path` for this process. The lock of a process that is no more is taken over.
 *
 * @returns What gives it back; what is by then another's lock stays.
 * @throws {CliError} When a process that runs has it.
 * @throws What the file system throws.
 */
export function takeLock(path: string, processes: Processes = systemProcesses()): () => void {
  const mine = `${path}.${processes.self.pid}`;
  const text = JSON.stringify(processes.self);
  writeFileSync(mine, text, { mode: 0o640 });
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      // A link appears with its contents, or not at all.
      if (linked(mine, path)) return () => giveBack(path, text);
      const theirs = textOf(path);
      const mark = theirs === null ? null : markOf(theirs);
      if (mark !== null && processes.runs(mark)) throw new CliError(`another nopage watch, process ${mark.pid}, keeps its state there`);
      if (theirs !== null) takeAway(path, mine, theirs);
    }
    throw new CliError('other watches keep taking it');
  } finally {
    rmSync(mine, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a lock that was found to be `dead`. Another process may have done so and taken the lock by now: it keeps it. */
function takeAway(path: string, mine: string, dead: string): void {
  const aside = `${mine}.dead`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (textOf(aside) !== dead) linked(aside, path);
  rmSync(aside, { force: true });
}

function giveBack(path: string, text: string): void {
  if (textOf(path) === text) rmSync(path, { force: true });
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Null for what no watch has written: nobody's lock. */
function markOf(text: string): ProcessMark | null {
  try {
    const { pid, boot, ticks } = JSON.parse(text) as Partial<ProcessMark>;
    return typeof pid === 'number' && pid > 0 && typeof boot === 'string' && typeof ticks === 'string' ? { pid, boot, ticks } : null;
  } catch {
    return null;
  }
}

function systemProcesses(): Processes {
  const boot = bootId();
  return {
    self: { pid: process.pid, boot, ticks: ticksOf(process.pid) ?? '' },
    runs: (mark) => {
      if (mark.boot !== boot) return false;
      const ticks = ticksOf(mark.pid);
      return ticks === null ? canBeSignalled(mark.pid) : ticks === mark.ticks;
    },
  };
}

/**
 * When a process started, in ticks after the boot; empty for one that has ended and that nobody has asked for yet; null
 * where `/proc` doesn't show it. Source: proc_pid_stat(5), fields 3 and 22.
 */
function ticksOf(pid: number): string | null {
  const stat = textOf(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The second field is the program's name in parentheses, with anything in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
}

function canBeSignalled(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, and is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
