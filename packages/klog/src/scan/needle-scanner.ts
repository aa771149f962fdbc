import { NEEDLE_BYTES, NEEDLES } from './needles.js';
import { placeOf, ScanMemory, STRIDE } from './scan-memory.js';

interface Candidate { readonly needle: string; readonly offset: number; readonly word: number }

/**
 * Finds the first of many needles of one length by sampling: every `STRIDE` bytes it looks at four, and only where those
 * and eight beside them stand in some needle it compares the whole. Unlike searches that skip by what they have just
 * read, the looks don't wait for one another.
 */
export class NeedleScanner {
  readonly #memory: ScanMemory;
  readonly #candidates = new Map<number, Candidate[]>();
  #probes = 0;

  constructor(memory: ScanMemory, needles: readonly string[] = NEEDLES) {
    this.#memory = memory;
    for (const needle of needles) {
      for (let offset = 0; offset < 4; offset++) memory.mark([wordAt(needle, offset), wordAt(needle, offset + 4), wordAt(needle, offset + 8)]);
      for (let offset = 0; offset < STRIDE; offset++) {
        const word = wordAt(needle, offset);
        const place = placeOf(word);
        this.#candidates.set(place, [...(this.#candidates.get(place) ?? []), { needle, offset, word }]);
      }
    }
  }

  /** Words looked at so far: what the cost is proportional to. */
  get probes(): number {
    return this.#probes;
  }

  /** The first needle that lies within `[from, to)` of the window; null when there is none. */
  find(from: number, to: number): { readonly at: number; readonly needle: string } | null {
    const { window } = this.#memory;
    const start = from & ~3, stop = to - 3;
    let at = start;
    for (;;) {
      const next = this.#memory.sample(at, stop);
      this.#probes += (next - at) / STRIDE + 1;
      if (next >= stop) return null;
      const word = (window[next] ?? 0) | ((window[next + 1] ?? 0) << 8) | ((window[next + 2] ?? 0) << 16) | ((window[next + 3] ?? 0) << 24);
      for (const candidate of this.#candidates.get(placeOf(word)) ?? []) {
        const begin = next - candidate.offset;
        if (candidate.word === word && begin >= from && begin + NEEDLE_BYTES <= to && isAt(window, begin, candidate.needle)) return { at: begin, needle: candidate.needle };
      }
      at = next + STRIDE;
    }
  }
}

function wordAt(text: string, offset: number): number {
  return text.charCodeAt(offset) | (text.charCodeAt(offset + 1) << 8) | (text.charCodeAt(offset + 2) << 16) | (text.charCodeAt(offset + 3) << 24);
}

function isAt(bytes: Uint8Array, start: number, needle: string): boolean {
  for (let at = 0; at < NEEDLE_BYTES; at++) if (bytes[start + at] !== needle.charCodeAt(at)) return false;
  return true;
}
