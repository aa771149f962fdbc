import type { Facts } from './facts.js';
import type { Finding } from './rule.js';

/** What it means when a caller has something to fall back on. */
export const HAS_FALLBACK = 'Nothing fails unless an error of the caller follows in the log.';

/** Benign; but where something would break without the fallback, somebody should check that there was one. */
export function opportunisticSeverity(facts: Facts): Finding['severity'] {
  return facts.path?.harm === 'broken' ? 'watch' : 'benign';
}
