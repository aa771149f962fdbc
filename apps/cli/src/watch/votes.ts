import { VoteCounter, type CountedVote, type VoteSource } from '@nopage/metrics';

/** Votes of one verdict and reason. */
export interface VoteCount {
  readonly verdict: string;
  readonly reason: string;
  readonly count: number;
}

/** Votes counted on from what an earlier run had counted. */
export class Votes implements VoteSource {
  private readonly counter = new VoteCounter();
  private readonly before: readonly VoteCount[];

  constructor(before: readonly VoteCount[] = []) {
    this.before = before;
  }

  record(vote: CountedVote): void {
    this.counter.record(vote);
  }

  series(): VoteCount[] {
    const sum = new Map<string, VoteCount>();
    for (const { verdict, reason, count } of [...this.before, ...this.counter.series()]) {
      const key = `${verdict} ${reason}`;
      sum.set(key, { verdict, reason, count: count + (sum.get(key)?.count ?? 0) });
    }
    return [...sum.values()];
  }
}
