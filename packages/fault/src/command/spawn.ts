import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecords, type ProcessRecord } from './record.js';

/** One run of the command, and what its processes told. */
export interface CommandRun {
  /** Null when it was ended by a signal. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** The command could not be started: why. */
  readonly notStarted: string | null;
  /** A process of the command was still there when it had ended. */
  readonly leftBehind: boolean;
  /** Its first 16 MiB, with the temporary folder's path taken out: that is another in each run. */
  readonly stdout: string;
  readonly stdoutLength: number;
  readonly stderr: string;
  /** What it left in the temporary folder that it was given. */
  readonly files: readonly string[];
  readonly processes: readonly ProcessRecord[];
}

export interface SpawnOptions {
  readonly register: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly limitMs: number;
  /** Ends the run. */
  readonly signal: AbortSignal;
}

const KEPT_LENGTH = 16 * 1024 * 1024;
const KEPT_STDERR = 64 * 1024;

/** Runs the command with every Node process below it instrumented. It and all it started are gone when this resolves. */
export async function runCommand(command: readonly string[], variables: Readonly<Record<string, string>>, options: SpawnOptions): Promise<CommandRun> {
  const folder = mkdtempSync(join(tmpdir(), 'nopage-sweep-'));
  try {
    const nodeOptions = [options.env['NODE_OPTIONS'], `--import ${options.register}`].filter(Boolean).join(' ');
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const env = { ...options.env, TMPDIR: temporary, NODE_OPTIONS: nodeOptions, NOPAGE_FAULT_OUT: folder, ...variables };
    const ended = await ending(command, { env, cwd: options.cwd }, options);
    return { ...ended, stdout: ended.stdout.replaceAll(temporary, tmpdir()), files: readdirSync(temporary), processes: readRecords(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ending(command: readonly string[], options: { readonly env: Record<string, string | undefined>; readonly cwd: string }, { limitMs, signal }: SpawnOptions): Promise<Omit<CommandRun, 'processes' | 'files'>> {
  const [file = '', ...args] = command;
  return new Promise((resolve) => {
    // A group of its own, so that all of it can be ended.
    const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '', stdoutLength: 0 };
    let timedOut = false;
    let notStarted: string | null = null;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out.stdoutLength += text.length;
      if (out.stdout.length < KEPT_LENGTH) out.stdout += text.slice(0, KEPT_LENGTH - out.stdout.length);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      out.stderr = (out.stderr + text).slice(-KEPT_STDERR);
    });
    const end = (): void => void endGroup(child.pid);
    signal.addEventListener('abort', end);
    // Whatever ends this process must not leave the command behind.
    process.on('exit', end);
    const limit = setTimeout(() => {
      timedOut = true;
      endGroup(child.pid);
    }, limitMs);
    let exited: { code: number | null; signal: string | null } = { code: null, signal: null };
    let leftBehind = false;
    child.on('error', (error: NodeJS.ErrnoException) => {
      notStarted = error.code === 'ENOENT' ? `there is no program ${file}` : error.message;
    });
    child.on('exit', (code, signal) => {
      exited = { code, signal };
      leftBehind = endGroup(child.pid);
    });
    child.on('close', () => {
      clearTimeout(limit);
      signal.removeEventListener('abort', end);
      process.off('exit', end);
      resolve({ ...exited, ...out, timedOut, notStarted, leftBehind: leftBehind && !timedOut });
    });
  });
}

/** Ends what is left of a process group, at once. @returns Whether there was anything. */
export function endGroup(leader: number | undefined): boolean {
  if (leader === undefined) return false;
  try {
    process.kill(-leader, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
