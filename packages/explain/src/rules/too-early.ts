import type { FailureEvent } from '@nopage/gfp';
import { moreMemory } from '../advice/machine.js';
import type { Facts } from '../facts.js';
import { isSince } from '../kernel/version.js';
import type { Rule } from '../rule.js';
import { isSinceBoot } from '../summary/since-boot.js';

/** Until the scheduler runs, gfp_allowed_mask takes every leave to reclaim from a word; no word that is written down lacks them all. */
function isMaskOfBoot(event: FailureEvent, { permits, age }: Facts): boolean {
  const wide = permits?.highestZone !== 'DMA' && permits?.highestZone !== 'DMA32';
  return permits !== null && wide && !permits.sleep && !permits.kswapd && permits.reserves === 'none' && permits.retry === 'none'
    && (isSince(age, '4.4') || event.mode?.from === 'log');
}

/** The mask of boot is lifted before the other CPUs start, however slow the console is. */
const LATEST_MS = 60_000;

/** Asked before the page allocator had any memory to give. */
export const tooEarly: Rule = {
  name: 'too-early',
  source: 'mm/mm_init.c, mm_core_init(), v6.12; include/linux/gfp_types.h, GFP_BOOT_MASK, v6.12',
  applies(event, facts) {
    const { zones, memory } = facts;
    if (event.kind !== 'page-allocation-failure' || event.comm === null || !/^swapper(?:\/0)?$/.test(event.comm)) return null;
    if (event.at !== null && event.at > LATEST_MS && isSinceBoot(event.at)) return null;
    const empty = zones.length === 0 ? memory.freePages === 0 : zones.every((zone) => (zone.state.managedPages ?? zone.state.presentPages) === 0);
    const masked = isMaskOfBoot(event, facts);
    const early = masked || event.pid === 0 || (event.at !== null && event.at < 500);
    if (!early || !(empty || (masked && zones.length === 0))) return null;
    return {
      cause: 'too-early', severity: 'watch', confidence: empty ? 'computed' : 'inferred',
      why: [
        empty ? 'The page allocator had no pages yet: the kernel was still starting when this was asked.'
          : 'The kernel was still starting: the mask has no leave to free memory at all, as before the page allocator is ready.',
      ],
      means: 'What was being set up at boot may be missing.',
      advice: [
        ...(empty ? moreMemory(facts) : []),
        { id: 'boot-order', for: 'developer', text: 'If the code is yours: allocate later in the boot, or from memblock.' },
      ],
    };
  },
};
