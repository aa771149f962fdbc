import { withChildren } from '../combine.js';
import { generations } from '../generations.js';
import { stateOfKey, type KeyedStates } from '../per-key.js';
import type { Policy } from '../policy.js';
import { escalateOnPersistence, type EscalateState } from '../policies/escalate-on-persistence.js';
import { rareFirst, type RareState } from '../policies/rare-first.js';
import { respectNowarn, type Warnable } from '../policies/respect-nowarn.js';
import { summarize, type SummarizeState } from '../policies/summarize.js';
import { bySite } from '../reportable.js';
import { ABSTAIN } from '../vote.js';

/** What is remembered of one site. */
interface SiteState {
  readonly storm: SummarizeState;
  readonly persistence: EscalateState;
}

/** What is remembered in all. */
interface RecommendedState {
  readonly newcomers: RareState;
  readonly sites: KeyedStates<SiteState>;
}

/**
 * What we would run ourselves: every call site has its own limit, a rare site is told at once, a storm is told at once
 * and then in fewer and fewer lines, sites without end are told sixty a minute and counted beyond, a failure that does
 * not go away escalates, and a caller that asked for no warning has its failures counted, none of its lines printed,
 * and none of a site's patience used up.
 *
 * It votes as a tree of `first`, `any` and `perKey` over these policies would. They are asked by name, because the calls
 * through a list of them are more than half of what such a tree costs a held event.
 */
export function recommendedPolicy(): Policy<Warnable, RecommendedState> {
  const optOut = respectNowarn();
  const newcomers = rareFirst({ quiet: '10m', burst: 60, interval: '1m' });
  const storm = summarize({ interval: '10s', upTo: '1m', tellFirst: false });
  const persistence = escalateOnPersistence({ after: '5m', gap: '1m', every: '15m' });
  const policies = [optOut, newcomers, storm, persistence];
  const siteOf = stateOfKey<SiteState>(() => ({ storm: storm.init(), persistence: persistence.init() }));
  return {
    name: 'recommended',
    codes: [...new Set(policies.flatMap((policy): readonly string[] => policy.codes))],
    init: () => ({ newcomers: newcomers.init(), sites: generations() }),
    vote(event, view, state) {
      const optedOut = optOut.vote(event, view, null);
      if (optedOut !== ABSTAIN) return view.detailed ? withChildren(optedOut, policies, [optedOut]) : optedOut;
      const fresh = newcomers.vote(event, view, state.newcomers);
      const site = siteOf(state.sites, bySite(event));
      const passing = storm.vote(event, view, site.storm);
      const lasting = persistence.vote(event, view, site.persistence);
      // The louder before the quieter: one escalates, one emits, and the last has an opinion on every event.
      const vote = lasting !== ABSTAIN ? lasting : fresh !== ABSTAIN ? fresh : passing;
      if (vote.verdict === 'aggregate' && !view.detailed) return vote;
      return withChildren(vote, policies, [optedOut, fresh, passing, lasting]);
    },
  };
}
