import { say, type Io } from '../io.js';

/** Lines told one by one: a file of another kind has nothing but such lines. */
const MOST_TOLD = 100;

/** Lines of the input that could not be used: the first are told with their numbers, all are counted at the end. */
export class SkippedLines {
  private readonly io: Io;
  private count = 0;

  constructor(io: Io) {
    this.io = io;
  }

  /** @param file - null for standard input. @param line - Counted from 1. */
  add(file: string | null, line: number, reason: string): void {
    this.addAll(file, { count: 1, first: [{ line, reason }] });
  }

  /** Those of a whole file, of which its reader remembers the first. */
  addAll(file: string | null, { count, first }: { readonly count: number; readonly first: readonly { readonly line: number; readonly reason: string }[] }): void {
    for (const { line, reason } of first.slice(0, Math.max(0, MOST_TOLD - this.count))) {
      say(this.io, `nopage: ${file ?? 'standard input'}: line ${line} skipped: ${reason}`);
    }
    this.count += count;
  }

  sumUp(): void {
    if (this.count > 0) say(this.io, `nopage: ${this.count} ${this.count === 1 ? 'line' : 'lines'} skipped in all`);
  }
}
