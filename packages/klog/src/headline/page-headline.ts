import { NOTHING_TOLD, type Headline } from './headline.js';
import { nameBefore } from './name-before.js';
import { orderOf } from './numbers.js';
import { placementIn } from './placement.js';
import { printedModeIn } from './printed-mode.js';

const PAGES = /^(.*?)(?:: ?)?(?:\bpage allocation failure|\bvmemmap alloc failure)([.:,])[ \t]*order:(-?\d+)?/;

/** `page allocation failure: order:2, mode:0xcc0(GFP_KERNEL)`, and that of the map of hot-added memory. */
export function pageHeadline(text: string): Headline | null {
  const found = PAGES.exec(text);
  if (found === null) return null;
  const { closed, ...mode } = printedModeIn(text);
  const memmap = text.includes('vmemmap alloc failure');
  return {
    ...NOTHING_TOLD, ...placementIn(text), ...nameBefore(found[1] ?? ''), order: orderOf(found[3], text), ...mode,
    // The kernel puts no comma there: whoever wrote the line down left out more.
    complete: mode.mask !== null && closed && found[2] !== ',',
    detail: found[2] === '.' ? { stop: true } : memmap ? { message: 'vmemmap alloc failure' } : {},
  };
}
