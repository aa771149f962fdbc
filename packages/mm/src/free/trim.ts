import { given, STATE } from '@nopage/buddy';
import { MmError } from '../errors.js';
import type { Memory } from '../memory.js';
import type { Zone } from '../zones/zone.js';
import { freeToLists } from './free-block.js';

/**
 * Gives back all but the first `pages` pages of a held block, past the per-CPU lists. The kernel's alloc_pages_exact()
 * leaves single pages behind; here what stays is held in few blocks.
 *
 * @throws {MmError} `PAGES_RANGE`; `MisuseError` as `Buddy.free`. Nothing has changed then.
 */
export function trimBlock(memory: Memory, zone: Zone, pfn: number, order: number, pages: number): void {
  const size = 2 ** order;
  if (!Number.isInteger(pages) || pages < 1 || pages > size) throw new MmError('PAGES_RANGE', `a block of order ${order} is trimmed to 1 to ${size} pages, not ${given(pages)}`, { pfn, order, pages });
  const { buddy } = zone;
  // Says whether the block is held; what it marks is overwritten.
  buddy.cache(pfn, order);
  for (let at = 0; at < pages;) {
    const partOrder = 31 - Math.clz32(pages - at);
    buddy.state[pfn + at - buddy.basePfn] = STATE.HELD | partOrder;
    at += 1 << partOrder;
  }
  zone.movable?.clear(pfn + pages, size - pages);
  for (let at = pages; at < size;) {
    const partOrder = 31 - Math.clz32(at & -at);
    buddy.state[pfn + at - buddy.basePfn] = STATE.HELD | partOrder;
    freeToLists(memory, zone, pfn + at, partOrder);
    at += 1 << partOrder;
  }
}
