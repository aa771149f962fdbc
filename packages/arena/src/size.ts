import { given } from '@nopage/buddy';
import { ArenaError } from './errors.js';

/** Pages and alignments are powers of two up to this. */
export const MAX_POWER: number = 2 ** 30;

/** Pages that hold so many bytes. @throws {ArenaError} `SIZE_RANGE`. */
export function pagesFor(bytes: number, pageBytes: number): number {
  if (!Number.isSafeInteger(bytes) || bytes < 1) throw new ArenaError('SIZE_RANGE', `a size is 1 to ${Number.MAX_SAFE_INTEGER} bytes, not ${given(bytes)}`, { bytes });
  return Math.ceil(bytes / pageBytes);
}

/** The smallest order whose block holds so many pages. */
export function orderFor(pages: number): number {
  if (pages > 2 ** 32) return 32 + orderFor(Math.ceil(pages / 2 ** 32));
  return pages <= 1 ? 0 : 32 - Math.clz32(pages - 1);
}

/** The smallest order whose blocks are aligned to so many bytes. @throws {ArenaError} `BAD_ALIGNMENT`. */
export function alignmentOrder(align: number, pageBytes: number): number {
  if (!isPowerOfTwo(align)) throw new ArenaError('BAD_ALIGNMENT', `an alignment is a power of two from 1 to ${MAX_POWER}, not ${given(align)}`, { align });
  return orderFor(Math.ceil(align / pageBytes));
}

export function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_POWER && (value & (value - 1)) === 0;
}
