import type { Io } from '../io.js';

const QUIET_MS = 1000;
const REDRAW_MS = 100;

/**
 * A line on stderr that says how far long work has come: only on a terminal, and only once it has taken a second.
 * `report` is cheap enough to call for every chunk.
 */
export class Progress {
  private readonly io: Io;
  private readonly what: string;
  private readonly begin: number;
  private drawnAt = -Infinity;
  private shown = false;

  constructor(io: Io, what: string) {
    this.io = io;
    this.what = what;
    this.begin = io.now();
  }

  /** @param done - Units done so far. @param total - Units in all; null when not known. */
  report(done: number, total: number | null, unit = ''): void {
    const now = this.io.now();
    if (now - this.begin < QUIET_MS || now - this.drawnAt < REDRAW_MS || this.io.stderr.isTTY !== true) return;
    this.drawnAt = now;
    this.shown = true;
    const share = total ? ` ${String(Math.min(100, Math.floor((done * 100) / total))).padStart(3)} %` : ` ${done}${unit}`;
    this.io.stderr.write(`\r${this.what}${share}\u001b[K`);
  }

  /** Wipes the line, so that what follows starts clean. */
  clear(): void {
    if (this.shown) this.io.stderr.write('\r\u001b[K');
    this.shown = false;
    this.drawnAt = -Infinity;
  }
}
