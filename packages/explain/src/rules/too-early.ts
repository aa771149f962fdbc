import type { Rule } from '../rule.js';

/** Asked before the page allocator had any memory to give. */
export const tooEarly: Rule = {
  name: 'too-early',
  source: 'mm/mm_init.c, mm_core_init(), v6.12',
  applies(event, { zones, memory }) {
    if (event.kind !== 'page-allocation-failure' || event.comm === null || !event.comm.startsWith("swapper") || event.at === null) return null;
    const empty = zones.length === 0 ? memory.freePages === 0 : zones.every((zone) => (zone.state.managedPages ?? zone.state.presentPages) === 0);
    const early = event.pid === 0 || event.at < 500;
    if (!empty || !early) return null;
    return {
      cause: 'too-early', severity: 'watch', confidence: 'computed',
      why: ['The page allocator had no pages yet: the kernel was still starting when this was asked.'],
      means: 'What was being set up at boot may be missing.',
      advice: [{ id: 'boot-order', for: 'developer', text: 'If the code is yours: allocate later in the boot, or from memblock.' }],
    };
  },
};
