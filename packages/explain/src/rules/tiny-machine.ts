import { moreMemory } from '../advice/machine.js';
import type { Rule } from '../rule.js';
import { sizeText } from '../words.js';
import { nearestZoneText } from '../zones/nearest-zone.js';
import { amountFailed } from '../zones/zone-amounts.js';

/** The kernel that saves a crash dump, or a machine with hardly any memory. */
export const tinyMachine: Rule = {
  name: 'tiny-machine',
  source: 'Documentation/admin-guide/kdump/kdump.rst, v6.12',
  applies(event, facts) {
    const { managedPages } = facts.memory;
    if (event.kind !== 'page-allocation-failure' || facts.order === null) return null;
    const bytes = managedPages === null ? null : managedPages * facts.pageBytes;
    const tiny = bytes !== null && bytes < 16 * 2 ** 20 && 2 ** facts.order * facts.pageBytes * 8 > bytes;
    if (!tiny && !(facts.crashKernel && amountFailed(facts))) return null;
    return {
      cause: 'exhausted', severity: 'act', confidence: 'computed',
      why: [
        `${facts.crashKernel ? 'The crash kernel' : 'The machine'} has ${bytes === null ? 'very little memory' : sizeText(bytes)} in all, and ${sizeText(2 ** facts.order * facts.pageBytes)} in one piece is a large part of it.`,
        ...nearestZoneText(facts),
      ],
      advice: [
        ...(facts.path?.role === 'boot' || event.comm === 'swapper/0' || event.comm === 'swapper' ? [{ id: 'smaller-initramfs', for: 'operator' as const, text: 'If this happens while booting: make the initramfs smaller; it is unpacked into the same memory.' }] : []),
        ...moreMemory(facts),
      ],
    };
  },
};
