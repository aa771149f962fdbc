import { asObject, savedCount } from './checked.js';
import { labelText, OTHER } from './label-text.js';
import type { VoteSeries, VoteSource } from './sources.js';

/** A vote as a reporter gives it back. */
export interface CountedVote {
  readonly verdict: string;
  readonly code: string;
}

export interface VoteCounterOptions {
  /** Counts to go on from, as `series()` gave them: they only ever rise, also over a restart. */
  readonly from?: Iterable<VoteSeries>;
}

const MAX_REASONS = 64;

/** Counts votes by verdict and reason code; reasons beyond 64 fold into `(other)`. */
export class VoteCounter implements VoteSource {
  readonly #counts = new Map<string, { readonly verdict: string; readonly reason: string; count: number }>();

  /** @throws {MetricsError} `BAD_OPTION`; `BAD_STATE` for counts to go on from that are none. */
  constructor(options: VoteCounterOptions = {}) {
    const { from = [] } = asObject('options', options);
    for (const { verdict, reason, count } of asObject('from', from)) this.#cell(verdict, reason).count += savedCount('count', count);
  }

  /** @throws {MetricsError} `BAD_OPTION` for what is no vote. */
  record(vote: CountedVote): void {
    const { verdict, code } = asObject('vote', vote);
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
