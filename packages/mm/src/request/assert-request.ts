import { given } from '@nopage/buddy';
import { __GFP_NOFAIL, hexOf, mayWait } from '@nopage/gfp';
import { MmError } from '../errors.js';
import type { Memory } from '../memory.js';

/**
 * Refuses a request that contradicts itself: what the types exclude, for words that came past them.
 *
 * @param how - Does the caller wait, or not? `replayed`: it takes the word as it comes.
 * @throws {MmError} `BAD_GFP`, `ORDER_RANGE`, `MUST_NOT_WAIT`.
 */
export function assertRequest(memory: Memory, gfp: number, order: number, how: 'waiting' | 'at-once' | 'replayed'): void {
  highestZone(memory, gfp);
  if (!Number.isInteger(order) || order < 0) throw new MmError('ORDER_RANGE', `an order is a whole number from 0, not ${given(order)}`, { gfp, order });
  if (how === 'waiting' && !mayWait(gfp)) throw new MmError('MUST_NOT_WAIT', `${hexOf(gfp)} has no leave to wait: use alloc()`, { gfp, order });
  if (how === 'at-once' && (gfp & __GFP_NOFAIL) !== 0) throw new MmError('BAD_GFP', `${hexOf(gfp)} must not fail, so it has to be able to wait: use allocWait()`, { gfp, order });
}

/** The index of the highest zone that a word allows. @throws {MmError} `BAD_GFP` for a word that can't be. */
export function highestZone(memory: Memory, gfp: number): number {
  if (!Number.isInteger(gfp) || gfp < 0 || (gfp & ~memory.knownBits) !== 0 || gfp > 0x7fff_ffff) {
    throw new MmError('BAD_GFP', `${Number.isInteger(gfp) && gfp >= 0 ? hexOf(gfp) : given(gfp)} is no flag word of ${memory.profile.name}`, { gfp });
  }
  const highest = memory.zoneOfBits[gfp & 15]!;
  if (highest < 0) throw new MmError('BAD_GFP', `${hexOf(gfp)} asks for zones that exclude one another`, { gfp });
  if ((gfp >> 3 & 3) === 3) throw new MmError('BAD_GFP', `${hexOf(gfp)} is both movable and reclaimable`, { gfp });
  return highest;
}
