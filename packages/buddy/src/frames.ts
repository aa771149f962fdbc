import type { Buddy } from './buddy.js';
import { MisuseError } from './errors.js';
import { STATE } from './layout.js';
import { assertAligned, assertBuffer, assertFrames, assertOrder } from './range.js';

/**
 * Lets a block be freed, or throws: what `free` does when a state byte is not the one it hopes for. A run of reserved
 * frames becomes a held block, since only the caller knows the order it was taken with.
 */
export function admitFree(buddy: Buddy, pfn: number, order: number): void {
  assertHeld(buddy, pfn, order);
  const frame = pfn - buddy.basePfn;
  if (buddy.state[frame] !== STATE.RESERVED) return;
  buddy.state.fill(STATE.INSIDE, frame, frame + (1 << order));
  buddy.state[frame] = STATE.HELD | order;
}

/**
 * Throws unless `pfn` begins a held block of this order, or a run of reserved frames as long. Changes nothing.
 *
 * @throws {MisuseError} See `Buddy.free`.
 */
export function assertHeld(buddy: Buddy, pfn: number, order: number): void {
  assertOrder(buddy, order);
  assertFrames(buddy, pfn, 1);
  assertBuffer(buddy);
  const state = buddy.state[pfn - buddy.basePfn]!;
  if (state === (STATE.HELD | order)) return;
  if (state === STATE.RESERVED) {
    assertReserved(buddy, pfn, order);
    return;
  }
  if (state === STATE.ABSENT) throw new MisuseError('FOREIGN_FRAME', `frame ${pfn} is not memory of this arena`, { pfn, order });
  if (buddy.isFree(pfn)) throw new MisuseError('DOUBLE_FREE', `frame ${pfn} is free: freed twice, or never handed out`, { pfn, order });
  if (state === STATE.INSIDE) throw new MisuseError('INSIDE_BLOCK', `frame ${pfn} is not the first of its block`, { pfn, order });
  const heldOrder = state & 15;
  if (state >= STATE.CACHED) throw new MisuseError('DOUBLE_FREE', `frame ${pfn} is in a cache: freed twice`, { pfn, order, cachedOrder: heldOrder });
  throw new MisuseError('WRONG_ORDER', `frame ${pfn} was handed out with order ${heldOrder}, not ${order}`, { pfn, order, heldOrder });
}

function assertReserved(buddy: Buddy, pfn: number, order: number): void {
  assertAligned(pfn, order);
  assertFrames(buddy, pfn, 1 << order);
  assertAll(buddy, pfn, 1 << order, STATE.RESERVED, 'FOREIGN_FRAME', 'is not reserved');
}

function assertAll(buddy: Buddy, pfn: number, pages: number, state: number, code: 'FOREIGN_FRAME' | 'OVERLAP', text: string): void {
  const first = pfn - buddy.basePfn;
  for (let frame = first; frame < first + pages; frame++) {
    if (buddy.state[frame] === state) continue;
    const at = frame + buddy.basePfn;
    throw new MisuseError(code, `frame ${at} ${text}`, { pfn: at });
  }
}

export function addFrames(buddy: Buddy, pfn: number, pages: number): void {
  assertFrames(buddy, pfn, pages);
  assertAll(buddy, pfn, pages, STATE.ABSENT, 'OVERLAP', 'is present already');
  const frame = pfn - buddy.basePfn;
  buddy.state.fill(STATE.RESERVED, frame, frame + pages);
}

export function removeFrames(buddy: Buddy, pfn: number, pages: number): void {
  assertFrames(buddy, pfn, pages);
  assertAll(buddy, pfn, pages, STATE.RESERVED, 'FOREIGN_FRAME', 'is not reserved');
  const frame = pfn - buddy.basePfn;
  buddy.state.fill(STATE.ABSENT, frame, frame + pages);
}
