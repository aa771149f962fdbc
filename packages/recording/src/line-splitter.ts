import { RecordingError } from './errors.js';

const NEWLINE = 0x0a;

/** Longest line that is read: a free list of 2^22 frames fits twice. */
const MAX_LINE_BYTES = 1 << 26;

/**
 * Cuts chunks of bytes into lines. A line inside one chunk is handed out without copying; only one that straddles
 * chunks is put together in a buffer of its own.
 */
export class LineSplitter {
  private held: Uint8Array = new Uint8Array(1 << 12);
  private heldBytes = 0;
  private lines = 0;
  private readonly onLine: (bytes: Uint8Array, start: number, end: number, line: number) => void;

  constructor(onLine: (bytes: Uint8Array, start: number, end: number, line: number) => void) {
    this.onLine = onLine;
  }

  /** Lines that have ended so far. */
  get endedLines(): number {
    return this.lines;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      this.lines++;
      if (this.heldBytes > 0) {
        this.hold(chunk, start, end);
        const length = this.heldBytes;
        this.heldBytes = 0;
        this.onLine(this.held, 0, length, this.lines);
      } else {
        this.onLine(chunk, start, end, this.lines);
      }
      start = end + 1;
    }
    if (start < chunk.length) this.hold(chunk, start, chunk.length);
  }

  /** Hands out a last line that has no newline, and returns how many lines there were. */
  end(): number {
    if (this.heldBytes > 0) {
      this.lines++;
      const length = this.heldBytes;
      this.heldBytes = 0;
      this.onLine(this.held, 0, length, this.lines);
    }
    return this.lines;
  }

  private hold(chunk: Uint8Array, start: number, end: number): void {
    const length = this.heldBytes + end - start;
    if (length > MAX_LINE_BYTES) {
      throw new RecordingError('LINE_TOO_LONG', this.lines + 1, `a line of more than ${MAX_LINE_BYTES} bytes`);
    }
    if (length > this.held.length) {
      const larger = new Uint8Array(Math.max(length, this.held.length * 2));
      larger.set(this.held.subarray(0, this.heldBytes));
      this.held = larger;
    }
    this.held.set(chunk.subarray(start, end), this.heldBytes);
    this.heldBytes = length;
  }
}
