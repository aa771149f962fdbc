import { given, MAX_PAGES } from '@nopage/buddy';
import type { PageAllocatorOptions } from '@nopage/mm';
import { ArenaError } from './errors.js';
import type { GrowthLimits, Room } from './growth.js';
import { assertBytes, assertSeams, type PagedArenaOptions } from './options.js';
import { isPowerOfTwo, MAX_POWER } from './size.js';

/** Largest order of a block, and largest frame number: those of `@nopage/buddy`. */
const MAX_ORDER = 15;
const MAX_PFN = 2 ** 31 - 2;
/** Pages are grouped by mobility in at least this many groups, if there are as many. */
const GROUPS_ORDER = 3;
const GROUP_MAX_ORDER = 9;
const KBYTES_OF_A_PAGE = 4;

/** An arena's place in its memory, and the page allocator that fits it. */
export interface Layout {
  readonly limits: GrowthLimits;
  readonly allocator: PageAllocatorOptions;
}

/**
 * Lays an arena out in its memory.
 *
 * @param byteLength - Bytes of the arena; undefined for all from `offset` on.
 * @throws {ArenaError} `BAD_OPTION`, `BAD_MEMORY`.
 */
export function layOut(room: Room, byteLength: number | undefined, options: PagedArenaOptions): Layout {
  const { pageBytes = 4096, offset = 0, maximumBytes, growBytes, reserveBytes = 0 } = options;
  assertSeams(options);
  if (!isPowerOfTwo(pageBytes)) throw new ArenaError('BAD_OPTION', `pageBytes is a power of two from 1 to ${MAX_POWER}, not ${given(pageBytes)}`, { pageBytes });
  assertBytes({ offset, ...(byteLength !== undefined && { byteLength }), ...(maximumBytes !== undefined && { maximumBytes }), ...(growBytes !== undefined && { growBytes }), reserveBytes });
  if (offset % pageBytes !== 0) throw new ArenaError('BAD_OPTION', `offset ${offset} is no multiple of the page size ${pageBytes}`, { offset, pageBytes });
  const owned = byteLength === undefined ? room.byteLength : offset + byteLength;
  if (owned > room.byteLength) throw new ArenaError('BAD_MEMORY', `the memory has ${room.byteLength} bytes, the arena would reach to ${owned}`, { memoryBytes: room.byteLength, offset, byteLength: owned - offset });
  const pages = Math.floor((owned - offset) / pageBytes);
  if (!(pages >= 1)) throw new ArenaError('BAD_MEMORY', `${Math.max(0, owned - offset)} bytes from ${offset} on hold no page of ${pageBytes} bytes`, { memoryBytes: room.byteLength, offset, pageBytes });
  const startPfn = offset / pageBytes;
  if (pages > MAX_PAGES || startPfn + pages > MAX_PFN) throw new ArenaError('BAD_MEMORY', `an arena has up to ${MAX_PAGES} pages, not ${pages}: take larger ones than of ${pageBytes} bytes`, { pages, pageBytes });
  const byteLengthNow = pages * pageBytes;
  if (maximumBytes !== undefined && maximumBytes < byteLengthNow) throw new ArenaError('BAD_OPTION', `maximumBytes ${maximumBytes} is less than the ${byteLengthNow} bytes that there are`, { maximumBytes, byteLength: byteLengthNow });
  const mostPages = Math.min(MAX_PAGES, MAX_PFN - startPfn, Math.floor(((room.grow === null ? owned : room.limitBytes) - offset) / pageBytes), Math.floor((maximumBytes ?? Infinity) / pageBytes));
  const reservePages = Math.ceil(reserveBytes / pageBytes);
  if (reservePages >= pages) throw new ArenaError('BAD_OPTION', `a reserve of ${reservePages} pages leaves nothing of ${pages}`, { reserveBytes, byteLength: byteLengthNow });
  const { fault, shrinkers, outOfMemory, onKswapdWanted, clock } = options;
  return {
    limits: { pageBytes, offset, end: offset + byteLengthNow, limit: offset + Math.max(pages, mostPages) * pageBytes, owned, growBytes: growBytes ?? null },
    allocator: {
      fault, shrinkers, outOfMemory, onKswapdWanted, clock,
      zones: [{ name: 'Normal', startPfn, pages }],
      profile: 'linux-6.12',
      maxOrder: Math.min(MAX_ORDER, floorOrder(Math.max(pages, mostPages))),
      pageblockOrder: Math.min(GROUP_MAX_ORDER, Math.max(0, floorOrder(pages) - GROUPS_ORDER)),
      minFreeKbytes: reservePages * KBYTES_OF_A_PAGE,
      watermarkScaleFactor: 1,
      watermarkBoostFactor: 0,
      // Pages on a per-CPU list are merged with nothing: an arena is too small for that.
      pcp: false,
    },
  };
}

/** The order of the largest block that so many pages could be. */
function floorOrder(pages: number): number {
  return 31 - Math.clz32(pages);
}
