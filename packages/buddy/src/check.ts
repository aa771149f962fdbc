import type { Buddy } from './buddy.js';
import { LAYOUT, MIGRATETYPE_LIMIT, RULE, STATE } from './layout.js';

const { CEILING, COUNTS, FIRST, LISTS, LIST_SHIFT, PLAIN_BELOW } = LAYOUT;

/** Findings beyond this many are not listed: one broken link can make a thousand. */
const LIMIT = 100;

export function check(buddy: Buddy): string[] {
  if (buddy.links.length === 0) return ['the buffer was given away'];
  const broken: string[] = [];
  const blocks = new Int32Array(LISTS);
  for (let list = 0; list < LISTS; list++) blocks[list] = checkList(buddy, list, broken);
  checkFrames(buddy, blocks, broken);
  return broken.length > LIMIT ? broken.slice(0, LIMIT) : broken;
}

const nameOf = (list: number): string => `list of order ${list >> LIST_SHIFT}, migratetype ${list & 7}`;

/**
 * Walks one list; returns how many blocks it holds. A list that comes back to a node it has passed has a node with two
 * predecessors, and only one of them is its `prev`: the walk ends there.
 */
function checkList({ links, state, basePfn, span, maxOrder }: Buddy, list: number, broken: string[]): number {
  const head = list << 1;
  let count = 0;
  let prev = head;
  let node = links[head]!;
  while (node !== head) {
    const frame = (node - FIRST) / 2;
    if (frame < 0 || frame >= span || !Number.isInteger(frame)) {
      broken.push(`${nameOf(list)}: leads to node ${node}, which is no frame`);
      return count;
    }
    if (links[node + 1] !== prev) {
      broken.push(`${nameOf(list)}: loops or is cut at frame ${frame + basePfn}, whose link back is wrong`);
      return count;
    }
    if (state[frame] !== list) broken.push(`${nameOf(list)}: frame ${frame + basePfn} is on it but its state is ${state[frame]!}`);
    count++;
    prev = node;
    node = links[node]!;
  }
  if (links[head + 1] !== prev) broken.push(`${nameOf(list)}: its tail is not its last block`);
  if (links[COUNTS + list] !== count) broken.push(`${nameOf(list)}: counts ${links[COUNTS + list]!} blocks and holds ${count}`);
  if (count !== 0 && list >> LIST_SHIFT > maxOrder) broken.push(`${nameOf(list)}: holds blocks larger than the largest order, ${maxOrder}`);
  return count;
}

/** Goes through all frames in address order: blocks must tile the arena, and agree with what the lists hold. */
function checkFrames(buddy: Buddy, onLists: Int32Array, broken: string[]): void {
  const { links, state, basePfn, startPfn, span, maxOrder } = buddy;
  const start = startPfn - basePfn;
  const seen = new Int32Array(LISTS);
  let frame = 0;
  while (frame < state.length) {
    const value = state[frame]!;
    const pfn = frame + basePfn;
    if (frame < start || frame >= span) {
      if (value !== STATE.ABSENT) broken.push(`frame ${pfn} is outside the arena and its state is ${value}`);
      frame++;
    } else if (value === STATE.ABSENT || value === STATE.RESERVED) frame++;
    else if (value === STATE.INSIDE || value >= STATE.CACHED + 16) {
      broken.push(value === STATE.INSIDE ? `frame ${pfn} is inside a block that nobody begins` : `frame ${pfn} has the unknown state ${value}`);
      frame++;
    } else {
      const free = value < LISTS;
      const order = free ? value >> LIST_SHIFT : value & 15;
      const fits = checkExtent(buddy, frame, order, broken);
      if (free) {
        seen[value]!++;
        if (fits) checkFree(buddy, frame, order, broken);
      }
      frame += fits ? 1 << order : 1;
    }
    if (broken.length > LIMIT) return;
  }
  for (let list = 0; list < LISTS; list++) {
    if (seen[list] !== onLists[list]) broken.push(`${nameOf(list)}: ${seen[list]!} blocks say they are on it, ${onLists[list]!} are`);
  }
  const plainBelow = Math.min(links[CEILING]! + 1, buddy.pageblockOrder, maxOrder - 1);
  if (links[PLAIN_BELOW] !== plainBelow) broken.push(`frees blocks plainly below order ${links[PLAIN_BELOW] ?? -1} where it should be ${plainBelow}`);
  for (let order = links[CEILING]! + 1; order <= maxOrder; order++) {
    if (buddy.freeCount(order) !== 0) broken.push(`order ${order} has free blocks above the ceiling, ${links[CEILING]!}`);
  }
}

function checkExtent({ state, basePfn, span, maxOrder }: Buddy, frame: number, order: number, broken: string[]): boolean {
  const pfn = frame + basePfn;
  const size = 1 << order;
  if (order > maxOrder || frame % size !== 0 || frame + size > span) {
    broken.push(`frame ${pfn} can't begin a block of order ${order}`);
    return false;
  }
  for (let inside = frame + 1; inside < frame + size; inside++) {
    if (state[inside] === STATE.INSIDE) continue;
    broken.push(`frame ${inside + basePfn} is inside the block of order ${order} at ${pfn} and its state is ${state[inside]!}`);
    return false;
  }
  return true;
}

function checkFree({ state, blockTypes, basePfn, pageblockOrder, rules }: Buddy, frame: number, order: number, broken: string[]): void {
  const pfn = frame + basePfn;
  const type = state[frame]! & 7;
  const block = frame >> pageblockOrder;
  const strict = (rules & RULE.RETYPE_ON_MERGE) !== 0;
  for (let at = block; at === block || at < (frame + (1 << order)) >> pageblockOrder; at++) {
    const blockType = blockTypes[at]!;
    if (blockType > MIGRATETYPE_LIMIT) broken.push(`the pageblock at frame ${(at << pageblockOrder) + basePfn} has type ${blockType}`);
    if (strict && blockType !== type) broken.push(`frame ${pfn} is free on a list of type ${type} in a pageblock of type ${blockType}`);
  }
  // Above, types may keep buddies apart, and a pageblock that changed its type since is not merged again.
  if (order >= pageblockOrder || (frame & (1 << order)) !== 0) return;
  if (state[frame + (1 << order)]! >> LIST_SHIFT !== order) return;
  broken.push(`frames ${pfn} and ${pfn + (1 << order)} are free buddies of order ${order} that did not merge`);
}
