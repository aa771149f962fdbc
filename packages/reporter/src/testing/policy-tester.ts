import type { FailureEvent } from '@nopage/gfp';
import { asIterable } from '../checked.js';
import { toMs, type Duration } from '../duration.js';
import { explainVote } from '../explain-vote.js';
import type { Policy, Pressure } from '../policy.js';
import type { Reportable } from '../reportable.js';
import { Reporter } from '../reporter.js';
import type { Verdict, Vote } from '../vote.js';

/** An event, when it happens, and the vote that it should get. */
export interface PolicyCase<E extends Reportable = FailureEvent> {
  /** Since the beginning of the test. */
  readonly at: Duration;
  readonly event: Omit<E, 'at'>;
  readonly pressure?: Pressure;
  readonly expect: Verdict;
  readonly code?: string;
}

/** A case that came out otherwise. */
export interface FailedCase<E extends Reportable = FailureEvent> {
  /** Its place in the list, from 0. */
  readonly index: number;
  readonly case: PolicyCase<E>;
  readonly vote: Vote;
  /** What was expected and what came, with the tree of votes. */
  readonly message: string;
}

/**
 * Runs cases through a policy in virtual time, each with the state that those before it left.
 *
 * @returns The cases that came out otherwise: `expect(policyTester(policy, cases)).toEqual([])`.
 */
export function policyTester<E extends Reportable = FailureEvent>(policy: Policy<E>, cases: readonly PolicyCase<E>[]): FailedCase<E>[] {
  const reporter = new Reporter<E>({ policy, detailed: true, sink: { write: () => true } });
  return [...asIterable('cases', cases)].flatMap((one, index): FailedCase<E>[] => {
    reporter.pressure = one.pressure ?? 'none';
    const vote = reporter.report({ ...one.event, at: toMs(one.at) } as unknown as E);
    if (vote.verdict === one.expect && (one.code === undefined || vote.code === one.code)) return [];
    const wanted = `${one.expect}${one.code === undefined ? '' : ` ${one.code}`}`;
    return [{ index, case: one, vote, message: `case ${index} at ${one.at}: expected ${wanted}, got ${vote.verdict} ${vote.code}\n${explainVote(vote, policy.name)}` }];
  });
}
