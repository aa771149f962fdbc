import type { Buddy } from './buddy.js';
import { given, MisuseError } from './errors.js';
import { MIGRATETYPE_LIMIT } from './layout.js';

/** @throws {MisuseError} `ORDER_RANGE`. */
export function assertOrder({ maxOrder }: Buddy, order: number): void {
  if (!Number.isInteger(order) || order < 0 || order > maxOrder) {
    throw new MisuseError('ORDER_RANGE', `an order is 0 to ${maxOrder}, not ${given(order)}`, { order, maxOrder });
  }
}

/** @throws {MisuseError} `MIGRATETYPE_RANGE`. */
export function assertMigratetype(migratetype: number): void {
  if (!Number.isInteger(migratetype) || migratetype < 0 || migratetype > MIGRATETYPE_LIMIT) {
    throw new MisuseError('MIGRATETYPE_RANGE', `a migratetype is 0 to ${MIGRATETYPE_LIMIT}, not ${given(migratetype)}`, { migratetype });
  }
}

/** @throws {MisuseError} `ORDER_RANGE`, `MIGRATETYPE_RANGE`. */
export function assertRequest(buddy: Buddy, order: number, migratetype: number): void {
  assertOrder(buddy, order);
  assertMigratetype(migratetype);
}

/** @throws {MisuseError} `PFN_RANGE` unless all of `pages` frames from `pfn` on are in the arena. */
export function assertFrames({ startPfn, pages: size }: Buddy, pfn: number, pages: number): void {
  const end = startPfn + size;
  if (!Number.isInteger(pfn) || !Number.isInteger(pages) || pages < 1 || pfn < startPfn || pfn + pages > end) {
    throw new MisuseError('PFN_RANGE', `${given(pages)} frames from ${given(pfn)} are not within ${startPfn} to ${end - 1}`, { pfn, pages });
  }
}

/** @throws {MisuseError} `MISALIGNED` unless `pfn` is a multiple of `2 ** order`. */
export function assertAligned(pfn: number, order: number): void {
  if (pfn % 2 ** order !== 0) {
    throw new MisuseError('MISALIGNED', `frame ${pfn} can't begin a block of order ${order}`, { pfn, order });
  }
}

/** @throws {MisuseError} `MEMORY_GONE` when the arena has no buffer any more. */
export function assertBuffer({ links }: Buddy): void {
  if (links.length === 0) throw new MisuseError('MEMORY_GONE', "the arena's buffer was transferred or made smaller");
}
