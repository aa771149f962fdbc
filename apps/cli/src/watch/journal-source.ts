import { spawn } from 'node:child_process';
import { release } from 'node:os';
import type { Readable } from 'node:stream';
import { CliError } from '../cli-error.js';
import { bootId } from './boot-id.js';
import { JournalEntries, type JournalEntry } from './journal-entries.js';
import type { Arrival, Place, Source } from './source.js';

const COMMAND = 'journalctl';
const MOST_TOLD = 500;
const EXPORT = ['--output=export', '--no-pager'];
const FOLLOW = [...EXPORT, '--follow', '--lines=all'];

/** A running `journalctl`. */
export interface JournalProcess {
  readonly stdout: Readable;
  /** Settles when it has ended: its exit code, and what it said on stderr. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
  kill(): void;
}

/** The kernel's messages in systemd's journal, from `from` or from this boot's beginning. */
export function journalSource(from: Place | null, start: (args: readonly string[]) => JournalProcess = startJournalctl, boot: string = bootId()): Source {
  const cursor = typeof from?.['cursor'] === 'string' ? from['cursor'] : null;
  return {
    name: 'the journal', file: null, kernel: release(),
    async *arrivals(signal) {
      if (cursor === null) {
        yield* arrivals(start([...FOLLOW, '--dmesg']), from?.['boot'] === boot ? null : { boot }, signal);
        return;
      }
      // What is behind a place may end an earlier boot, and who follows sees no boot but this one.
      let last = cursor;
      const behind = start([...EXPORT, `--after-cursor=${cursor}`, '_TRANSPORT=kernel']);
      for await (const arrival of arrivals(behind, null, signal, 'ends')) {
        last = String(arrival.place?.['cursor'] ?? last);
        yield arrival;
      }
      if (!signal.aborted) yield* arrivals(start([...FOLLOW, `--after-cursor=${last}`, '_TRANSPORT=kernel']), null, signal);
    },
  };
}

async function* arrivals(journal: JournalProcess, begins: Place | null, signal: AbortSignal, how: 'ends' | 'goes on' = 'goes on'): AsyncGenerator<Arrival> {
  let first = begins;
  const stop = (): void => journal.kill();
  signal.addEventListener('abort', stop);
  try {
    const entries = new JournalEntries();
    for await (const chunk of journal.stdout as AsyncIterable<Uint8Array>) {
      const some = entries.push(chunk);
      const cursor = some.findLast((entry) => entry.cursor !== null)?.cursor ?? null;
      if (some.length === 0) continue;
      yield { bytes: Buffer.from(some.map(lineOf).join('')), place: cursor === null ? null : { cursor }, begins: first, lost: 0 };
      first = null;
    }
    if (signal.aborted) return;
    const { code, said } = await journal.ended;
    if (how === 'ends' && code === 0) return;
    throw new CliError(`${COMMAND} ended${code === null ? '' : ` with ${code}`}${said === '' ? '' : `: ${said}`}`);
  } finally {
    signal.removeEventListener('abort', stop);
    journal.kill();
  }
}

/** As `journalctl -o short-monotonic` has it, without the host. */
function lineOf({ bootUs, message }: JournalEntry): string {
  return `${bootUs === null ? '' : `[${(bootUs / 1e6).toFixed(6).padStart(12)}] `}${message}\n`;
}

function startJournalctl(args: readonly string[]): JournalProcess {
  const child = spawn(COMMAND, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: false });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(0, MOST_TOLD)));
  const ended = new Promise<{ readonly code: number | null; readonly said: string }>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve({ code: null, said: error.code === 'ENOENT' ? 'it is not installed here' : error.message }));
    child.once('close', (code) => resolve({ code, said: said.trim().replaceAll('\n', '; ') }));
  });
  return { stdout: child.stdout, ended, kill: () => void child.kill() };
}
