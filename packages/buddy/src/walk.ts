import type { Buddy } from './buddy.js';
import { LAYOUT, STATE } from './layout.js';

/** What a run of frames is used for. `held`, `cached` and `free` runs are blocks, aligned and a power of two long. */
export type FrameUse = 'free' | 'held' | 'cached' | 'reserved' | 'absent';

/** @param migratetype - Of a free block, its list's; otherwise its pageblock's. */
export type Visit = (pfn: number, pages: number, use: FrameUse, migratetype: number) => void;

export function walk({ state, blockTypes, basePfn, startPfn, span, pageblockOrder }: Buddy, visit: Visit): void {
  let frame = startPfn - basePfn;
  while (frame < span) {
    const value = state[frame]!;
    let end = frame + 1;
    if (value >= STATE.RESERVED) while (end < span && state[end] === value) end++;
    else end = frame + (1 << (value < LAYOUT.LISTS ? value >> LAYOUT.LIST_SHIFT : value & 15));
    visit(frame + basePfn, end - frame, useOf(value), value < LAYOUT.LISTS ? value & 7 : blockTypes[frame >> pageblockOrder]!);
    frame = end;
  }
}

function useOf(state: number): FrameUse {
  if (state < LAYOUT.LISTS) return 'free';
  if (state < STATE.CACHED) return 'held';
  if (state < STATE.RESERVED) return 'cached';
  return state === STATE.RESERVED ? 'reserved' : 'absent';
}
