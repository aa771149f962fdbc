import { asOptions, wholeInRange } from './checked.js';
import type { Line } from './line.js';
import type { Reportable } from './reportable.js';
import type { Sink } from './sink.js';

/** The latest lines, for a page, a crash dump or a test. */
export interface RingBuffer<E extends Reportable> extends Sink<E> {
  /** What is kept, oldest first. */
  lines(): readonly Line<E>[];
  /** Lines that had to make room, and the events that they covered. */
  readonly overwritten: { readonly lines: number; readonly events: number };
}

export interface RingBufferOptions {
  /** Lines kept, 1 to 2^20. @defaultValue 256 */
  readonly capacity?: number;
  /**
   * A full buffer refuses lines instead of overwriting the oldest, so that the events stay held until it is read with
   * `drain`. @defaultValue false
   */
  readonly refuseWhenFull?: boolean;
}

/** Keeps the latest lines. Lines that are overwritten were told; how many, and of how many events, is counted. */
export function ringBuffer<E extends Reportable>(options: RingBufferOptions = {}): RingBuffer<E> & { drain(): readonly Line<E>[] } {
  const capacity = wholeInRange('capacity', asOptions(options).capacity ?? 256, 1, 2 ** 20);
  let kept: Line<E>[] = [];
  let oldest = 0;
  const overwritten = { lines: 0, events: 0 };
  const lines = (): readonly Line<E>[] => [...kept.slice(oldest), ...kept.slice(0, oldest)];
  return {
    overwritten,
    lines,
    drain() {
      const all = lines();
      kept = [];
      oldest = 0;
      return all;
    },
    write(line) {
      if (kept.length < capacity) {
        kept.push(line);
        return true;
      }
      if (options.refuseWhenFull === true) return false;
      overwritten.lines++;
      overwritten.events += kept[oldest]?.covers ?? 0;
      kept[oldest] = line;
      oldest = (oldest + 1) % capacity;
      return true;
    },
  };
}
