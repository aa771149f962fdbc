import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const GIVE_UP_MS = 60_000;
const POLL_MS = 50;

/** A program that runs beside the test. */
export interface Running {
  readonly process: ChildProcess;
  /** What it has printed so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Ends it with a signal; its exit code, null when the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export function running(command: string, args: readonly string[], { cwd, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {}): Running {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env }, ...(cwd === undefined ? {} : { cwd }) });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined);
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    process: child, stdout: () => stdout, stderr: () => stderr,
    stop: async (signal = 'SIGINT') => {
      child.kill(signal);
      const [code] = await closed;
      return code;
    },
  };
}

/** The built command. */
export const runningNopage = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Running => running(process.execPath, [main, ...args], { env });

/** What `look` finds, asked until it finds something; bounded. */
export async function found<T>(what: string, look: () => T | null | undefined | Promise<T | null | undefined>): Promise<T> {
  const until = performance.now() + GIVE_UP_MS;
  for (;;) {
    const value = await look();
    if (value !== null && value !== undefined) return value;
    if (performance.now() > until) throw new Error(`never came: ${what}`);
    await pause(POLL_MS);
  }
}

/** The address of a watch's metrics, once it listens. */
export const addressOf = (watch: Running): Promise<string> => found('an address', () => /metrics at (http:\/\/\S+)\/metrics/.exec(watch.stderr())?.[1]);

/** A port on the loopback address that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
