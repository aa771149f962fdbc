import type { Buddy } from './buddy.js';
import { given, MisuseError } from './errors.js';
import { assertHeld } from './frames.js';
import { LAYOUT, RULE, STATE } from './layout.js';
import { NO_PAGE } from './no-page.js';
import { assertMigratetype } from './range.js';

const { COUNTS, FIRST, HEADS_END } = LAYOUT;
const { HELD, INSIDE, RESERVED } = STATE;
/** Largest state byte of a free single page. */
const SINGLE_END = 7;
// Only while a bulk free is checked: no frame of the list can pass for held a second time.
const MARKED = STATE.CACHED;
const MARKED_RESERVED: number = STATE.CACHED | 1;

/** @throws {MisuseError} `ARRAY_TYPE`. */
export function lengthOf(array: Int32Array): number {
  // An array of another realm is no instance of ours.
  if (!(array instanceof Int32Array) && Object.prototype.toString.call(array) !== '[object Int32Array]') throw new MisuseError('ARRAY_TYPE', 'frames are in an Int32Array');
  return array.length;
}

function assertCount(array: Int32Array, count: number): void {
  lengthOf(array);
  if (!Number.isInteger(count) || count < 0 || count > array.length) {
    throw new MisuseError('PAGES_RANGE', `count is 0 to the array's length (${array.length}), not ${given(count)}`, { count, length: array.length });
  }
}

export function allocBulk(buddy: Buddy, out: Int32Array, count: number, migratetype: number): number {
  assertCount(out, count);
  assertMigratetype(migratetype);
  let got = takeRun(buddy, out, 0, count, migratetype);
  while (got < count) {
    const pfn = buddy.alloc(0, migratetype);
    if (pfn === NO_PAGE) break;
    out[got++] = pfn;
    got = takeRun(buddy, out, got, count, migratetype);
  }
  return got;
}

/** Takes pages off the front of one order-0 list into `out[from..count]`, with one update of head and counts. */
function takeRun(buddy: Buddy, out: Int32Array, from: number, count: number, list: number): number {
  const { links, state, basePfn } = buddy;
  const head = list << 1;
  let node = links[head]!;
  let got = from;
  while (got < count && node >= HEADS_END) {
    const frame = (node - FIRST) >> 1;
    state[frame] = HELD;
    out[got++] = frame + basePfn;
    node = links[node]!;
  }
  links[head] = node;
  links[node + 1] = head;
  links[COUNTS + list]! -= got - from;
  return got;
}

export function freeBulk(buddy: Buddy, pfns: Int32Array, count: number): void {
  assertCount(pfns, count);
  const { state, basePfn, span } = buddy;
  // Marked as they are checked, so that the second of two equal frames is found; all or none are freed.
  for (let i = 0; i < count; i++) {
    const frame = pfns[i]! - basePfn;
    if ((frame >>> 0) >= span || state[frame] !== HELD) state[frame] = admitMarked(buddy, pfns, i);
    else state[frame] = MARKED;
  }
  const defers = (buddy.rules & RULE.DEFER_LIKELY_MERGES) !== 0;
  let i = 0;
  while (i < count) {
    if (!defers) i = putRun(buddy, pfns, i, count);
    if (i < count) i += freeBlock(buddy, pfns, i, count);
  }
}

/**
 * Lists single pages of one type, from `pfns[from]` on, while their buddies are in use: with one update of head and
 * count. Returns the index of the first that it did not.
 */
function putRun({ links, state, blockTypes, basePfn, pageblockOrder }: Buddy, pfns: Int32Array, from: number, count: number): number {
  if (pageblockOrder === 0) return from;
  const list = blockTypes[(pfns[from]! - basePfn) >> pageblockOrder]!;
  const head = list << 1;
  let top = links[head]!;
  let i = from;
  for (; i < count; i++) {
    const frame = pfns[i]! - basePfn;
    const buddy = state[frame ^ 1]!;
    if (buddy <= SINGLE_END || buddy === MARKED || blockTypes[frame >> pageblockOrder] !== list) break;
    const node = FIRST + (frame << 1);
    links[node] = top;
    links[top + 1] = node;
    state[frame] = list;
    top = node;
  }
  links[head] = top;
  links[top + 1] = head;
  links[COUNTS + list]! += i - from;
  return i;
}

/**
 * Frees what begins at `pfns[from]`: the largest aligned block of which every page is listed from there on, in order.
 * To free it whole leaves the same lists as to free page after page, whose merges would end there.
 */
function freeBlock(buddy: Buddy, pfns: Int32Array, from: number, count: number): number {
  const { state, basePfn, pageblockOrder } = buddy;
  const pfn = pfns[from]!;
  const frame = pfn - basePfn;
  let order = 0;
  let run = 1;
  while (order < pageblockOrder && (frame & ((2 << order) - 1)) === 0) {
    const size = 2 << order;
    while (run < size && from + run < count && pfns[from + run] === pfn + run) run++;
    if (run < size) break;
    order++;
  }
  state.fill(INSIDE, frame, frame + (1 << order));
  state[frame] = HELD | order;
  buddy.free(pfn, order);
  return 1 << order;
}

/** Frame `index` is not plainly held: the mark of a reserved one; or undoes the marks before it and throws. */
function admitMarked(buddy: Buddy, pfns: Int32Array, index: number): number {
  const { state, basePfn } = buddy;
  try {
    assertHeld(buddy, pfns[index]!, 0);
    return MARKED_RESERVED;
  } catch (error) {
    for (let i = 0; i < index; i++) {
      const frame = pfns[i]! - basePfn;
      state[frame] = state[frame] === MARKED ? HELD : RESERVED;
    }
    throw error;
  }
}
