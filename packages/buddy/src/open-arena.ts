import { given, MisuseError } from './errors.js';
import { assertGeometry, extentOf, LAYOUT, MAGIC, MIGRATETYPE_LIMIT, RULE, STATE, setCeiling, type Extent, type Geometry } from './layout.js';

/** What an arena is made of. */
export interface BuddyOptions {
  /** Page frames, 1 to `MAX_PAGES`. */
  readonly pages: number;
  /** Number of the first frame; a block is aligned by its number, so an arena may begin anywhere. @defaultValue 0 */
  readonly startPfn?: number;
  /** Largest block is `2 ** maxOrder` pages; 0 to 15. @defaultValue 10 */
  readonly maxOrder?: number;
  /** Frames are grouped by mobility in blocks of this order; 0 to `maxOrder`. @defaultValue 9, or `maxOrder` if less */
  readonly pageblockOrder?: number;
  /** Type that every pageblock begins with; 0 to 7. @defaultValue 1 (movable) */
  readonly migratetype?: number;
  /**
   * `free`: every frame. `reserved`: present, but to be freed before it is used. `absent`: no memory until
   * `addFrames`. `kept`: the buffer holds an arena of this geometry already. @defaultValue `free`
   */
  readonly initially?: 'free' | 'reserved' | 'absent' | 'kept';
  /** Where the state is to be, `Buddy.bytesFor(options)` bytes or more; overwritten unless `kept`. */
  readonly buffer?: ArrayBufferLike;
  /** A block that merges with one of another type gives it its own type (6.10 on). @defaultValue true */
  readonly retypeOnMerge?: boolean;
  /**
   * A freed block whose buddy is in use, but whose next larger buddy is free, goes to the tail of its list, so that it
   * is left alone until it can merge, as the kernel does it. `free` takes about a quarter longer. @defaultValue false
   */
  readonly deferLikelyMerges?: boolean;
  /** A block larger than a pageblock is freed a pageblock at a time, each to its own type (6.10 on). @defaultValue true */
  readonly splitLargeFrees?: boolean;
}

/** Views on a buffer that holds an arena. */
export interface Arena extends Geometry, Extent {
  readonly buffer: ArrayBufferLike;
  readonly links: Int32Array;
  readonly counts: Int32Array;
  readonly state: Uint8Array;
  readonly blockTypes: Uint8Array;
  readonly rules: number;
}

function geometryOf({ pages, startPfn = 0, maxOrder = 10, pageblockOrder = Math.min(9, maxOrder) }: BuddyOptions): Geometry {
  const geometry = { startPfn, pages, maxOrder, pageblockOrder };
  assertGeometry(geometry);
  return geometry;
}

/** Is it memory that views can lie on? A view itself would be copied, and the arena be somewhere else. */
export function isBuffer(value: unknown): value is ArrayBufferLike {
  return /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));
}

function bufferFor(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (cause) {
    throw new MisuseError('ARENA_SIZE', `no memory for an arena's state of ${bytes} bytes`, { bytes }, { cause });
  }
}

function rulesOf({ retypeOnMerge = true, splitLargeFrees = true, deferLikelyMerges = false }: BuddyOptions): number {
  return (retypeOnMerge ? RULE.RETYPE_ON_MERGE : 0) | (splitLargeFrees ? RULE.SPLIT_LARGE_FREES : 0) | (deferLikelyMerges ? RULE.DEFER_LIKELY_MERGES : 0);
}

const INITIALLY = ['free', 'reserved', 'absent', 'kept'];

function assertOptions(migratetype: number, initially: string): void {
  if (!Number.isInteger(migratetype) || migratetype < 0 || migratetype > MIGRATETYPE_LIMIT) {
    throw new MisuseError('OPTION_RANGE', `migratetype is 0 to ${MIGRATETYPE_LIMIT}, not ${given(migratetype)}`, { migratetype });
  }
  if (!INITIALLY.includes(initially)) throw new MisuseError('OPTION_RANGE', `initially is one of ${INITIALLY.join(', ')}, not ${given(initially)}`);
}

