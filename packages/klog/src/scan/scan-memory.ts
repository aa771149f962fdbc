import { NEEDLE_BYTES } from './needles.js';

interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Exports };
}

interface Exports {
  readonly m: { readonly buffer: ArrayBuffer };
  /** First sampled word within `[from, to)` that the table knows; `to` or more when there is none. */
  readonly f: (from: number, to: number) => number;
  /** Newlines within `[from, to)`, a multiple of 16 bytes. */
  readonly n: (from: number, to: number) => number;
}

/** Words are sampled this far apart: a needle of 15 bytes holds a sampled word of 4 bytes wherever it begins. */
export const STRIDE: number = NEEDLE_BYTES - 3;
const NEWLINE = 10;
const TABLE_BYTES = 1 << 14;
const PAGE = 65_536;
/** A look at a word takes in the ones beside it: so many bytes behind the window are never written. */
const BESIDE = 16;
const WINDOW_BYTES = 3 * PAGE - BESIDE;

/**
 * The two inner loops as WebAssembly, assembled by hand: JavaScript has neither SIMD nor loads without a check. Memory:
 * 16 KB of table, then, from the second page on, the window.
 */
const MODULE: readonly number[] = [
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
  // type 0: (i32, i32) -> i32; functions f and n have it
  0x01, 0x07, 0x01, 0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f,
  0x03, 0x03, 0x02, 0x00, 0x00,
  // 4 pages
  0x05, 0x03, 0x01, 0x00, 0x04,
  // exports "m", "f", "n"
  0x07, 0x0d, 0x03, 0x01, 0x6d, 0x02, 0x00, 0x01, 0x66, 0x00, 0x00, 0x01, 0x6e, 0x00, 0x01,
  0x0a, 0xe2, 0x01, 0x02,
  // f: locals for the bits of a word, of the one behind it and of the one before; block, loop: leave when from >= to
  0xae, 0x01, 0x01, 0x03, 0x7f, 0x02, 0x40, 0x03, 0x40, 0x20, 0x00, 0x20, 0x01, 0x4f, 0x0d, 0x01,
  // bits = table[(i32.load(from) * HASH) >>> 18]; if any
  0x20, 0x00, 0x28, 0x00, 0x00, 0x41, 0xb1, 0xf3, 0xdd, 0xf1, 0x79, 0x6c, 0x41, 0x12, 0x76, 0x2d, 0x00, 0x00, 0x22, 0x02, 0x04, 0x40,
  // leave when bits & (behind = table[of the word behind] >>> 1) & (table[of the one behind that] >>> 2) & 1
  0x20, 0x00, 0x28, 0x00, 0x04, 0x41, 0xb1, 0xf3, 0xdd, 0xf1, 0x79, 0x6c, 0x41, 0x12, 0x76, 0x2d, 0x00, 0x00, 0x22, 0x03, 0x41, 0x01, 0x76, 0x20, 0x02, 0x71,
  0x20, 0x00, 0x28, 0x00, 0x08, 0x41, 0xb1, 0xf3, 0xdd, 0xf1, 0x79, 0x6c, 0x41, 0x12, 0x76, 0x2d, 0x00, 0x00, 0x41, 0x02, 0x76, 0x71,
  // or (bits >>> 1) & (before = table[of the word before]) & (behind >>> 2) & 1
  0x20, 0x02, 0x41, 0x01, 0x76, 0x20, 0x00, 0x41, 0x04, 0x6b, 0x28, 0x00, 0x00, 0x41, 0xb1, 0xf3, 0xdd, 0xf1, 0x79, 0x6c, 0x41, 0x12, 0x76, 0x2d, 0x00, 0x00, 0x22, 0x04, 0x71,
  0x20, 0x03, 0x41, 0x02, 0x76, 0x71, 0x72,
  // or (bits >>> 2) & (before >>> 1) & table[of the one before that] & 1
  0x20, 0x02, 0x41, 0x02, 0x76, 0x20, 0x04, 0x41, 0x01, 0x76, 0x71,
  0x20, 0x00, 0x41, 0x08, 0x6b, 0x28, 0x00, 0x00, 0x41, 0xb1, 0xf3, 0xdd, 0xf1, 0x79, 0x6c, 0x41, 0x12, 0x76, 0x2d, 0x00, 0x00, 0x71, 0x72, 0x41, 0x01, 0x71, 0x0d, 0x02, 0x0b,
  // from += 12, again; at the end give from
  0x20, 0x00, 0x41, 0x0c, 0x6a, 0x21, 0x00, 0x0c, 0x00, 0x0b, 0x0b, 0x20, 0x00, 0x0b,
  // n: a local i32 for the count
  0x30, 0x01, 0x01, 0x7f, 0x02, 0x40, 0x03, 0x40, 0x20, 0x00, 0x20, 0x01, 0x4f, 0x0d, 0x01,
  // count += popcnt(bitmask(v128.load(from) == splat(10)))
  0x20, 0x02, 0x20, 0x00, 0xfd, 0x00, 0x00, 0x00, 0x41, 0x0a, 0xfd, 0x0f, 0xfd, 0x23, 0xfd, 0x64, 0x69, 0x6a, 0x21, 0x02,
  0x20, 0x00, 0x41, 0x10, 0x6a, 0x21, 0x00, 0x0c, 0x00, 0x0b, 0x0b, 0x20, 0x02, 0x0b,
];

