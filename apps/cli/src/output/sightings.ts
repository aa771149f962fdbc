import { failureKey, failuresIn, RunningClock } from '@nopage/explain';
import type { FailureEvent } from '@nopage/gfp';

/** Kinds of failure with counts of their own; the rest share one count, so that memory stays flat. */
const MAX_KEYS = 4096;

interface Seen {
  seen: number;
  first: number | null;
  last: number | null;
}

/** How often each kind of failure (what, where, how large) was seen so far. */
export class Sightings {
  private readonly byKey = new Map<string, Seen>();
  private readonly clock = new RunningClock();

  /** Counts an event; tells the count of its kind, this one included. */
  add(event: FailureEvent): { readonly seen: number; readonly spanMs: number } {
    const key = failureKey(event);
    let row = this.byKey.get(key);
    if (row === undefined) {
      row = this.byKey.size < MAX_KEYS ? { seen: 0, first: null, last: null } : (this.byKey.get('') ?? { seen: 0, first: null, last: null });
      this.byKey.set(this.byKey.size < MAX_KEYS ? key : '', row);
    }
    row.seen += failuresIn(event);
    if (event.at !== null) {
      const moment = this.clock.of(event.at);
      row.first = Math.min(row.first ?? moment, moment);
      row.last = Math.max(row.last ?? moment, moment);
    }
    return { seen: row.seen, spanMs: row.first === null || row.last === null ? 0 : row.last - row.first };
  }
}
