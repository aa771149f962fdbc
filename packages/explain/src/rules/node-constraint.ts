import type { Rule } from '../rule.js';
import { cleanText, pastePath, zoneText } from '../words.js';

/** Nodes that the request may not use would have served it. */
export const nodeConstraint: Rule = {
  name: 'node-constraint',
  source: 'mm/page_alloc.c, get_page_from_freelist(): __cpuset_zone_allowed(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure') return null;
    const elsewhere = facts.zones.filter((zone) => zone.verdict.reason === 'node-not-allowed' && zone.amountOk === true && zone.blockOk !== false);
    const thisNode = facts.permits?.thisNode === true;
    if (elsewhere.length === 0 && !thisNode) return null;
    if (facts.granting.length > 0 && !thisNode) return null;
    const where = elsewhere.map((zone) => zoneText(zone.state)).join(', ');
    return {
      cause: 'constraint', severity: thisNode ? 'benign' : 'act', confidence: elsewhere.length > 0 ? 'computed' : 'inferred',
      why: thisNode
        ? ['__GFP_THISNODE: the caller wants memory of one node or none, and goes elsewhere itself when there is none.']
        : [`Memory is free in ${where}, but the task is confined to ${event.memsAllowed === null ? `nodes ${event.nodemask ?? ''}` : `nodes ${event.memsAllowed}`}${event.cpuset === null ? '' : ` (cpuset ${cleanText(event.cpuset)})`}.`],
      ...(thisNode ? { means: 'The memory comes from another node and is a little slower.' } : {}),
      advice: thisNode ? [] : [{
        id: 'widen-cpuset', for: 'operator', text: 'Let the task use more nodes (cpuset.mems, numactl --interleave), or move some of its work.',
        command: `cat /sys/fs/cgroup${pastePath(event.cpuset) ?? ''}/cpuset.mems.effective; numastat -m`, cost: 'access to another node is slower', verify: 'MemFree of the node no longer falls to min',
      }],
    };
  },
};
