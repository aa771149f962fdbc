import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Buddy, LAYOUT, MisuseError, NO_PAGE, STATE, type FrameUse } from '../src/index.js';

function walked(buddy: Buddy): [number, number, FrameUse, number][] {
  const runs: [number, number, FrameUse, number][] = [];
  buddy.walk((...run) => runs.push(run));
  return runs;
}

describe('a fresh arena', () => {
  it('is free in the largest blocks that fit, lowest at the head', () => {
    const buddy = new Buddy({ pages: 77, startPfn: 13, maxOrder: 4 });
    expect([0, 1, 2, 3, 4].map((order) => buddy.list(order, 1))).toEqual([[13], [14, 88], [], [80], [16, 32, 48, 64]]);
    expect(buddy.largestFreeOrder()).toBe(4);
    expect(buddy.check()).toEqual([]);
  });

  it.each([[1 << 16, 9.1], [1 << 22, 9.01]])('of %i pages costs at most %f bytes a page', (pages, limit) => {
    expect(Buddy.bytesFor({ pages }) / pages).toBeLessThanOrEqual(limit);
  });

  it('that is reserved becomes free as it is freed, with any order', () => {
    const buddy = new Buddy({ pages: 32, maxOrder: 5, initially: 'reserved' });
    expect(buddy.alloc(0)).toBe(NO_PAGE);
    expect(buddy.largestFreeOrder()).toBe(-1);
    buddy.free(8, 3);
    buddy.free(0, 3);
    expect(buddy.list(4, 1)).toEqual([0]);
    expect(walked(buddy)).toEqual([[0, 16, 'free', 1], [16, 16, 'reserved', 1]]);
  });
});

describe('walk', () => {
  it('visits blocks and runs in address order', () => {
    const buddy = new Buddy({ pages: 32, startPfn: 32, maxOrder: 4, initially: 'absent' });
    buddy.addFrames(36, 28);
    for (let pfn = 36; pfn < 56; pfn++) buddy.free(pfn, 0);
    buddy.allocAt(40, 2);
    buddy.allocAt(48, 0);
    buddy.cache(48, 0);
    expect(walked(buddy)).toEqual([
      [32, 4, 'absent', 1], [36, 4, 'free', 1], [40, 4, 'held', 1], [44, 4, 'free', 1],
      [48, 1, 'cached', 1], [49, 1, 'free', 1], [50, 2, 'free', 1], [52, 4, 'free', 1], [56, 8, 'reserved', 1],
    ]);
  });
});

describe('snapshot and restore', () => {
  it('bring back every list in its order', () => {
    const buddy = new Buddy({ pages: 64, startPfn: 5, maxOrder: 4, pageblockOrder: 3 });
    const taken = [0, 1, 0, 2, 0, 3].map((order) => [buddy.alloc(order, order % 3), order] as const);
    const before = buddy.snapshot();
    for (const [pfn, order] of taken) buddy.free(pfn, order);
    expect(buddy.freePages).toBe(64);
    buddy.restore(before);
    expect(Buffer.from(buddy.snapshot()).equals(Buffer.from(before))).toBe(true);
    expect(buddy.check()).toEqual([]);
  });

  it('are of what is free and held, not of how it came to be', () => {
    const [straight, roundabout] = [new Buddy({ pages: 64, maxOrder: 4 }), new Buddy({ pages: 64, maxOrder: 4 })];
    straight.alloc(2);
    const frames = [0, 0, 0, 0].map((order) => roundabout.alloc(order));
    for (const pfn of frames.reverse()) roundabout.free(pfn, 0);
    roundabout.alloc(2);
    expect(Buffer.from(roundabout.snapshot()).equals(Buffer.from(straight.snapshot()))).toBe(true);
  });

  it('refuse a snapshot that is broken, and say what is broken', () => {
    const buddy = new Buddy({ pages: 16, maxOrder: 4 });
    const snapshot = buddy.snapshot();
    new Int32Array(snapshot)[LAYOUT.COUNTS + (4 << 3 | 1)] = 7;
    expect(() => { buddy.restore(snapshot); }).toThrow('the snapshot is broken: list of order 4, migratetype 1: counts 7 blocks and holds 1');
  });
});

