import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { CliError } from '../cli-error.js';
import { attempt } from './attempt.js';
import { foreignText, HEAD_BYTES } from './foreign-bytes.js';

const GZIP = [0x1f, 0x8b];

/** A file whose bytes are read to where the reader wants them: on a big log, half of the time would go into moving them. */
export class PlainFile {
  private readonly file: string;
  private readonly fd: number;

  private constructor(file: string, fd: number) {
    this.file = file;
    this.fd = fd;
  }

  /**
   * Opens a regular file; null for what has to be waited for or unpacked.
   *
   * @throws {CliError} When it can't be opened or read, or is not text.
   */
  static open(file: string): PlainFile | null {
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return null;
    const fd = attempt(file, () => openSync(file, 'r'));
    const head = new Uint8Array(HEAD_BYTES);
    attempt(file, () => readSync(fd, head, 0, head.length, 0));
    const packed = GZIP.every((byte, at) => head[at] === byte);
    const foreign = packed ? null : foreignText(head, file);
    if (!packed && foreign === null) return new PlainFile(file, fd);
    closeSync(fd);
    if (foreign !== null) throw new CliError(foreign);
    return null;
  }

  /**
   * Writes what comes next into `into`, from its beginning on; tells how many bytes came, 0 at the end.
   *
   * @throws {CliError} When the system can't read it.
   */
  read(into: Uint8Array): number {
    return attempt(this.file, () => readSync(this.fd, into, 0, into.length, null));
  }

  close(): void {
    closeSync(this.fd);
  }
}
