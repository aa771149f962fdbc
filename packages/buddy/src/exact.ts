import type { Buddy } from './buddy.js';
import { given, MisuseError } from './errors.js';
import { admitFree, assertHeld } from './frames.js';
import { LAYOUT, STATE } from './layout.js';
import { NO_PAGE } from './no-page.js';
import { assertAligned, assertFrames, assertMigratetype, assertOrder } from './range.js';

export function allocAt(buddy: Buddy, pfn: number, order: number): number {
  assertOrder(buddy, order);
  assertFrames(buddy, pfn, 1 << order);
  assertAligned(pfn, order);
  const head = buddy.freeHead(pfn);
  if (head === NO_PAGE || buddy.freeOrderAt(head) < order) return NO_PAGE;
  const { basePfn, state } = buddy;
  const target = pfn - basePfn;
  let frame = head - basePfn;
  const from = state[frame]!;
  buddy.unlink(frame);
  state[frame] = STATE.INSIDE;
  for (let high = (from >> LAYOUT.LIST_SHIFT) - 1; high >= order; high--) {
    const upper = frame + (1 << high);
    const list = high << LAYOUT.LIST_SHIFT | (from & 7);
    if (target >= upper) {
      buddy.addHead(frame, list);
      frame = upper;
    } else buddy.addHead(upper, list);
  }
  state[target] = STATE.HELD | order;
  return pfn;
}

/** Calls `visit` with the blocks that `pages` frames from an aligned start are made of, largest first. */
function forEachPart(maxOrder: number, pfn: number, pages: number, visit: (pfn: number, order: number) => void): void {
  let at = pfn;
  let left = pages;
  while (left > 0) {
    const order = Math.min(maxOrder, 31 - Math.clz32(left));
    visit(at, order);
    at += 1 << order;
    left -= 1 << order;
  }
}

function assertPages({ pages: size }: Buddy, pages: number): void {
  if (!Number.isInteger(pages) || pages < 1 || pages > size) {
    throw new MisuseError('PAGES_RANGE', `pages is 1 to the arena's ${size}, not ${given(pages)}`, { pages });
  }
}

export function allocExact(buddy: Buddy, pages: number, migratetype: number): number {
  assertPages(buddy, pages);
  assertMigratetype(migratetype);
  const { maxOrder } = buddy;
  const largest = 1 << maxOrder;
  const pfn = pages > largest ? takeRow(buddy, Math.ceil(pages / largest)) : buddy.alloc(pages === 1 ? 0 : 32 - Math.clz32(pages - 1), migratetype);
  if (pfn === NO_PAGE) return NO_PAGE;
  trim(buddy, pfn, pages);
  return pfn;
}

/** Cuts the last block of a row of held ones so that `pages` stay, and frees the rest. */
function trim(buddy: Buddy, pfn: number, pages: number): void {
  const { state, basePfn, maxOrder } = buddy;
  const tail = pages % (1 << maxOrder);
  const last = pfn + pages - tail;
  if (tail === 0) return;
  const order = state[last - basePfn]! & 15;
  forEachPart(maxOrder, last, tail, (at, part) => {
    state[at - basePfn] = STATE.HELD | part;
  });
  // What is left over, from the end of what stays: each part as large as its alignment allows.
  let at = last + tail;
  const end = last + (1 << order);
  while (at < end) {
    const part = 31 - Math.clz32(at & -at);
    state[at - basePfn] = STATE.HELD | part;
    buddy.free(at, part);
    at += 1 << part;
  }
}

/** Takes `count` free largest blocks that lie side by side, lowest first. */
function takeRow(buddy: Buddy, count: number): number {
  const { state, basePfn, span, maxOrder } = buddy;
  const size = 1 << maxOrder;
  let run = 0;
  for (let frame = 0; frame < span; frame += size) {
    const value = state[frame]!;
    run = value < LAYOUT.LISTS && value >> LAYOUT.LIST_SHIFT === maxOrder ? run + 1 : 0;
    if (run < count) continue;
    const first = frame - (count - 1) * size + basePfn;
    for (let i = 0; i < count; i++) buddy.takeBlock(first + i * size, maxOrder, 0);
    return first;
  }
  return NO_PAGE;
}

export function freeExact(buddy: Buddy, pfn: number, pages: number): void {
  assertPages(buddy, pages);
  assertFrames(buddy, pfn, pages);
  forEachPart(buddy.maxOrder, pfn, pages, (at, order) => {
    assertHeld(buddy, at, order);
  });
  forEachPart(buddy.maxOrder, pfn, pages, (at, order) => {
    admitFree(buddy, at, order);
    buddy.free(at, order);
  });
}
