import { asFunction, asIterable, asOptions } from '../checked.js';
import type { Policy } from '../policy.js';
import { bySite, type Reportable } from '../reportable.js';
import { ABSTAIN, fixed, type Vote } from '../vote.js';

/** What a failure sweep has shown about one site. */
export interface SiteEvidence {
  readonly site: string;
  /** The source that was tested, as a hash of whoever made the report. */
  readonly sourceHash: string;
  /** Did it survive the failure of every one of its allocations? */
  readonly survived: boolean;
  /** How many failures it was put through. */
  readonly cases: number;
}

/** The evidence of a failure sweep; several entries for a site must all speak for it. */
export interface SweepEvidence {
  readonly sites: readonly SiteEvidence[];
}

export interface ProvenOptions {
  /** The hash of the site's source as it is now; null when it can't be had: the site then is not proven. */
  readonly hashOf: (site: string) => string | null;
}

export type ProvenCode = 'proven/survives' | 'proven/changed' | 'proven/broken' | 'none';

/**
 * Holds back the lines of sites whose every allocation has been made to fail in a test, and which survived. Quiet is
 * earned by the test and lasts as long as the code it tested: a changed source, or a site that broke, is told, with the
 * reason. No opinion on sites that were never swept.
 */
export function proven(report: SweepEvidence, options: ProvenOptions): Policy<Reportable, null, ProvenCode> {
  asFunction('hashOf', asOptions(options).hashOf);
  const sites = new Map<string, SiteEvidence>();
  for (const entry of asIterable('report.sites', (report as Partial<SweepEvidence> | null)?.sites ?? [])) sites.set(entry.site, merge(sites.get(entry.site), entry));
  const survives: Vote<ProvenCode> = fixed('suppress', 'proven/survives', 'a failure sweep has shown that this site survives every failure of its allocations');
  const changed: Vote<ProvenCode> = fixed('emit', 'proven/changed', 'the source has changed since the sweep that this site survived');
  const broken: Vote<ProvenCode> = fixed('emit', 'proven/broken', 'a failure sweep has shown that this site does not survive');
  return {
    name: `proven(${sites.size})`,
    codes: ['proven/survives', 'proven/changed', 'proven/broken', 'none'],
    init: () => null,
    vote(event, view) {
      const evidence = sites.get(bySite(event));
      if (evidence === undefined || evidence.cases === 0) return ABSTAIN;
      const vote = !evidence.survived ? broken : options.hashOf(evidence.site) === evidence.sourceHash ? survives : changed;
      return view.detailed ? { ...vote, evidence: { cases: evidence.cases, sourceHash: evidence.sourceHash } } : vote;
    },
  };
}

/** Two reports on a site: both have to speak for it, and about the same source. */
function merge(before: SiteEvidence | undefined, entry: SiteEvidence): SiteEvidence {
  if (before === undefined) return entry;
  return {
    site: entry.site,
    sourceHash: before.sourceHash === entry.sourceHash ? entry.sourceHash : `${before.sourceHash} and ${entry.sourceHash}`,
    survived: before.survived && entry.survived,
    cases: before.cases + entry.cases,
  };
}
