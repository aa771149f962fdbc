import { rng } from './traces.mjs';

const PAGES = 1 << 13;
const MAX_ORDER = 10;

/** Random operations against a map of owners; what an adapter does wrong, as text. */
export async function verify(adapter) {
  try {
    const { create } = await import(new URL(`adapters/${adapter}.mjs`, import.meta.url));
    return [...new Set([...randomOperations(create(PAGES)), ...misuse(create(PAGES))])];
  } catch (error) {
    return [error.message];
  }
}

function randomOperations(arena) {
  const wrong = [];
  const owner = new Int32Array(PAGES).fill(-1);
  const live = [];
  const random = rng(7);
  for (let i = 0; i < 300_000; i++) {
    const grows = i % 60_000 < 40_000 ? 3 : 1;
    if (live.length === 0 || (random() >>> 9 & 3) < grows) {
      const order = (random() >>> 7) % (MAX_ORDER + 1);
      const pfn = arena.alloc(order);
      if (pfn < 0) continue;
      const first = pfn - (arena.startPfn ?? 0);
      if ((pfn & (1 << order) - 1) !== 0) wrong.push('a block is not aligned to its size');
      if (first < 0 || first + (1 << order) > PAGES) wrong.push('a block is not within the arena');
      for (let page = first; page < first + (1 << order); page++) {
        if (owner[page] !== -1) wrong.push('two blocks overlap');
        owner[page] = i;
      }
      live.push([pfn, order]);
    } else {
      const [[pfn, order]] = live.splice((random() >>> 3) % live.length, 1);
      const first = pfn - (arena.startPfn ?? 0);
      owner.fill(-1, first, first + (1 << order));
      arena.free(pfn, order);
    }
    if (wrong.length > 3) return wrong;
  }
  for (const [pfn, order] of live) arena.free(pfn, order);
  arena.drain?.();
  const counts = arena.freeCounts?.() ?? [];
  counts.forEach((count, order) => {
    if (order < MAX_ORDER && count !== 0) wrong.push(`${count} blocks of order ${order} did not merge`);
  });
  return wrong;
}

function misuse(arena) {
  const wrong = [];
  const mustThrow = (rule, call) => {
    try {
      call();
    } catch {
      return;
    }
    wrong.push(`${rule} is not noticed`);
  };
  const block = arena.alloc(2);
  const page = arena.alloc(0);
  arena.free(page, 0);
  mustThrow('a double free', () => arena.free(page, 0));
  mustThrow('the free of an inner page', () => arena.free(block + 1, 0));
  mustThrow('the wrong order', () => arena.free(block, 1));
  arena.free(block, 2);
  mustThrow('a double free after a merge', () => arena.free(block, 2));
  mustThrow('a frame past the end', () => arena.free((arena.startPfn ?? 0) + PAGES, 0));
  mustThrow('a negative frame', () => arena.free(-1, 0));
  return wrong;
}
