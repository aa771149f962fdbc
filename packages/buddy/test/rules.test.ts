import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Buddy, NO_PAGE, type BuddyOptions } from '../src/index.js';

/** An arena of 512 pages where just these blocks are free, each list head first; type 1. */
function arena(free: Record<string, number[]>, options: Partial<BuddyOptions> = {}): Buddy {
  const buddy = new Buddy({ pages: 512, maxOrder: 10, pageblockOrder: 9, deferLikelyMerges: true, ...options });
  buddy.rebuild(Object.entries(free).map(([order, pfns]) => ({ order: Number(order), migratetype: 1, pfns })));
  return buddy;
}

/** Lists that hold something, by order. */
function lists(buddy: Buddy, type = 1): Record<string, number[]> {
  const entries = Array.from({ length: buddy.maxOrder + 1 }, (_, order) => [String(order), buddy.list(order, type)] as const);
  return Object.fromEntries(entries.filter(([, pfns]) => pfns.length > 0));
}

describe('a request', () => {
  it('splits the smallest block that fits: lowest part kept, upper halves to the heads', () => {
    const buddy = arena({ 0: [7, 9], 3: [256], 4: [32] });
    expect(buddy.alloc(1)).toBe(256);
    expect(lists(buddy)).toEqual({ 0: [7, 9], 1: [258], 2: [260], 4: [32] });
  });

  it('puts the halves before what a list holds already when a given block is taken', () => {
    const buddy = arena({ 0: [7], 1: [12], 2: [20], 3: [256] });
    buddy.takeBlock(256, 0, 1);
    expect(lists(buddy)).toEqual({ 0: [257, 7], 1: [258, 12], 2: [260, 20] });
  });

  it('takes the head of the list of its order', () => {
    const buddy = arena({ 0: [40, 8, 300] });
    expect([buddy.alloc(0), buddy.alloc(0), buddy.alloc(0), buddy.alloc(0)]).toEqual([40, 8, 300, NO_PAGE]);
  });

  it('of another type converts a whole pageblock where one is free', () => {
    const buddy = new Buddy({ pages: 64, maxOrder: 5, pageblockOrder: 4 });
    expect(buddy.alloc(0, 0)).toBe(0);
    expect([buddy.blockType(0), buddy.blockType(16), buddy.blockType(32)]).toEqual([0, 0, 1]);
    expect(lists(buddy, 0)).toEqual({ 0: [1], 1: [2], 2: [4], 3: [8], 4: [16] });
  });

  it('of another type otherwise takes the smallest block that fits, and leaves the pageblock its type', () => {
    const buddy = arena({ 1: [8], 3: [16] });
    expect(buddy.alloc(0, 2)).toBe(8);
    expect(buddy.blockType(8)).toBe(1);
    expect(lists(buddy)).toEqual({ 0: [9], 3: [16] });
  });

  it.each([3, 4, 5])('of type %i never borrows, and nobody borrows from it', (type) => {
    const buddy = new Buddy({ pages: 16, maxOrder: 4 });
    expect(buddy.alloc(0, type)).toBe(NO_PAGE);
    buddy.convertBlock(0, type);
    expect(buddy.alloc(0, 1)).toBe(NO_PAGE);
    expect(buddy.alloc(0, type)).toBe(0);
  });

  it('that failed is served again after a free made a block large enough', () => {
    const buddy = arena({ 0: [4, 9] });
    expect(buddy.alloc(1)).toBe(NO_PAGE);
    expect(buddy.alloc(1)).toBe(NO_PAGE);
    buddy.free(5, 0);
    expect(buddy.alloc(1)).toBe(4);
  });
});

describe('a free', () => {
  it.each([
    ['to the head when its buddy is in use', { 0: [40] }, 4, 0, { 0: [4, 40] }],
    ['to the tail when the next larger buddy is free', { 0: [40], 1: [6] }, 4, 0, { 0: [40, 4], 1: [6] }],
    ['to the head when the next larger buddy is free only in part', { 0: [6, 40] }, 4, 0, { 0: [4, 6, 40] }],
    ['to the tail after a merge, too', { 0: [5], 1: [100], 2: [0] }, 4, 0, { 1: [100, 4], 2: [0] }],
    ['up to the largest free buddy', { 0: [257], 1: [258], 2: [260] }, 256, 0, { 3: [256] }],
    ['to the head at order 9, which is one below the largest', { 0: [] }, 0, 9, { 9: [0] }],
  ])('merges and goes %s', (_rule, free, pfn, order, after) => {
    const buddy = arena(free);
    buddy.free(pfn, order);
    expect(lists(buddy)).toEqual(after);
    expect(buddy.check()).toEqual([]);
  });

  it('goes to the head in any case without deferLikelyMerges, and by putLast() to the tail', () => {
    const buddy = arena({ 0: [40], 1: [6] }, { deferLikelyMerges: false });
    buddy.free(4, 0);
    expect(buddy.list(0, 1)).toEqual([4, 40]);
    buddy.free(20, 0);
    buddy.allocAt(20, 0);
    buddy.putLast(20 - buddy.basePfn, 0, 1);
    expect(buddy.list(0, 1)).toEqual([4, 40, 20]);
  });
});

