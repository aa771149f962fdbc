import type { FailureEvent, Permits, ZoneState } from '@nopage/gfp';

/** The nodes of a list like `0-1,4`; null when it is not one. */
function nodeList(text: string | null): ReadonlySet<number> | null {
  if (text === null || text.length > 4096 || !/^\d{1,5}(?:-\d{1,5})?(?:,\d{1,5}(?:-\d{1,5})?)*$/.test(text)) return null;
  const nodes = new Set<number>();
  for (const part of text.split(',')) {
    const [from = 0, to = from] = part.split('-').map(Number);
    // MAX_NUMNODES is 1024 at most.
    for (let node = from; node <= Math.min(to, from + 1023); node++) nodes.add(node);
  }
  return nodes;
}

/** Does the mask of the policy, or for a sleeper the cpuset of the task, keep the request off this zone's node? */
export function nodeRefused(event: FailureEvent, zone: ZoneState, permits: Permits): boolean {
  if (zone.node === null) return false;
  const policy = nodeList(event.nodemask);
  if (policy && !policy.has(zone.node)) return true;
  const cpuset = nodeList(event.memsAllowed);
  return cpuset !== null && permits.sleep && !cpuset.has(zone.node);
}
