import { say, type Io } from '../io.js';

/** Lines told one by one, as many as `explain` tells; a file of another kind has nothing but such lines. */
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
    this.count += 1;
    if (this.count <= MOST_TOLD) say(this.io, `nopage: ${file ?? 'standard input'}: line ${line} skipped: ${reason}`);
  }

  sumUp(): void {
    if (this.count > 0) say(this.io, `nopage: ${this.count} ${this.count === 1 ? 'line' : 'lines'} skipped in all`);
  }
}
