import { any, withChildren } from '../combine.js';
import { perKey } from '../per-key.js';
import type { Policy } from '../policy.js';
import { escalateOnPersistence } from '../policies/escalate-on-persistence.js';
import { rareFirst } from '../policies/rare-first.js';
import { respectNowarn, type Warnable } from '../policies/respect-nowarn.js';
import { summarize } from '../policies/summarize.js';
import { bySite, type Reportable } from '../reportable.js';
import { tells, type Vote } from '../vote.js';

/**
 * What we would run ourselves: every call site has its own limit, a rare site is told at once, a storm is told at once
 * and then in fewer and fewer lines, sites without end are told sixty a minute and counted beyond, a failure that does
 * not go away escalates, and a caller that asked for no warning has its failures counted and none of its lines printed.
 */
export function recommendedPolicy(): Policy<Warnable> {
  const audible = any<Warnable>(
    rareFirst({ quiet: '10m', burst: 60, interval: '1m' }),
    perKey(bySite, any(summarize({ interval: '10s', upTo: '1m', tellFirst: false }), escalateOnPersistence({ after: '5m', gap: '1m', every: '15m' }))),
  );
  return otherwise('recommended', respectNowarn(), audible);
}

/** The second policy is asked when the first has no opinion: what the first one settles uses up none of its patience. */
function otherwise<E extends Reportable>(name: string, settles: Policy<E>, policy: Policy<E>): Policy<E, unknown[]> {
  return {
    name,
    codes: [...new Set([...settles.codes, ...policy.codes])],
    init: () => [settles.init(), policy.init()],
    vote(event, view, state) {
      const settled = settles.vote(event, view, state[0]);
      const isSettled = settled.verdict !== 'abstain';
      const vote = isSettled ? settled : policy.vote(event, view, state[1]);
      if (!view.detailed && !tells(vote.verdict)) return vote;
      const children: Vote[] = [{ ...settled, policy: settles.name }];
      return withChildren(vote, isSettled ? children : [...children, { ...vote, policy: policy.name }]);
    },
  };
}
