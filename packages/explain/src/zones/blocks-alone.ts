import type { Facts } from '../facts.js';
import { freePagesOf } from './free-pages.js';

/** What the lists of free blocks tell where they are all that is left of the zones: people leave the lines with the numbers out. */
export interface BlocksAlone {
  /** Free pages listed, in zones that the request may use. */
  readonly freePages: number;
  /** Those of them in zones where every free block belongs to CMA. */
  readonly cmaPages: number;
  /** Is no block listed that the request could have had, and much more than it wanted in others? */
  readonly cutUp: boolean;
}

/** With fewer times what was asked for in small pieces, it is rather memory that was short than a block. */
const MUCH = 32;

/** Null where a zone has its numbers, or none has its blocks. */
export function blocksAlone({ eligible, order, permits }: Pick<Facts, 'eligible' | 'order' | 'permits'>): BlocksAlone | null {
  if (order === null || permits === null) return null;
  const forIt = permits.migratetype === 'movable' ? /[UMERC]/ : permits.sleep ? /[UMER]/ : /[UMERH]/;
  let freePages = 0, cmaPages = 0, noneWillDo = true, listed = false;
  for (const { state, largestBlockOrder, bigBlockTypes, commonBlockTypes } of eligible) {
    if (state.freePages !== null) return null;
    if (largestBlockOrder === null) continue;
    listed = true;
    freePages += freePagesOf(state) ?? 0;
    if (commonBlockTypes === 'C') cmaPages += freePagesOf(state) ?? 0;
    if (largestBlockOrder >= order && (bigBlockTypes === '' || forIt.test(bigBlockTypes))) noneWillDo = false;
  }
  return listed ? { freePages, cmaPages, cutUp: noneWillDo && freePages >= MUCH * 2 ** order } : null;
}
