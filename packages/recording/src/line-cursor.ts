import { RecordingError } from './errors.js';

const SPACE = 0x20;
const COLON = 0x3a;

/**
 * A reading position inside one line of bytes. Numbers are read in place, so that an operation costs no string and no
 * object; the same cursor serves every line.
 */
export class LineCursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  line = 0;
  private start = 0;

  /** Moves to the line `bytes[start, end)`, number `line`. */
  set(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.bytes = bytes;
    this.start = this.at = start;
    this.end = end;
    this.line = line;
  }

  /** The byte here, or -1 at the end of the line. */
  peek(): number {
    return this.at < this.end ? this.bytes[this.at]! : -1;
  }

  skipSpaces(): void {
    while (this.at < this.end && this.bytes[this.at] === SPACE) this.at++;
  }

  /** Moves to the next field, which a space keeps apart from the one before; false at the end of the line. */
  nextField(): boolean {
    if (this.at < this.end) this.expect(SPACE);
    this.skipSpaces();
    return this.at < this.end;
  }

  /** Nothing but spaces may follow. */
  expectEnd(): void {
    if (this.nextField()) this.fail('the end of the line expected');
  }

  /** Takes one given byte; anything else is a corrupt line. */
  expect(byte: number): void {
    if (this.peek() !== byte) this.fail(`'${String.fromCharCode(byte)}' expected`);
    this.at++;
  }

  /** Takes the byte if it is the next one. */
  accept(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  /** A hexadecimal number below 2^31, without prefix, as frames and flag words are written. */
  hex(): number {
    const from = this.at;
    let value = 0;
    while (this.at < this.end) {
      const byte = this.bytes[this.at]!;
      let digit: number;
      if (byte >= 0x30 && byte <= 0x39) digit = byte - 0x30;
      else if (byte >= 0x61 && byte <= 0x66) digit = byte - 0x57;
      else break;
      value = value * 16 + digit;
      this.at++;
    }
    if (this.at === from || value > 0x7fff_ffff) this.fail('a hexadecimal number below 80000000 expected');
    return value;
  }

  /** A decimal number, signed, that a double holds exactly. */
  decimal(): number {
    const negative = this.accept(0x2d);
    const from = this.at;
    let value = 0;
    while (this.at < this.end) {
      const digit = this.bytes[this.at]! - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      this.at++;
    }
    if (this.at === from || value > Number.MAX_SAFE_INTEGER) this.fail('a decimal number expected');
    return negative ? -value : value;
  }

  /** Text up to the next space, or to the end of the line. */
  word(): string {
    const from = this.at;
    while (this.at < this.end && this.bytes[this.at] !== SPACE) this.at++;
    return this.text(from, this.at);
  }

  skipWord(): void {
    while (this.at < this.end && this.bytes[this.at] !== SPACE) this.at++;
  }

  /** The rest of the line. */
  rest(): string {
    return this.text(this.at, this.end);
  }

  /** `name=` here, taken when it is. */
  acceptName(name: string): boolean {
    const length = name.length;
    if (this.at + length > this.end) return false;
    for (let i = 0; i < length; i++) if (this.bytes[this.at + i] !== name.charCodeAt(i)) return false;
    this.at += length;
    return true;
  }

  /** `N : pfn pfn ...`: a list that says its own length. */
  frames(): Int32Array {
    const count = this.decimal();
    this.skipSpaces();
    this.expect(COLON);
    if (count < 0 || count > this.end - this.at) this.fail(`a list of ${count} frames on a shorter line`);
    const frames = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      this.skipSpaces();
      frames[i] = this.hex();
    }
    this.skipSpaces();
    if (this.at !== this.end) this.fail(`more than the ${count} frames that the list announces`);
    return frames;
  }

  fail(reason: string): never {
    const from = Math.max(this.at - 20, this.start);
    const near = this.text(from, Math.min(this.end, this.at + 20));
    throw new RecordingError('CORRUPT', this.line, `${reason} near ${JSON.stringify(near)}`);
  }

  private text(from: number, to: number): string {
    let text = '';
    for (let i = from; i < to; i += 4096) {
      text += String.fromCharCode(...this.bytes.subarray(i, Math.min(i + 4096, to)));
    }
    return text;
  }
}