describe('one buffer', () => {
  it.each([['ArrayBuffer', ArrayBuffer], ['SharedArrayBuffer', SharedArrayBuffer]] as const)('%s: holds everything, so that a second look at it sees the same arena', (_name, Kind) => {
    const options = { pages: 40, startPfn: 7, maxOrder: 3, deferLikelyMerges: true };
    const buddy = new Buddy({ ...options, buffer: new Kind(Buddy.bytesFor(options) + 100) });
    const other = Buddy.attach(buddy.buffer);
    const pfn = buddy.alloc(2);
    expect(other.isFree(pfn)).toBe(false);
    other.free(pfn, 2);
    expect(buddy.freePages).toBe(40);
    expect([other.pages, other.startPfn, other.maxOrder, other.rules]).toEqual([40, 7, 3, buddy.rules]);
    expect(other.check()).toEqual([]);
  });

  it('in shared memory is the same arena in another thread', async () => {
    const options = { pages: 16, maxOrder: 4 };
    const buddy = new Buddy({ ...options, buffer: new SharedArrayBuffer(Buddy.bytesFor(options)) });
    const head = LAYOUT.COUNTS + (4 << 3 | 1);
    const worker = new Worker(`const { workerData, parentPort } = require('node:worker_threads'); parentPort.postMessage(new Int32Array(workerData)[${head}]);`, { eval: true, workerData: buddy.buffer });
    const [count] = await once(worker, 'message') as [number];
    expect(count).toBe(1);
  });

  it('that holds no arena is refused', () => {
    expect(() => Buddy.attach(new ArrayBuffer(8192))).toThrow(MisuseError);
    const cut = new Buddy({ pages: 64 }).snapshot().slice(0, 1700);
    expect(() => Buddy.attach(cut)).toThrow('an arena of 64 pages is');
  });
});

describe('rebuild', () => {
  it('makes just these blocks free, in this order, and the rest reserved', () => {
    const buddy = new Buddy({ pages: 32, maxOrder: 4, pageblockOrder: 3 });
    buddy.alloc(3);
    buddy.setBlockType(8, 0);
    buddy.rebuild([{ order: 0, migratetype: 1, pfns: [20, 3, 7] }, { order: 1, migratetype: 0, pfns: [14, 10] }]);
    expect([buddy.list(0, 1), buddy.list(1, 0), buddy.freePages]).toEqual([[20, 3, 7], [14, 10], 7]);
    expect(buddy.check()).toEqual([]);
    buddy.free(21, 0);
    expect(buddy.list(1, 1)).toEqual([20]);
  });
});

describe('check', () => {
  const arena = (): Buddy => {
    const buddy = new Buddy({ pages: 16, maxOrder: 4, pageblockOrder: 2 });
    for (let pfn = 0; pfn < 16; pfn++) buddy.allocAt(pfn, 0);
    for (const pfn of [2, 5, 9]) buddy.free(pfn, 0);
    return buddy;
  };
  const node = (pfn: number): number => LAYOUT.FIRST + pfn * 2;
  const singles = 0 << 3 | 1;

  it.each<[string, string, (buddy: Buddy) => void]>([
    ['a count that is wrong', 'counts 9 blocks and holds 3', ({ counts }) => { counts[singles] = 9; }],
    ['a list that loops', 'loops or is cut at frame 9', ({ links }) => { links[node(2)] = node(9); }],
    ['a list that leads out of the arena', 'which is no frame', ({ links }) => { links[node(5)] = 1 << 30; }],
    ['a list that leads into the middle of a node', 'which is no frame', ({ links }) => { links[node(5)] = node(5) + 1; }],
    ['a tail that is not the last block', 'its tail is not its last block', ({ links }) => { links[singles * 2 + 1] = node(5); }],
    ['a free block of which no list knows', '4 blocks say they are on it, 3 are', ({ state }) => { state[12] = singles; }],
    ['a frame on a list that its state denies', "it but its state is 128", ({ state }) => { state[5] = STATE.HELD; }],
    ['a frame that is inside no block', 'inside a block that nobody begins', ({ state }) => { state[7] = STATE.INSIDE; }],
    ['a block that overlaps another', 'and its state is 128', ({ state }) => { state[12] = STATE.HELD | 1; }],
    ['a block that is not aligned', "can't begin a block of order 2", ({ state }) => { state[13] = STATE.HELD | 2; }],
    ['an unknown state', 'has the unknown state 170', ({ state }) => { state[3] = 170; }],
    ['free buddies that did not merge', 'free buddies of order 0 that did not merge', (buddy) => { buddy.addHead(3, singles); }],
    ['a block on the list of another type than its pageblock', 'on a list of type 1 in a pageblock of type 2', (buddy) => { buddy.setBlockType(9, 2); }],
    ['a pageblock with no type', 'has type 9', ({ blockTypes }) => { blockTypes[0] = 9; }],
    ['a ceiling that is too low', 'above the ceiling', (buddy) => { buddy.free(3, 0); buddy.links[LAYOUT.CEILING] = 0; }],
  ])('finds %s', (_what, text, breakIt) => {
    const buddy = arena();
    expect(buddy.check()).toEqual([]);
    breakIt(buddy);
    expect(buddy.check().join('\n')).toContain(text);
  });

  it('ends, with a list that is not endless, when everything is broken', () => {
    const buddy = new Buddy({ pages: 4096 });
    buddy.state.fill(0);
    buddy.links.fill(3);
    expect(buddy.check().length).toBeLessThanOrEqual(100);
  });
});
