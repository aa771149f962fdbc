import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
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
  readonly stdout: string;
  readonly stderr: string;
  readonly processes: readonly ProcessRecord[];
}

export interface SpawnOptions {
  readonly register: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly limitMs: number;
}

const KEPT_BYTES = 16 * 1024 * 1024;

/** Runs the command with every Node process below it instrumented. It and all it started are gone when this resolves. */
export async function runCommand(command: readonly string[], variables: Readonly<Record<string, string>>, options: SpawnOptions): Promise<CommandRun> {
  const folder = mkdtempSync(join(tmpdir(), 'nopage-sweep-'));
  try {
    const nodeOptions = [options.env['NODE_OPTIONS'], `--import ${options.register}`].filter(Boolean).join(' ');
    const env = { ...options.env, NODE_OPTIONS: nodeOptions, NOPAGE_FAULT_OUT: folder, ...variables };
    const ended = await ending(command, { env, cwd: options.cwd }, options.limitMs);
    return { ...ended, processes: readRecords(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ending(command: readonly string[], options: { readonly env: Record<string, string | undefined>; readonly cwd: string }, limitMs: number): Promise<Omit<CommandRun, 'processes'>> {
  const [file = '', ...args] = command;
  return new Promise((resolve) => {
    // A group of its own, so that all of it can be ended.
    const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '' };
    let timedOut = false;
    let notStarted: string | null = null;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (out[name].length < KEPT_BYTES) out[name] += text;
      });
    }
    const limit = setTimeout(() => {
      timedOut = true;
      endGroup(child.pid);
    }, limitMs);
    let exited: { code: number | null; signal: string | null } = { code: null, signal: null };
    let leftBehind = false;
    child.on('error', (error) => {
      notStarted = error.message;
    });
    child.on('exit', (code, signal) => {
      exited = { code, signal };
      leftBehind = endGroup(child.pid);
    });
    child.on('close', () => {
      clearTimeout(limit);
      resolve({ ...exited, ...out, timedOut, notStarted, leftBehind: leftBehind && !timedOut });
    });
  });
}

/** Ends what is left of a process group. @returns Whether there was anything. */
function endGroup(leader: number | undefined): boolean {
  if (leader === undefined) return false;
  try {
    process.kill(-leader, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