describe('pageblocks of several types', () => {
  const two = (options: Partial<BuddyOptions> = {}): Buddy => {
    const buddy = new Buddy({ pages: 32, maxOrder: 5, pageblockOrder: 4, initially: 'reserved', deferLikelyMerges: true, ...options });
    buddy.setBlockType(16, 2);
    return buddy;
  };

  it('merge, and the buddy takes the type of the freed block', () => {
    const buddy = two();
    buddy.free(16, 4);
    buddy.free(0, 4);
    expect(buddy.list(5, 1)).toEqual([0]);
    expect(buddy.blockType(16)).toBe(1);
  });

  it('merge and keep their types without retypeOnMerge', () => {
    const buddy = two({ retypeOnMerge: false });
    buddy.free(0, 4);
    buddy.free(16, 4);
    expect(buddy.list(5, 2)).toEqual([0]);
    expect([buddy.blockType(0), buddy.blockType(16)]).toEqual([1, 2]);
  });

  it('of type 3 and above never merge with another type', () => {
    const buddy = two();
    buddy.setBlockType(16, 3);
    buddy.free(0, 4);
    buddy.free(16, 4);
    expect([buddy.list(4, 1), buddy.list(4, 3)]).toEqual([[0], [16]]);
    expect(buddy.check()).toEqual([]);
  });

  it('are freed one by one to their own types, lowest first, and merge again to the type of the last', () => {
    const buddy = two();
    buddy.free(0, 5);
    expect(buddy.list(5, 2)).toEqual([0]);
    expect(buddy.blockType(0)).toBe(2);
  });

  it('are freed as one block of the first type without splitLargeFrees', () => {
    const buddy = two({ splitLargeFrees: false, retypeOnMerge: false });
    buddy.free(0, 5);
    expect(buddy.list(5, 1)).toEqual([0]);
    expect(buddy.blockType(16)).toBe(2);
  });

  it('give all their free pages to the tails of another type, in frame order', () => {
    const buddy = arena({ 0: [9, 3], 2: [16] }, { pageblockOrder: 5 });
    buddy.free(40, 0);
    expect(buddy.freePagesInBlock(31)).toBe(6);
    expect(buddy.moveFreePages(0, 0)).toBe(6);
    buddy.setBlockType(0, 0);
    expect(lists(buddy, 0)).toEqual({ 0: [3, 9], 2: [16] });
    expect(lists(buddy)).toEqual({ 0: [40] });
    expect(buddy.check()).toEqual([]);
  });
});

interface Example {
  readonly id: string;
  readonly topic: string;
  readonly description: string;
  readonly input: { free?: Record<string, number[]>; request_order?: number; requests?: number[]; free_pfn?: number; order?: number; free_order?: number };
  readonly expected: { allocated_pfn?: number; allocated_pfns?: number[]; free_after?: Record<string, number[]>; inserted_at?: string };
}

const spec = new URL('../../../../shared/spec/examples.json', import.meta.url);
const examples = existsSync(spec) ? (JSON.parse(readFileSync(spec, 'utf8')) as { examples: Example[] }).examples.filter(({ topic }) => topic === 'buddy') : [];
const byOrder = (named: Record<string, number[]>): Record<string, number[]> => Object.fromEntries(Object.entries(named).map(([key, pfns]) => [key.replace('order', ''), pfns]));

describe.skipIf(examples.length === 0)('the examples of the specification', () => {
  it.each(examples.map((example) => [example.id, example.description, example] as const))('%s: %s', (_id, _description, { input, expected }) => {
    const buddy = arena(byOrder(input.free ?? {}));
    const requests = input.requests ?? (input.request_order === undefined ? [] : [input.request_order]);
    const frames = requests.map((order) => buddy.alloc(order));
    if (expected.allocated_pfns !== undefined || expected.allocated_pfn !== undefined) expect(frames).toEqual(expected.allocated_pfns ?? [expected.allocated_pfn]);
    const order = input.order ?? input.free_order;
    if (order !== undefined) buddy.free(input.free_pfn ?? 0, order);
    for (const [at, pfns] of Object.entries(byOrder(expected.free_after ?? {}))) expect(buddy.list(Number(at), 1)).toEqual(pfns);
    if (expected.inserted_at !== undefined && order !== undefined) {
      const list = buddy.list(order, 1);
      // With one block on the list head and tail are one: put another beside it first.
      const other = arena({ ...byOrder(input.free ?? {}), ...(order === 0 ? { 0: [...(input.free?.['order0'] ?? []), 100] } : {}) });
      other.free(input.free_pfn ?? 0, order);
      expect(list).toContain(input.free_pfn ?? 0);
      expect(other.list(order, 1).at(expected.inserted_at.startsWith('tail') ? -1 : 0)).toBe(input.free_pfn ?? 0);
    }
  });
});
