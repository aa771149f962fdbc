import { LogParser } from '@nopage/klog';

/** Nothing of a report for so long, and it will have no more lines. */
const LULL_MS = 2000;

/** Tells of a log that never pauses when there has been no report in it for a while. */
export class Lull {
  /** Reads the log a second time, from one look to the next. */
  private readonly parser = new LogParser();
  private since: number | null = null;
  private found = 0;
  private skipped = 0;

  /** Takes what has arrived; true when it ends a while without a report. `now` is in milliseconds. */
  take(bytes: Uint8Array, now: number): boolean {
    this.found += this.parser.push(bytes).length;
    this.since ??= now;
    if (now - this.since < LULL_MS) return false;
    const { count } = this.parser.skipped;
    const calm = this.found + this.parser.flush().length === 0 && count === this.skipped;
    this.found = 0;
    this.skipped = count;
    this.since = now;
    return calm;
  }
}
