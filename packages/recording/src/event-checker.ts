import type { AllocatorTrace } from '@nopage/mm';
import { EVENT_WIDTH, EventKind, OperationKind, type Operation } from './operation.js';

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
    this.take(EventKind.TAKEN, pfn, order, migratetype, refill ? 1 : 0, 0, 0);
  }

  pcpuDrain(pfn: number, order: number, migratetype: number): void {
    this.take(EventKind.DRAINED, pfn, order, migratetype, 0, 0, 0);
  }

  extfrag(pfn: number, order: number, fallbackOrder: number, migratetype: number, fallbackType: number, ownership: boolean): void {
    this.take(EventKind.BORROWED, pfn, order, fallbackOrder, migratetype, fallbackType, ownership ? 1 : 0);
  }

  reclaimBegin(order: number, gfp: number): void {
    this.take(EventKind.RECLAIM, order, gfp, 0, 0, 0, 0);
  }

  reclaimEnd(pages: number): void {
    this.take(EventKind.RECLAIM_END, pages, 0, 0, 0, 0, 0);
  }

  servedBeyondMarks(): void {
    this.beyondMarks = true;
  }

  compact(order: number, gfp: number, priority: number): void {
    this.take(EventKind.COMPACT, order, gfp, priority, 0, 0, 0);
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
      if (isCompared(letter)) return true;
    }
    return false;
  }

  private recordedText(): string {
    const { events } = this.operation!;
    const at = this.at * EVENT_WIDTH;
    return eventText(events[at]!, Array.from(events.subarray(at + 1, at + EVENT_WIDTH)));
  }
}

/** What the allocator tells of, too. */
const isCompared = (letter: number): boolean =>
  letter === EventKind.TAKEN || letter === EventKind.DRAINED || letter === EventKind.BORROWED
  || letter === EventKind.RECLAIM || letter === EventKind.RECLAIM_END || letter === EventKind.COMPACT;

/** An event as recordings write it. */
function eventText(letter: number, [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: readonly number[]): string {
  switch (letter) {
    case EventKind.TAKEN: return `z${a.toString(16)}:${b}:${c}:${d}`;
    case EventKind.DRAINED: return `d${a.toString(16)}:${b}:${c}`;
    case EventKind.BORROWED: return `x${a.toString(16)}:${b}:${c}:${d}:${e}:${f}`;
    case EventKind.RECLAIM: return `r(${a}:${b.toString(16)}`;
    case EventKind.RECLAIM_END: return `r)${a}`;
    default: return `c(${a}:${b.toString(16)}:${c}`;
  }
}
