import { asIterable } from '../checked.js';
import type { Policy } from '../policy.js';
import { bySite, type Reportable } from '../reportable.js';
import { ABSTAIN, fixed, type Vote } from '../vote.js';

const TRUSTED: Vote<'trusted/site'> = fixed('suppress', 'trusted/site', 'this site is on the list of those that handle failure');

/** Holds back the lines of sites that somebody vouches for; `proven` asks for a test instead of a word. */
export function trusted(sites: Iterable<string>): Policy<Reportable, null, 'trusted/site' | 'none'> {
  const known = new Set(asIterable('sites', sites));
  return {
    name: `trusted(${known.size})`,
    codes: ['trusted/site', 'none'],
    init: () => null,
    vote: (event) => (known.has(bySite(event)) ? TRUSTED : ABSTAIN),
  };
}
