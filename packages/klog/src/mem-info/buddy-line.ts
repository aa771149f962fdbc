import type { FreeBlocks } from '@nopage/gfp';

const ITEM = /(\d{1,20})[ \t]?[*_][ \t]?(\d{1,20})kB(?:[ \t]{0,8}\(([A-Z]{1,8})\))?(?![ \t]{0,8}\()/g;
const FIRST_ITEM = new RegExp(ITEM.source);
/** A buddy line ends in its sum, with or without the sign that mailers take for one of theirs. */
const SUM = /(?:=|[ \t)])[ \t]*\d+kB$/;

/** Does a line of free blocks go to its end? */
export function isWholeBuddy(text: string): boolean {
  return SUM.test(text) || text.endsWith('empty');
}

/** Bytes of a page by a line of free blocks, whose first item has order 0; null where it has none. */
export function pageBytesOfBuddy(text: string): number | null {
  const first = FIRST_ITEM.exec(text);
  const kb = Number(first?.[2]);
  return first !== null && kb >= 4 && kb <= 1024 && (kb & (kb - 1)) === 0 ? kb * 1024 : null;
}

/** The free blocks of a line, by order, as far as it goes. */
export function blocksIn(text: string): readonly FreeBlocks[] {
  const items: FreeBlocks[] = [];
  let size = 0;
  ITEM.lastIndex = 0;
  for (let found = ITEM.exec(text); found !== null; found = ITEM.exec(text)) {
    // Each size is twice the one before: behind a damaged item, the orders of the others would be wrong.
    if (items.length > 0 && Number(found[2]) !== size * 2) break;
    size = Number(found[2]);
    items.push({ count: Number(found[1]), types: found[3] ?? '' });
  }
  // The letters of the last item may be what a cut has taken.
  return SUM.test(text) ? items : items.slice(0, -1);
}
