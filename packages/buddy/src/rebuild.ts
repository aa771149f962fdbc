import type { Buddy } from './buddy.js';
import { MisuseError } from './errors.js';
import { LAYOUT, STATE, setCeiling } from './layout.js';
import { assertAligned, assertFrames, assertRequest } from './range.js';

/** The blocks of one free list, head first. */
export interface FreeList {
  readonly order: number;
  readonly migratetype: number;
  readonly pfns: Iterable<number>;
}

export function listOf(buddy: Buddy, order: number, migratetype: number): number[] {
  assertRequest(buddy, order, migratetype);
  const { links, basePfn } = buddy;
  const pfns: number[] = [];
  let node = links[(order << LAYOUT.LIST_SHIFT | migratetype) << 1]!;
  while (node >= LAYOUT.HEADS_END && pfns.length <= buddy.span) {
    pfns.push(((node - LAYOUT.FIRST) >> 1) + basePfn);
    node = links[node]!;
  }
  return pfns;
}

export function rebuild(buddy: Buddy, lists: Iterable<FreeList>): void {
  const blocks = planned(buddy, lists);
  const { links, state, counts, basePfn } = buddy;
  for (let frame = 0; frame < state.length; frame++) if (state[frame] !== STATE.ABSENT) state[frame] = STATE.RESERVED;
  for (let head = 0; head < LAYOUT.HEADS_END; head += 2) links[head] = links[head + 1] = head;
  counts.fill(0);
  let ceiling = 0;
  for (const { pfn, order, migratetype } of blocks) {
    const frame = pfn - basePfn;
    state.fill(STATE.INSIDE, frame, frame + (1 << order));
    buddy.addTail(frame, order << LAYOUT.LIST_SHIFT | migratetype);
    ceiling = Math.max(ceiling, order);
  }
  setCeiling(links, ceiling);
}

/** The blocks of all lists, each frame in one of them at most. */
function planned(buddy: Buddy, lists: Iterable<FreeList>): { pfn: number; order: number; migratetype: number }[] {
  const blocks = [];
  const taken = new Uint8Array(buddy.span);
  for (const { order, migratetype, pfns } of lists) {
    assertRequest(buddy, order, migratetype);
    for (const pfn of pfns) {
      assertFrames(buddy, pfn, 1 << order);
      assertAligned(pfn, order);
      claim(buddy, taken, pfn, order);
      blocks.push({ pfn, order, migratetype });
    }
  }
  return blocks;
}

function claim({ state, basePfn }: Buddy, taken: Uint8Array, pfn: number, order: number): void {
  for (let frame = pfn - basePfn, end = frame + (1 << order); frame < end; frame++) {
    const at = frame + basePfn;
    if (state[frame] === STATE.ABSENT) throw new MisuseError('FOREIGN_FRAME', `frame ${at} is not memory of this arena`, { pfn: at, order });
    if (taken[frame] !== 0) throw new MisuseError('OVERLAP', `frame ${at} is in two free blocks`, { pfn: at, order });
    taken[frame] = 1;
  }
}
