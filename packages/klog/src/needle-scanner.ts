import { NEEDLE_BYTES, NEEDLES } from './needles.js';

const TABLE_BITS = 15;
const TABLE_MASK = (1 << TABLE_BITS) - 1;

/**
 * Finds the first of many needles of one length by skipping: after S. Wu and U. Manber, "A fast algorithm for
 * multi-pattern searching" (1994). Looks at three bytes and skips what no needle can begin in.
 */
export class NeedleScanner {
  readonly #shift = new Uint8Array(1 << TABLE_BITS).fill(NEEDLE_BYTES - 2);
  readonly #byLast = new Map<number, string[]>();
  /** Positions looked at so far: what the cost is proportional to. */
  probes = 0;

  constructor(needles: readonly string[] = NEEDLES) {
    for (const needle of needles) {
      for (let at = 2; at < NEEDLE_BYTES; at++) {
        const key = hash(needle.charCodeAt(at - 2), needle.charCodeAt(at - 1), needle.charCodeAt(at));
        this.#shift[key] = Math.min(this.#shift[key] ?? 0, NEEDLE_BYTES - 1 - at);
      }
      const last = needle.charCodeAt(NEEDLE_BYTES - 1);
      this.#byLast.set(last, [...(this.#byLast.get(last) ?? []), needle]);
    }
  }

  /** Position of the first byte of the first needle that lies within `[from, to)`; -1 when there is none. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const shift = this.#shift;
    let at = from + NEEDLE_BYTES - 1, probes = 0;
    while (at < to) {
      probes++;
      // eslint-disable-next-line @typescript-eslint/no-non-null-assertion -- at lies in [from + 14, to), checked by the loop
      const skip = shift[((bytes[at - 2]! << 10) ^ (bytes[at - 1]! << 5) ^ bytes[at]!) & TABLE_MASK]!;
      if (skip !== 0) {
        at += skip;
        continue;
      }
      if (this.#matches(bytes, at - NEEDLE_BYTES + 1)) {
        this.probes += probes;
        return at - NEEDLE_BYTES + 1;
      }
      at++;
    }
    this.probes += probes;
    return -1;
  }

  /** The needle that begins at a position that `find` returned; '' when none does. */
  needleAt(bytes: Uint8Array, start: number): string {
    for (const needle of this.#byLast.get(bytes[start + NEEDLE_BYTES - 1] ?? -1) ?? []) if (isAt(bytes, start, needle)) return needle;
    return '';
  }

  #matches(bytes: Uint8Array, start: number): boolean {
    return this.needleAt(bytes, start) !== '';
  }
}

function hash(a: number, b: number, c: number): number {
  return ((a << 10) ^ (b << 5) ^ c) & TABLE_MASK;
}

function isAt(bytes: Uint8Array, start: number, needle: string): boolean {
  for (let at = 0; at < needle.length; at++) if (bytes[start + at] !== needle.charCodeAt(at)) return false;
  return true;
}
