import type { Readable, Writable } from 'node:stream';

/** The process as commands see it: everything that they read, print or wait for is passed in, so that tests can. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C or SIGTERM: finish the line, sum up, end. */
  readonly interrupted: AbortSignal;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

/** Writes data to stdout and waits while the reader is slow, so that memory stays flat. A pipe gets every byte as it is. */
export function print(io: Io, text: string): Promise<void> {
  return write(io.stdout, io.stdout.isTTY === true ? shown(text) : text);
}

/** Writes to a terminal what drives it: a picture that is drawn over. */
export function draw(io: Io, text: string): Promise<void> {
  return write(io.stdout, text);
}

/** Talks to the person: stderr, one line. */
export function say(io: Io, line: string): void {
  io.stderr.write(`${io.stderr.isTTY === true ? shown(line) : line}\n`);
}

/** What a terminal would obey, but for line ends, tabs and the colours that `Paint` has. */
// eslint-disable-next-line no-control-regex -- these are what must go
const OBEYED = /(?!\u001b\[(?:1|2|22|3\d)m)[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Text as a terminal may have it: a process or a file can have any name, so control characters are written as dmesg(1) writes them. */
function shown(text: string): string {
  return text.replace(OBEYED, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function write(stream: Writable, text: string): Promise<void> {
  if (stream.write(text)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      stream.off('drain', settle).off('error', settle).off('close', settle);
      if (error) reject(error);
      else resolve();
    };
    stream.on('drain', settle).on('error', settle).on('close', settle);
  });
}