/** Place of a word (four bytes, little-endian) in the table: its product with 2^32 over the golden ratio, cut to 14 bits. */
export function placeOf(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> 18;
}

function instantiate(): Exports | null {
  const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly?: Wasm };
  if (wasm === undefined) return null;
  try {
    return new wasm.Instance(new wasm.Module(Uint8Array.from(MODULE))).exports;
  } catch {
    // No SIMD, or a page that forbids compiling: the loops below do the same.
    return null;
  }
}

/** A window of 192 KB, small enough to stay in a core's own cache, and the two searches that every byte of a log goes through, as fast as the platform has them. */
export class ScanMemory {
  readonly window: Uint8Array<ArrayBuffer>;
  readonly #words: Int32Array;
  readonly #table: Uint8Array;
  readonly #fast: Exports | null;

  /** @param fast - False keeps to plain JavaScript; for tests. */
  constructor(fast = true) {
    this.#fast = fast ? instantiate() : null;
    const buffer = this.#fast?.m.buffer ?? new ArrayBuffer(PAGE + WINDOW_BYTES + BESIDE);
    this.window = new Uint8Array(buffer, PAGE, WINDOW_BYTES);
    this.#words = new Int32Array(buffer, PAGE, (WINDOW_BYTES + BESIDE) / 4);
    this.#table = new Uint8Array(buffer, 0, TABLE_BYTES);
  }

  /**
   * Makes `sample` stop at each of three words that follow one another; every word of a needle is one of many logs, its
   * threes are not. A word that stands in several needles passes for any of them.
   */
  mark(words: readonly [number, number, number]): void {
    words.forEach((word, at) => {
      const place = placeOf(word);
      this.#table[place] = (this.#table[place] ?? 0) | (1 << at);
    });
  }

  /** Position of the first word on the grid of `STRIDE` that may be one of a marked three, from `from` (a multiple of 4) on; `to` or more when there is none. */
  sample(from: number, to: number): number {
    if (this.#fast !== null) return this.#fast.f(from + PAGE, to + PAGE) - PAGE;
    for (let at = from; at < to; at += STRIDE) if (this.#bits(at) !== 0 && this.#isInThree(at)) return at;
    return Math.max(from, to);
  }

  #isInThree(at: number): boolean {
    const bits = this.#bits(at), behind = this.#bits(at + 4), before = this.#bits(at - 4);
    return (((bits & (behind >> 1) & (this.#bits(at + 8) >> 2)) | ((bits >> 1) & before & (behind >> 2)) | ((bits >> 2) & (before >> 1) & this.#bits(at - 8))) & 1) !== 0;
  }

  #bits(at: number): number {
    return this.#table[placeOf(this.#words[at >> 2] ?? 0)] ?? 0;
  }

  /** Newlines within `[from, to)`. */
  newlines(from: number, to: number): number {
    const whole = this.#fast === null ? 0 : Math.max(0, to - from) & ~15;
    let count = whole === 0 || this.#fast === null ? 0 : this.#fast.n(from + PAGE, from + whole + PAGE);
    const rest = this.window.subarray(from + whole, Math.max(to, from + whole));
    for (let at = rest.indexOf(NEWLINE); at !== -1; at = rest.indexOf(NEWLINE, at + 1)) count++;
    return count;
  }
}
