import { any, first, when } from '../combine.js';
import { perKey } from '../per-key.js';
import type { Policy } from '../policy.js';
import { escalateOnPersistence } from '../policies/escalate-on-persistence.js';
import { rareFirst } from '../policies/rare-first.js';
import { isNowarn, respectNowarn, type Warnable } from '../policies/respect-nowarn.js';
import { summarize } from '../policies/summarize.js';
import { bySite } from '../reportable.js';

/**
 * What we would run ourselves: every call site has its own limit, a rare site is told at once, a storm is told at once
 * and then in fewer and fewer lines, a failure that does not go away escalates, and a caller that asked for no warning
 * has its failures counted and none of its lines printed.
 */
export function recommendedPolicy(): Policy<Warnable> {
  const audible = any<Warnable>(
    rareFirst({ quiet: '10m', burst: 60, interval: '1m' }),
    perKey(bySite, any(summarize({ interval: '10s', upTo: '1m' }), escalateOnPersistence({ after: '5m', gap: '1m', every: '15m' }))),
  );
  return { ...first<Warnable>(respectNowarn(), when((event) => !isNowarn(event), audible)), name: 'recommended' };
}
