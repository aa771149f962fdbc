import type { FailureEvent } from '@nopage/gfp';
import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import type { Rule } from '../rule.js';
import { cleanText, pastePath, zoneText } from '../words.js';
import { heldOffFirstNode } from '../zones/nodes.js';

function widen({ cpuset }: FailureEvent): Advice {
  return {
    id: 'widen-cpuset', for: 'operator', text: 'Let the task use more nodes (cpuset.mems, numactl --interleave), or move some of its work.',
    command: `cat /sys/fs/cgroup${pastePath(cpuset) ?? ''}/cpuset.mems.effective; numastat -m`, cost: 'access to another node is slower', verify: 'MemFree of the node no longer falls to min',
  };
}

function confinement({ memsAllowed, nodemask, cpuset }: FailureEvent): string {
  return `${memsAllowed === null ? `nodes ${nodemask ?? ''}` : `nodes ${memsAllowed}`}${cpuset === null ? '' : ` (cpuset ${cleanText(cpuset)})`}`;
}

/** The zone that the request must be served from, where the task's nodes have no such zone; null where they may. */
function lowZoneElsewhere(event: FailureEvent, { permits, eligible }: Facts): string | null {
  if (permits === null || (permits.highestZone !== 'DMA' && permits.highestZone !== 'DMA32')) return null;
  return eligible.every(({ state }) => state.name !== permits.highestZone) && heldOffFirstNode(event, permits) ? permits.highestZone : null;
}

/** Nodes that the request may not use would have served it. */
export const nodeConstraint: Rule = {
  name: 'node-constraint',
  source: 'mm/page_alloc.c, get_page_from_freelist(): __cpuset_zone_allowed(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'page-allocation-failure') return null;
    const elsewhere = facts.zones.filter((zone) => zone.verdict.reason === 'node-not-allowed' && zone.amountOk === true && zone.blockOk !== false);
    const thisNode = facts.permits?.thisNode === true;
    if (elsewhere.length === 0 && !thisNode) {
      const low = lowZoneElsewhere(event, facts);
      return low === null ? null : {
        cause: 'constraint', severity: 'act', confidence: 'inferred',
        why: [`The request is only for memory in zone ${low}, which lies on node 0 as a rule, and the task is confined to ${confinement(event)}: there it can have none, however much is free.`],
        advice: [
          { ...widen(event), text: 'Let the task use node 0 as well (cpuset.mems, numactl, numatune of a virtual machine), at least while it starts.', verify: 'what failed works' },
          { id: 'low-zone', for: 'developer', text: `If the code is yours: ask for zone ${low} only where a device or mode needs such memory. A task held to other nodes can not get it.` },
        ],
      };
    }
    if (facts.granting.length > 0 && !thisNode) return null;
    const where = elsewhere.map((zone) => zoneText(zone.state)).join(', ');
    return {
      cause: 'constraint', severity: thisNode ? 'benign' : 'act', confidence: elsewhere.length > 0 ? 'computed' : 'inferred',
      why: thisNode
        ? ['__GFP_THISNODE: the caller wants memory of one node or none, and goes elsewhere itself when there is none.']
        : [`Memory is free in ${where}, but the task is confined to ${confinement(event)}.`],
      ...(thisNode ? { means: 'The memory comes from another node and is a little slower.' } : {}),
      advice: thisNode ? [] : [widen(event)],
    };
  },
};
