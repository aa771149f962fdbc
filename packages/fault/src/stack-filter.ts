import type { FaultAttributes } from './attributes.js';
import { codeRegion, type Region } from './region.js';
import type { StackEntry } from './stack.js';

/**
 * Lets a request fail only if its stack touches the required region and none of the rejected one. Depth 0 looks at no
 * frame: with a required region nothing passes, with only a rejected one everything does.
 */
// lib/fault-inject.c, fail_stacktrace(), v6.12
export class StackFilter {
  readonly #require: Region | null;
  readonly #reject: Region | null;
  readonly #depth: number;
  readonly #shown: { readonly require: string; readonly reject: string };
  #looked = 0;
  #required = 0;
  #rejected = 0;

  /** @throws {FaultError} `BAD_REGION`. */
  constructor(attributes: FaultAttributes) {
    const { requireStart, requireEnd, rejectStart, rejectEnd } = attributes;
    this.#require = codeRegion('require', requireStart, requireEnd);
    this.#reject = codeRegion('reject', rejectStart, rejectEnd);
    this.#depth = attributes.stacktraceDepth;
    this.#shown = { require: shown(requireStart, requireEnd), reject: shown(rejectStart, rejectEnd) };
  }

  /** @param stack - Innermost frame first; only asked for when a region is set. */
  passes(stack: () => readonly StackEntry[]): boolean {
    const require = this.#require;
    const reject = this.#reject;
    let found = require === null;
    if (this.#depth === 0 || (found && reject === null)) return found;
    this.#looked++;
    const frames = stack();
    for (let i = 0; i < frames.length && i < this.#depth; i++) {
      const frame = frames[i];
      if (frame === undefined) break;
      if (reject?.(frame) === true) {
        this.#rejected++;
        return false;
      }
      if (!found && require?.(frame) === true) {
        this.#required++;
        found = true;
      }
    }
    return found;
  }

  /** What no stack has touched, in words. */
  unmatched(): string[] {
    const { require, reject } = this.#shown;
    const where = this.#looked === 0 ? 'was not looked for: every request was spared before its stack' : `is on none of the ${this.#looked} stacks looked at`;
    const lines: string[] = [];
    if (this.#require && this.#required === 0) lines.push(`requireStart ${require} ${where}`);
    if (this.#reject && this.#rejected === 0) lines.push(`rejectStart ${reject} ${where}`);
    return lines;
  }
}

function shown(start: string | null, end: string | null): string {
  return end === null ? String(start) : `${String(start)} to ${end}`;
}