function assertKept(links: Int32Array, { startPfn, pages, maxOrder, pageblockOrder }: Geometry): void {
  const { MAGIC: magic, START_PFN, PAGES, MAX_ORDER, PAGEBLOCK_ORDER } = LAYOUT;
  const same = links[magic] === MAGIC && links[START_PFN] === startPfn && links[PAGES] === pages && links[MAX_ORDER] === maxOrder && links[PAGEBLOCK_ORDER] === pageblockOrder;
  if (!same) throw new MisuseError('BAD_SNAPSHOT', 'the buffer holds no arena of this geometry', { startPfn, pages, maxOrder, pageblockOrder });
}

/** Lays an arena out in a buffer, and fills it unless it is to be kept. */
export function openArena(options: BuddyOptions): Arena {
  const geometry = geometryOf(options);
  const extent = extentOf(geometry);
  const { migratetype = 1, initially = 'free' } = options;
  assertOptions(migratetype, initially);
  if (options.buffer !== undefined && !isBuffer(options.buffer)) throw new MisuseError('ARRAY_TYPE', 'a buffer is an ArrayBuffer or a SharedArrayBuffer');
  if (options.buffer !== undefined && options.buffer.byteLength < extent.bytes) {
    const { byteLength } = options.buffer;
    throw new MisuseError('BUFFER_SIZE', `this arena needs ${extent.bytes} bytes, the buffer has ${byteLength}`, { bytes: extent.bytes, byteLength });
  }
  const buffer = options.buffer ?? bufferFor(extent.bytes);
  const words = LAYOUT.FIRST + extent.span * 2;
  const links = new Int32Array(buffer, 0, words);
  if (initially === 'kept') assertKept(links, geometry);
  const rules = initially === 'kept' ? links[LAYOUT.RULES]! : rulesOf(options);
  const arena: Arena = {
    ...geometry, ...extent, buffer, links, rules,
    counts: new Int32Array(buffer, LAYOUT.COUNTS * 4, LAYOUT.LISTS),
    state: new Uint8Array(buffer, words * 4, extent.paddedSpan),
    blockTypes: new Uint8Array(buffer, words * 4 + extent.paddedSpan, extent.blocks),
  };
  if (initially !== 'kept') fill(arena, initially, migratetype);
  return arena;
}

/** Bytes that {@link openArena} needs. @throws {MisuseError} As for an arena. */
export function arenaBytes(options: BuddyOptions): number {
  return extentOf(geometryOf(options)).bytes;
}

function fill(arena: Arena, initially: 'free' | 'reserved' | 'absent', migratetype: number): void {
  const { links, state, blockTypes, basePfn, startPfn, span, paddedSpan, maxOrder } = arena;
  const start = startPfn - basePfn;
  for (let head = 0; head < LAYOUT.HEADS_END; head += 2) links[head] = links[head + 1] = head;
  links.fill(0, LAYOUT.COUNTS, LAYOUT.FIRST);
  links[LAYOUT.MAGIC] = MAGIC;
  links[LAYOUT.START_PFN] = startPfn;
  links[LAYOUT.PAGES] = arena.pages;
  links[LAYOUT.MAX_ORDER] = maxOrder;
  links[LAYOUT.PAGEBLOCK_ORDER] = arena.pageblockOrder;
  links[LAYOUT.RULES] = arena.rules;
  setCeiling(links, 0);
  blockTypes.fill(migratetype);
  state.fill(STATE.ABSENT, 0, start);
  state.fill(STATE.ABSENT, span, paddedSpan);
  state.fill(initially === 'free' ? STATE.INSIDE : initially === 'reserved' ? STATE.RESERVED : STATE.ABSENT, start, span);
  if (initially === 'free') freeAll(arena, start, migratetype);
}

/** Frees frames `start` to the end in the largest aligned blocks, lowest at the head of each list. */
function freeAll({ links, state, span, maxOrder }: Arena, start: number, migratetype: number): void {
  let frame = start;
  while (frame < span) {
    let order = frame === 0 ? maxOrder : Math.min(maxOrder, 31 - Math.clz32(frame & -frame));
    while (frame + (1 << order) > span) order--;
    const list = order << LAYOUT.LIST_SHIFT | migratetype;
    const head = list << 1;
    const node = LAYOUT.FIRST + (frame << 1);
    const tail = links[head + 1]!;
    links[node] = head;
    links[node + 1] = tail;
    links[tail] = node;
    links[head + 1] = node;
    links[LAYOUT.COUNTS + list]!++;
    if (order > links[LAYOUT.CEILING]!) setCeiling(links, order);
    state[frame] = list;
    frame += 1 << order;
  }
}
