import { textOf } from '../platform.js';
import { NeedleScanner } from './needle-scanner.js';
import { DEEP_NEEDLES, NEEDLE_BYTES } from './needles.js';
import { ScanMemory } from './scan-memory.js';

/** Takes the lines around a report; says whether the line was of use, null for one that holds no text of its own. */
export interface LineSink {
  /** @param announces - Asks whether a word of the line may announce a report. */
  line(text: string, number: number, announces: () => boolean): boolean | null;
  /** A line longer than `MAX_LINE_BYTES` comes in pieces; told once a line. */
  long(number: number): void;
}

const NEWLINE = 10;
const RETURN = 13;
/** A line is decoded in pieces of at most this many bytes. */
const MAX_LINE_BYTES = 65_536;
/** So much room is made for the next read. */
const READ_BYTES = 65_536;
/** Inside a report so much: its events are handed on before many more are made, and memory stays young. */
const READ_BYTES_IN_REPORT = 8192;
/** Systems copy what is read several times as fast to where a cache line begins. */
const CACHE_LINE_BYTES = 64;
const LOOK_BACK_BYTES = 4096;
const LOOK_BACK_LINES = 3;
const DEEP_LOOK_BACK_LINES = 40;
const IDLE_LINES = 12;
/** A blank line with the newline before it, and perhaps a return or the sign of a quote. */
const LONGEST_BLANK = 3;

/**
 * A window that slides over a log: skips from needle to needle, and hands out line by line what lies around one. Holds
 * 192 KB; every byte is looked at a bounded number of times, whatever the log is made of.
 */
export class LogWindow {
  readonly #sink: LineSink;
  readonly #memory = new ScanMemory();
  readonly #scanner = new NeedleScanner(this.#memory);
  readonly #buffer = this.#memory.window;
  #end = 0;
  /** Everything before has been handed out as lines or given up. */
  #read = 0;
  #scanned = 0;
  /** Newlines before this position are in `#line`. */
  #counted = 0;
  #line = 1;
  #reading = false;
  #idle = 0;
  #inLongLine = false;
  #lookBackLines = LOOK_BACK_LINES;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** Number of the line that the window has come to. */
  get line(): number {
    return this.#line;
  }

  /** The lines of a report stand before the one that announces it. */
  lookFarBack(): void {
    this.#lookBackLines = DEEP_LOOK_BACK_LINES;
  }

  /** Positions that the search has looked at: the measure of its work. */
  get probes(): number {
    return this.#scanner.probes;
  }

  /** Free space to write a log's next bytes into, for a reader that wants to spare the copy; then call `wrote`. */
  room(): Uint8Array {
    if (this.#end % CACHE_LINE_BYTES !== 0) this.#slide();
    return this.#reading ? this.#room().subarray(0, READ_BYTES_IN_REPORT) : this.#room();
  }

  /** The first `bytes` bytes of what `room` returned hold the log's next bytes. */
  wrote(bytes: number): void {
    this.#end += bytes;
    // Whoever looks for the end of a line stops here at the latest.
    this.#buffer[this.#end] = NEWLINE;
    this.#work(false);
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      const room = this.#room();
      const part = chunk.subarray(at, at + room.length);
      room.set(part);
      this.wrote(part.length);
      at += part.length;
    }
  }

  /** The log is at its end: a last line without a newline counts. */
  end(): void {
    this.#work(true);
  }

  #room(): Uint8Array {
    if (this.#buffer.length - this.#end < READ_BYTES) this.#slide();
    return this.#buffer.subarray(this.#end, this.#end + READ_BYTES);
  }

  /** Moves what is still needed to the front, so that its end lies at the beginning of a cache line. */
  #slide(): void {
    const keep = this.#keepFrom();
    const front = -(this.#end - keep) & (CACHE_LINE_BYTES - 1);
    this.#countTo(keep);
    this.#buffer.copyWithin(front, keep, this.#end);
    const by = keep - front;
    this.#end -= by;
    this.#read = Math.max(front, this.#read - by);
    this.#scanned -= by;
    this.#counted -= by;
  }

  #keepFrom(): number {
    return this.#reading ? this.#read : Math.max(this.#read, this.#scanned - LOOK_BACK_BYTES);
  }

  #countTo(position: number): void {
    if (position <= this.#counted) return;
    this.#line += this.#memory.newlines(this.#counted, position);
    this.#counted = position;
  }

  #work(last: boolean): void {
    for (;;) {
      if (this.#reading) {
        if (!this.#readLine(last)) return;
      } else if (!this.#seek()) {
        return;
      }
    }
  }

  #seek(): boolean {
    const found = this.#scanner.find(this.#scanned, this.#end);
    if (found === null) {
      this.#scanned = Math.max(this.#scanned, this.#end - NEEDLE_BYTES + 1);
      return false;
    }
    this.#read = this.#lineStart(found.at, DEEP_NEEDLES.has(found.needle) ? DEEP_LOOK_BACK_LINES : this.#lookBackLines);
    this.#countTo(this.#read);
    this.#inLongLine = false;
    this.#reading = true;
    this.#idle = 0;
    this.#scanned = found.at + 1;
    return true;
  }

  /** Start of the line that lies `lines` lines before the one of `position`, blank ones not counted, within what may be looked back at. */
  #lineStart(position: number, lines: number): number {
    const floor = Math.max(this.#read, position - LOOK_BACK_BYTES);
    let start = position;
    for (let back = 0; back <= lines;) {
      const newline = this.#buffer.subarray(floor, start).lastIndexOf(NEWLINE);
      if (newline === -1) return back === 0 || floor === this.#read ? floor : start + 1;
      if (start - floor - newline > LONGEST_BLANK) back++;
      start = floor + newline;
    }
    return start + 1;
  }

  /** @returns false when more bytes are needed. */
  #readLine(last: boolean): boolean {
    const most = Math.min(this.#end, this.#read + MAX_LINE_BYTES);
    if (most === this.#read) return false;
    const newline = this.#buffer.indexOf(NEWLINE, this.#read);
    const whole = newline !== -1 && newline < most;
    const isLong = !whole && most === this.#read + MAX_LINE_BYTES;
    if (!whole && !isLong && !last) return false;
    const stop = whole ? newline : most;
    if (isLong && !this.#inLongLine) {
      this.#inLongLine = true;
      this.#sink.long(this.#line);
    }
    const start = this.#read;
    const announces = (): boolean => this.#scanner.find(start, stop) !== null;
    const used = this.#sink.line(textOf(this.#buffer.subarray(start, this.#textEnd(stop))), this.#line, announces);
    if (whole) {
      this.#inLongLine = false;
      this.#line++;
    }
    this.#read = this.#counted = whole ? stop + 1 : stop;
    // What was looked back at comes before the line that announces a report; and of that line the rest may be still to come.
    const mayGoOn = used === true || stop < this.#scanned || announces();
    if (mayGoOn) this.#idle = 0;
    else if (used === false) this.#idle++;
    if (this.#idle > IDLE_LINES || this.#scanned < this.#read) this.#scanned = Math.max(this.#scanned, this.#read);
    if (this.#idle > IDLE_LINES) this.#reading = false;
    return true;
  }

  /** Windows and serial lines end in returns, too. */
  #textEnd(stop: number): number {
    let end = stop;
    while (end > this.#read && this.#buffer[end - 1] === RETURN) end--;
    return end;
  }
}
