import type { Buddy } from './buddy.js';
import { MisuseError } from './errors.js';
import { assertHeld } from './frames.js';
import { LAYOUT, STATE } from './layout.js';
import { NO_PAGE } from './no-page.js';
import { assertMigratetype } from './range.js';

const { COUNTS, FIRST, HEADS_END } = LAYOUT;
const { HELD, RESERVED } = STATE;
// Only while a bulk free is checked: no frame of the list can pass for held a second time.
const MARKED = STATE.CACHED;
const MARKED_RESERVED: number = STATE.CACHED | 1;

function assertCount(array: Int32Array, count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > array.length) {
    throw new MisuseError('PAGES_RANGE', `count is 0 to the array's length (${array.length}), not ${count}`, { count, length: array.length });
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
  const { state, basePfn, span, blockTypes, pageblockOrder } = buddy;
  // Marked as they are checked, so that the second of two equal frames is found; all or none are freed.
  for (let i = 0; i < count; i++) {
    const frame = pfns[i]! - basePfn;
    if ((frame >>> 0) >= span || state[frame] !== HELD) state[frame] = admitMarked(buddy, pfns, i);
    else state[frame] = MARKED;
  }
  for (let i = 0; i < count; i++) {
    const pfn = pfns[i]!;
    buddy.put(pfn, 0, blockTypes[(pfn - basePfn) >> pageblockOrder]!, false);
  }
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
