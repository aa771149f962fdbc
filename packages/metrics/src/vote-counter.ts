import { labelText, OTHER } from './label-text.js';
import type { VoteSource } from './sources.js';

/** A vote as a reporter gives it back. */
export interface CountedVote {
  readonly verdict: string;
  readonly code: string;
}

const MAX_REASONS = 64;

/** Counts votes by verdict and reason code; reasons beyond 64 fold into `(other)`. */
export class VoteCounter implements VoteSource {
  readonly #counts = new Map<string, { readonly verdict: string; readonly reason: string; count: number }>();

  record({ verdict, code }: CountedVote): void {
    const key = `${verdict} ${code}`;
    let cell = this.#counts.get(key);
    if (cell === undefined) {
      const full = this.#counts.size >= MAX_REASONS;
      if (full && code !== OTHER) {
        this.record({ verdict, code: OTHER });
        return;
      }
      cell = { verdict: labelText(verdict, 20), reason: labelText(code, 40), count: 0 };
      this.#counts.set(key, cell);
    }
    cell.count++;
  }

  series(): IterableIterator<{ readonly verdict: string; readonly reason: string; readonly count: number }> {
    return this.#counts.values();
  }
}
