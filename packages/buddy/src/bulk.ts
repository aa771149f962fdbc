import type { Buddy } from './buddy.js';
import { given, MisuseError } from './errors.js';
import { assertHeld } from './frames.js';
import { LAYOUT, RULE, STATE } from './layout.js';
import { NO_PAGE } from './no-page.js';
import { assertMigratetype } from './range.js';

const { COUNTS, FIRST, HEADS_END } = LAYOUT;
const { HELD, INSIDE, RESERVED } = STATE;
const { DEFER_LIKELY_MERGES } = RULE;
/** Largest state byte of a free single page. */
const SINGLE_END = 7;
// Only while a bulk free is checked: no frame of the list can pass for held a second time.
const MARKED = STATE.CACHED;
const MARKED_RESERVED: number = STATE.CACHED | 1;

// Short, as what calls it: V8 puts all of a bulk request into the loop that makes it, where it knows the arena, and then it takes half the time.
function countOf(array: Int32Array, count: number | undefined): number {
  if (!(array instanceof Int32Array)) assertIntegers(array);
  if (count === undefined) return array.length;
  if (count >>> 0 !== count || count > array.length) throw wrongCount(array.length, count);
  return count;
}

function assertIntegers(array: unknown): void {
  // An array of another realm is no instance of ours.
  if (Object.prototype.toString.call(array) !== '[object Int32Array]') throw new MisuseError('ARRAY_TYPE', 'frames are in an Int32Array');
}

function wrongCount(length: number, count: number): MisuseError {
  return new MisuseError('PAGES_RANGE', `count is 0 to the array's length (${length}), not ${given(count)}`, { count, length });
}

export function allocBulk(buddy: Buddy, out: Int32Array, most: number | undefined, migratetype: number): number {
  const count = countOf(out, most);
  if ((migratetype & ~7) !== 0 || migratetype !== (migratetype | 0)) assertMigratetype(migratetype);
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

export function freeBulk(buddy: Buddy, pfns: Int32Array, most: number | undefined): void {
  const count = countOf(pfns, most);
  // Pages that only go on a list are checked on the way, for that can be taken back; before the first merge, all that are left.
  const listed = (buddy.rules & DEFER_LIKELY_MERGES) !== 0 ? 0 : putRun(buddy, pfns, 0, count, HELD);
  if (listed < count) freeRest(buddy, pfns, listed, count);
}

function freeRest(buddy: Buddy, pfns: Int32Array, from: number, count: number): void {
  markRest(buddy, pfns, from, count);
  const defers = (buddy.rules & DEFER_LIKELY_MERGES) !== 0;
  let i = from;
  while (i < count) {
    i += freeBlock(buddy, pfns, i, count);
    if (!defers) i = putRun(buddy, pfns, i, count, MARKED);
  }
}

/**
 * Lists single pages of one type whose state is `own`, from `pfns[from]` on, while their buddies are in use: with one
 * update of head and count. Returns the index of the first that it did not; at once where a pair begins, which merges.
 */
function putRun({ links, state, blockTypes, basePfn, pageblockOrder }: Buddy, pfns: Int32Array, from: number, count: number, own: number): number {
  const pairs = from + 1 < count && (pfns[from]! ^ pfns[from + 1]!) === 1;
  if (from === count || pairs || pageblockOrder === 0) return from;
  const list = blockTypes[(pfns[from]! - basePfn) >> pageblockOrder]!;
  const head = list << 1;
  let top = links[head]!;
  let i = from;
  for (; i < count; i++) {
    const frame = pfns[i]! - basePfn;
    if (state[frame] !== own || state[frame ^ 1]! <= SINGLE_END || blockTypes[frame >> pageblockOrder] !== list) break;
    const node = FIRST + (frame << 1);
    links[node] = top;
    links[top + 1] = node;
    state[frame] = list;
    top = node;
  }
  if (i === from) return i;
  links[head] = top;
  links[top + 1] = head;
  links[COUNTS + list]! += i - from;
  return i;
}

/** Undoes a {@link putRun} of the first `count` pages. */
function takeBackRun({ links, state, basePfn }: Buddy, pfns: Int32Array, count: number): void {
  if (count === 0) return;
  const frame = pfns[0]! - basePfn;
  const list = state[frame]!;
  const head = list << 1;
  const top = links[FIRST + (frame << 1)]!;
  links[head] = top;
  links[top + 1] = head;
  links[COUNTS + list]! -= count;
  for (let i = 0; i < count; i++) state[pfns[i]! - basePfn] = HELD;
}

/** Marks the pages from `pfns[from]` on as they are checked, so that the second of two equal frames is found. */
function markRest(buddy: Buddy, pfns: Int32Array, from: number, count: number): void {
  const { state, basePfn, span } = buddy;
  for (let i = from; i < count; i++) {
    const frame = pfns[i]! - basePfn;
    if ((frame >>> 0) >= span || state[frame] !== HELD) state[frame] = admitMarked(buddy, pfns, from, i);
    else state[frame] = MARKED;
  }
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

/** Frame `index` is not plainly held: the mark of a reserved one; or undoes what was done to those before it and throws. */
function admitMarked(buddy: Buddy, pfns: Int32Array, listed: number, index: number): number {
  const { state, basePfn } = buddy;
  try {
    assertHeld(buddy, pfns[index]!, 0);
    return MARKED_RESERVED;
  } catch (error) {
    for (let i = listed; i < index; i++) {
      const frame = pfns[i]! - basePfn;
      state[frame] = state[frame] === MARKED ? HELD : RESERVED;
    }
    takeBackRun(buddy, pfns, listed);
    throw error;
  }
}
