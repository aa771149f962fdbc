import type { AllocatorTrace } from '@nopage/mm';
import { EVENT_WIDTH, OperationKind, type Operation } from './operation.js';

const Z = 0x7a;
const D = 0x64;
const X = 0x78;
const RECLAIM = 0x72;
const RECLAIM_END = 0x52;
const COMPACT = 0x63;

/**
 * Holds the allocator's events against those of the recorded operation, as they happen: blocks taken (`z`), given back
 * (`d`) and borrowed (`x`), rounds of reclaim (`r(`, `r)`) and compaction (`c(`), and whether the page was
 * marked `pfmemalloc`: of a bulk request's pages no recording says.
 */
export class EventChecker implements AllocatorTrace {
  private operation: Operation | null = null;
  private at = 0;
  private beyondMarks = false;
  private difference: { expected: string; got: string } | null = null;

  begin(operation: Operation): void {
    this.operation = operation;
    this.at = 0;
    this.beyondMarks = false;
    this.difference = null;
  }

  /** The first event that was another, or null; called when the operation is done. */
  end(): { expected: string; got: string } | null {
    if (this.difference !== null) return this.difference;
    const { operation } = this;
    const expected = this.skip() ? this.recordedText() : null;
    this.operation = null;
    if (expected !== null) return { expected, got: 'no event' };
    if (operation === null || operation.kind === OperationKind.BULK || operation.pfmemalloc === this.beyondMarks) return null;
    return operation.pfmemalloc ? { expected: 'pfmemalloc', got: 'an ordinary page' } : { expected: 'an ordinary page', got: 'pfmemalloc' };
  }

  zoneLocked(pfn: number, order: number, migratetype: number, refill: boolean): void {
    this.take(Z, pfn, order, migratetype, refill ? 1 : 0, 0, 0);
  }

  pcpuDrain(pfn: number, order: number, migratetype: number): void {
    this.take(D, pfn, order, migratetype, 0, 0, 0);
  }

  extfrag(pfn: number, order: number, fallbackOrder: number, migratetype: number, fallbackType: number, ownership: boolean): void {
    this.take(X, pfn, order, fallbackOrder, migratetype, fallbackType, ownership ? 1 : 0);
  }

  reclaimBegin(order: number, gfp: number): void {
    this.take(RECLAIM, order, gfp, 0, 0, 0, 0);
  }

  reclaimEnd(pages: number): void {
    this.take(RECLAIM_END, pages, 0, 0, 0, 0, 0);
  }

  servedBeyondMarks(): void {
    this.beyondMarks = true;
  }

  compact(order: number, gfp: number, priority: number): void {
    this.take(COMPACT, order, gfp, priority, 0, 0, 0);
  }

  private take(letter: number, a: number, b: number, c: number, d: number, e: number, f: number): void {
    const { operation } = this;
    if (operation === null || this.difference !== null) return;
    const found = this.skip();
    const { events } = operation;
    const at = this.at * EVENT_WIDTH;
    if (found && events[at] === letter && events[at + 1] === a && events[at + 2] === b && events[at + 3] === c
      && events[at + 4] === d && events[at + 5] === e && events[at + 6] === f) {
      this.at++;
      return;
    }
    this.difference = { expected: found ? this.recordedText() : 'no event', got: eventText(letter, [a, b, c, d, e, f]) };
  }

  /** Moves to the next recorded event of a kind that is compared; false at the end. */
  private skip(): boolean {
    const { operation } = this;
    if (operation === null) return false;
    const { events, eventCount } = operation;
    for (; this.at < eventCount; this.at++) {
      const letter = events[this.at * EVENT_WIDTH]!;
      if (letter === Z || letter === D || letter === X || letter === RECLAIM || letter === RECLAIM_END || letter === COMPACT) return true;
    }
    return false;
  }

  private recordedText(): string {
    const { events } = this.operation!;
    const at = this.at * EVENT_WIDTH;
    return eventText(events[at]!, Array.from(events.subarray(at + 1, at + EVENT_WIDTH)));
  }
}

/** An event as recordings write it. */
function eventText(letter: number, [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: readonly number[]): string {
  switch (letter) {
    case Z: return `z${a.toString(16)}:${b}:${c}:${d}`;
    case D: return `d${a.toString(16)}:${b}:${c}`;
    case X: return `x${a.toString(16)}:${b}:${c}:${d}:${e}:${f}`;
    case RECLAIM: return `r(${a}:${b.toString(16)}`;
    case RECLAIM_END: return `r)${a}`;
    default: return `c(${a}:${b.toString(16)}:${c}`;
  }
}
