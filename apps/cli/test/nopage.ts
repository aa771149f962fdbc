import { Readable, Writable } from 'node:stream';
import { runCli } from '../src/program.js';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Around {
  readonly stdin?: string | Uint8Array;
  /** Standard input is a terminal, as when a person types the command alone. */
  readonly terminal?: boolean;
  /** Standard output and standard error are a terminal. */
  readonly screen?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly interrupted?: AbortSignal;
}

class Collected extends Writable {
  readonly chunks: Buffer[] = [];
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

/** Runs the command in this process and tells all that it did. */
export async function nopage(args: readonly string[], around: Around = {}): Promise<Ran> {
  const isTTY = around.screen ?? false;
  const stdout = Object.assign(new Collected(), { isTTY });
  const stderr = Object.assign(new Collected(), { isTTY });
  const input = around.stdin ?? '';
  const stdin = Object.assign(Readable.from(input.length === 0 ? [] : [Buffer.from(input)]), { isTTY: around.terminal ?? false });
  const code = await runCli(args, { stdin, stdout, stderr, env: around.env ?? {}, interrupted: around.interrupted ?? new AbortController().signal, now: () => 0 });
  return { code, stdout: stdout.text, stderr: stderr.text };
}
