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

/** Which zones the mask of the policy, or for a sleeper the cpuset of the task, keeps the request off. */
export function nodeRefusal({ nodemask, memsAllowed }: FailureEvent, { sleep }: Permits): (zone: ZoneState) => boolean {
  const policy = nodeList(nodemask);
  const cpuset = sleep ? nodeList(memsAllowed) : null;
  return ({ node }) => node !== null && (policy?.has(node) === false || cpuset?.has(node) === false);
}

/** The nodes that a request is held to, where the report shows that the machine has others; null where it does not. */
// Nodes are numbered from 0, and all but POWER machines have memory there.
export function confinedTo({ nodemask, memsAllowed, zones, hugepages = [], arch }: FailureEvent): string | null {
  const [policy, cpuset] = [nodeList(nodemask), nodeList(memsAllowed)];
  const own = policy ?? cpuset;
  if (own === null) return null;
  const known = [...(cpuset ?? []), ...zones.map(({ node }) => node ?? 0), ...hugepages.map(({ node }) => node), ...(arch === 'ppc' ? [] : [0])];
  return known.every((node) => own.has(node)) ? null : (policy === null ? memsAllowed : nodemask);
}

/**
 * Is a request held off the node that begins where memory does? Low zones (DMA, DMA32) lie there, and on no other node as
 * a rule. By the cpuset only where it binds, which it does for whoever may sleep.
 */
export function heldOffFirstNode({ nodemask, memsAllowed, arch }: FailureEvent, { sleep }: Permits): boolean {
  const nodes = nodeList(nodemask) ?? (sleep ? nodeList(memsAllowed) : null);
  return nodes !== null && arch !== 'ppc' && !nodes.has(0);
}
