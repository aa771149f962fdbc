import { labelText, OTHER } from './label-text.js';
import type { VoteSource } from './sources.js';

/** A vote as a reporter gives it back. */
export interface CountedVote {
  readonly verdict: string;
  readonly code: string;
}

/** Votes of one verdict and reason. */
export interface VoteSeries {
  readonly verdict: string;
  readonly reason: string;
  readonly count: number;
}

export interface VoteCounterOptions {
  /** Counts to go on from, as `series()` gave them: they only ever rise, also over a restart. */
  readonly from?: Iterable<VoteSeries>;
}

const MAX_REASONS = 64;

/** Counts votes by verdict and reason code; reasons beyond 64 fold into `(other)`. */
export class VoteCounter implements VoteSource {
  readonly #counts = new Map<string, { readonly verdict: string; readonly reason: string; count: number }>();

  constructor({ from = [] }: VoteCounterOptions = {}) {
    for (const { verdict, reason, count } of from) this.#cell(verdict, reason).count += count;
  }

  record({ verdict, code }: CountedVote): void {
    this.#cell(verdict, code).count++;
  }

  series(): IterableIterator<VoteSeries> {
    return this.#counts.values();
  }

  #cell(rawVerdict: string, rawReason: string): { count: number } {
    // By the labels: two series of the same ones would cost a scraper the whole page.
    const verdict = labelText(rawVerdict, 20);
    const reason = labelText(rawReason, 40);
    const key = `${verdict} ${reason}`;
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    if (this.#counts.size >= MAX_REASONS && reason !== OTHER) return this.#cell(verdict, OTHER);
    const fresh = { verdict, reason, count: 0 };
    this.#counts.set(key, fresh);
    return fresh;
  }
}
