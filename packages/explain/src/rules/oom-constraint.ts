import type { FailureEvent } from '@nopage/gfp';
import { oomConstraint } from '../event-detail.js';
import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import type { Rule } from '../rule.js';
import { cleanText, pagesText, zoneText } from '../words.js';
import { freePagesIn } from '../zones/free-pages.js';
import { confinedTo } from '../zones/nodes.js';

/** Free pages of the nodes it may use, all of them in zones above those that the request may use; null where it may use any. */
function outOfReach({ zones }: Facts): { readonly pages: number; readonly zone: string } | null {
  const above = zones.filter(({ verdict }) => verdict.reason === 'above-highest-zone');
  const [first] = above;
  if (first === undefined || above.length < zones.length) return null;
  return { pages: freePagesIn(above), zone: first.state.name };
}

/** More nodes, by what keeps the task off them. */
function moreNodes(event: FailureEvent): Advice {
  if (oomConstraint(event) === 'CONSTRAINT_MEMORY_POLICY') {
    return {
      id: 'loosen-policy', for: 'operator', text: 'It is its own memory policy that keeps the task to these nodes (numactl --membind, mbind(), numatune of a virtual machine): let it prefer them instead (numactl --preferred), take more nodes in, or give it less to do.',
      command: 'numastat -m; numastat -p PID', cost: 'access to another node is slower',
    };
  }
  const now = event.memsAllowed === null ? '' : `, now ${cleanText(event.memsAllowed)}`;
  return { id: 'widen-cpuset', for: 'operator', text: `Give the task more nodes (cpuset.mems${now}; numactl --membind), or less to do.`, command: 'numastat -m; grep Mems_allowed /proc/PID/status' };
}

/** The nodes that a task is confined to have nothing for it. */
export const oomOfNodes: Rule = {
  name: 'oom-constraint',
  source: 'mm/oom_kill.c, constrained_alloc(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'oom-kill') return null;
    const told = /CPUSET|MEMORY_POLICY/.test(oomConstraint(event));
    // Up to 4.18 no line says so.
    const nodes = told || oomConstraint(event) === '' ? confinedTo(event) : null;
    if (!told && nodes === null) return null;
    const which = nodes === null ? '' : /^\d+$/.test(nodes) ? ` (node ${nodes})` : ` (nodes ${cleanText(nodes)})`;
    const now = event.memsAllowed === null ? '' : `, now ${cleanText(event.memsAllowed)}`;
    const above = outOfReach(facts);
    const [zone] = facts.granting;
    return {
      cause: 'constraint', severity: 'act', confidence: told ? 'computed' : 'inferred',
      why: [
        zone !== undefined ? `The task is confined to a part of the machine's nodes${which}. A moment later ${zoneText(zone.state)} had ${pagesText(zone.state.freePages ?? 0)} free: memory came back, or the kernel gave up too early.`
          : above === null ? `The nodes this task is confined to${which} are full, while other nodes may have memory.`
            : `The nodes this task is confined to${which} are not full, but all they have (${pagesText(above.pages)} free) is in zone ${above.zone}, which this request may not use: no kernel data may live there.`,
      ],
      advice: [above === null
        ? moreNodes(event)
        : { id: 'widen-cpuset', for: 'operator', text: `Give the task a node with ordinary memory too (cpuset.mems${now}): on nodes of zone ${above.zone} alone no program can run.`, command: 'grep -E "^Node|managed" /proc/zoneinfo' }],
    };
  },
};
