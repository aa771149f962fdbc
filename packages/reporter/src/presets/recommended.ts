import { louder, withChildren } from '../combine.js';
import { perKey, type KeyedState } from '../per-key.js';
import type { Policy, View } from '../policy.js';
import { escalateOnPersistence, type EscalateState } from '../policies/escalate-on-persistence.js';
import { rareFirst, type RareState } from '../policies/rare-first.js';
import { respectNowarn, type Warnable } from '../policies/respect-nowarn.js';
import { summarize, type SummarizeState } from '../policies/summarize.js';
import { bySite } from '../reportable.js';
import { tells, type Vote } from '../vote.js';

/** What is remembered of one site. */
interface SiteState {
  readonly storm: SummarizeState;
  readonly persistence: EscalateState;
}

/** What is remembered in all. */
interface RecommendedState {
  readonly newcomers: RareState;
  readonly sites: Map<string, KeyedState<SiteState>>;
}

/**
 * What we would run ourselves: every call site has its own limit, a rare site is told at once, a storm is told at once
 * and then in fewer and fewer lines, sites without end are told sixty a minute and counted beyond, a failure that does
 * not go away escalates, and a caller that asked for no warning has its failures counted, none of its lines printed,
 * and none of a site's patience used up.
 *
 * It votes as a tree of `first`, `any` and `perKey` over these policies would. They are asked by name, because the calls
 * through a list of them are half of what such a tree costs a held event.
 */
export function recommendedPolicy(): Policy<Warnable, RecommendedState> {
  const optOut = respectNowarn();
  const newcomers = rareFirst({ quiet: '10m', burst: 60, interval: '1m' });
  const storm = summarize({ interval: '10s', upTo: '1m', tellFirst: false });
  const persistence = escalateOnPersistence({ after: '5m', gap: '1m', every: '15m' });
  const sites = perKey<Warnable, SiteState>(bySite, {
    name: 'site',
    codes: [...storm.codes, ...persistence.codes],
    init: () => ({ storm: storm.init(), persistence: persistence.init() }),
    vote(event, view, state) {
      const passing = storm.vote(event, view, state.storm);
      const lasting = persistence.vote(event, view, state.persistence);
      const vote = louder(passing, lasting);
      return isRead(vote, view) ? withChildren(vote, [of(storm, passing), of(persistence, lasting)]) : vote;
    },
  });
  return {
    name: 'recommended',
    codes: [...new Set([...optOut.codes, ...newcomers.codes, ...sites.codes])],
    init: () => ({ newcomers: newcomers.init(), sites: sites.init() }),
    vote(event, view, state) {
      const settled = optOut.vote(event, view, null);
      if (settled.verdict !== 'abstain') return isRead(settled, view) ? withChildren(settled, [of(optOut, settled)]) : settled;
      const fresh = newcomers.vote(event, view, state.newcomers);
      const known = sites.vote(event, view, state.sites);
      const vote = louder(fresh, known);
      return isRead(vote, view) ? withChildren(vote, [of(optOut, settled), of(newcomers, fresh), ...(known.children ?? [of(sites, known)])]) : vote;
    },
  };
}

/** Will somebody see the votes that a vote was made of? */
const isRead = (vote: Vote, view: View): boolean => view.detailed || tells(vote.verdict);

const of = ({ name }: { readonly name: string }, vote: Vote): Vote => ({ ...vote, policy: name });
