import { slubCache } from '../event-detail.js';
import type { Rule } from '../rule.js';

/** A cache was told to grow on a node that holds nothing of it: a node without memory, or one that went away. */
export const slubNode: Rule = {
  name: 'slub-node',
  source: 'mm/slub.c, slab_out_of_memory(): prints every node that is there, v6.12; kernel/workqueue.c, get_unbound_pool(), v4.9',
  applies(event) {
    if (event.kind !== 'slub-failure') return null;
    const { node } = event.detail;
    const listed = Object.keys(event.detail).filter((key) => /^node\d+$/.test(key));
    if (typeof node !== 'number' || node < 0 || listed.length === 0 || listed.includes(`node${node}`)) return null;
    const cache = slubCache(event);
    return {
      cause: 'constraint', severity: 'act', confidence: 'computed',
      why: [`The cache ${cache} was told to take its memory from node ${node}, and ${listed.length === 1 ? 'the only node' : `of the ${listed.length} nodes`} with memory ${listed.length === 1 ? 'is another' : 'that is none'}.`],
      means: 'What asked fails every time, however much memory the other nodes have.',
      advice: [{
        id: 'check-node', for: 'operator', text: `See whether node ${node} is there and has memory. If it was taken away while the machine ran, that is a fault of the kernel (work queues of 4.8 and older keep using such nodes): bring it back, or upgrade.`,
        command: 'numactl -H; cat /sys/devices/system/node/has_memory', verify: 'no further message for this node',
      }],
    };
  },
};
