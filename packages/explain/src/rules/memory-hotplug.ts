import type { Rule } from '../rule.js';

/** The map of new memory is best made of large blocks, and can be made of small ones. */
export const memoryHotplug: Rule = {
  name: 'memory-hotplug',
  source: 'mm/sparse-vmemmap.c, vmemmap_populate_hugepages(), v6.12; https://lore.kernel.org/r/YMO+CoYnCgObRtOI@DESKTOP-1V8MEUQ.localdomain',
  applies(event, facts) {
    if ((event.kind !== 'page-allocation-failure' && event.kind !== 'mem-info') || facts.path?.role !== 'memory-hotplug') return null;
    return {
      cause: 'opportunistic', severity: 'benign', confidence: 'inferred',
      why: ['The kernel wanted a large block for the map of new memory; when it gets none, it builds the map of small pages.'],
      advice: [{
        id: 'check-online', for: 'operator', text: 'Check that the added memory came online; CONFIG_MEMORY_HOTPLUG_DEFAULT_ONLINE (or memhp_default_state=online) does it at once.',
        command: 'grep -c online /sys/devices/system/memory/memory*/state; lsmem --summary',
      }],
    };
  },
};
