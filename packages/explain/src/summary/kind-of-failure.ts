import type { FailureEvent, Permits } from '@nopage/gfp';
import { detailText, plainCache, slubCache } from '../event-detail.js';
import { cleanText } from '../words.js';

/** What a mask is, as far as it matters for who can be refused. */
export type MaskClass = 'atomic' | 'nowait' | 'may-fail' | 'may-sleep' | 'unknown';

/** Which class a mask belongs to. */
export function maskClassOf(permits: Permits | null): MaskClass {
  if (permits === null) return 'unknown';
  if (!permits.sleep) return permits.reserves === 'none' ? 'nowait' : 'atomic';
  return permits.retry === 'noretry' || permits.retry === 'mayfail' ? 'may-fail' : 'may-sleep';
}

/**
 * What a failure is about: the call site; for SLUB the cache; for a kill the control group that was full, or
 * `the machine` (who asked last is chance). Null when the event does not say.
 */
export function subjectOf(event: FailureEvent): string | null {
  if (event.kind === 'slub-failure') {
    const cache = plainCache(slubCache(event));
    return cache === '' ? null : cache;
  }
  if (event.kind === 'oom-kill') {
    const group = cleanText(detailText(event, 'cgroup'));
    return group === '' ? 'the machine' : group;
  }
  return event.site;
}

/** The same for failures of one kind: what, about what, how large, with what leave. */
export function failureKey(event: FailureEvent): string {
  const killed = event.kind === 'oom-kill';
  return JSON.stringify([event.kind, subjectOf(event), killed ? null : event.order, killed ? null : maskClassOf(event.permits)]);
}
