import { hexOf } from './codec.js';
import { __GFP_DIRECT_RECLAIM, __GFP_NOFAIL, type GfpRequest } from './flags.js';
import { GfpError } from './errors.js';
import { ZONE_RANKS } from './zone-bits.js';

/** What makes a word impossible to honour. */
export type Contradiction = 'nofail-cannot-wait' | 'zone-bits' | 'movable-and-reclaimable';

/**
 * Says what in a word (numbering of 6.12) excludes itself: for words that came past the types, out of a file or a cast.
 *
 * @returns null when nothing does.
 */
export function contradiction(word: number): Contradiction | null {
  if ((word & __GFP_NOFAIL) !== 0 && (word & __GFP_DIRECT_RECLAIM) === 0) return 'nofail-cannot-wait';
  if (ZONE_RANKS[word & 0xf] === -1) return 'zone-bits';
  if ((word & 0x18) === 0x18) return 'movable-and-reclaimable';
  return null;
}

/** Every bit of the numbering of 6.12 that does not depend on how the kernel was built. */
const KNOWN_BITS = 0xfffdff;

/**
 * A number as a flag word of 6.12 that can be asked for.
 *
 * @throws {GfpError} `NOT_A_MASK`, `UNKNOWN_BITS`, or `CONTRADICTION` naming which.
 */
export function gfpWord(mask: number): GfpRequest {
  if (!Number.isInteger(mask) || mask < 0 || mask > 0xffffffff) throw new GfpError('NOT_A_MASK', mask, `${String(mask)} is no flag word`);
  const unknown = mask & ~KNOWN_BITS;
  if (unknown !== 0) throw new GfpError('UNKNOWN_BITS', mask, `Linux 6.12 has no flag ${hexOf(unknown)} (in ${hexOf(mask)})`);
  const wrong = contradiction(mask);
  if (wrong !== null) throw new GfpError('CONTRADICTION', mask, `${hexOf(mask)} contradicts itself: ${wrong}`);
  return mask as GfpRequest;
}
