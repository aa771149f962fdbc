import { oomConstraint } from '../event-detail.js';
import type { Rule } from '../rule.js';
import { cleanText } from '../words.js';

/** The nodes that a task is confined to are full. */
export const oomOfNodes: Rule = {
  name: 'oom-constraint',
  source: 'mm/oom_kill.c, constrained_alloc(), v6.12',
  applies(event) {
    if (event.kind !== 'oom-kill' || !/CPUSET|MEMORY_POLICY/.test(oomConstraint(event))) return null;
    const now = event.memsAllowed === null ? '' : `, now ${cleanText(event.memsAllowed)}`;
    return {
      cause: 'constraint', severity: 'act', confidence: 'computed', why: ['The nodes this task is confined to are full, while other nodes may have memory.'],
      advice: [{ id: 'widen-cpuset', for: 'operator', text: `Give the task more nodes (cpuset.mems${now}; numactl --membind), or less to do.`, command: 'numastat -m; grep Mems_allowed /proc/PID/status' }],
    };
  },
};
