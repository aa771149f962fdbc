import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { __GFP_HIGHMEM, __GFP_MOVABLE, __GFP_RECLAIMABLE, __GFP_ZERO, GFP_ATOMIC, GFP_KERNEL, GFP_NOWAIT, or } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { Arena, OffsetArena } from '../src/index.js';
import { arenaOf, fill, got, KIB, MEMORIES, offsetsOf, refusalOf, wasmMemory, wasmModuleOn, WASM_PAGE } from './memories.js';

describe.each(MEMORIES)('blocks of %s', (_name, _grows, make) => {
  it('are views of it: nothing is copied, and nothing of one is seen by another', () => {
    const arena = new Arena({ memory: make(), pageBytes: 256 });
    const blocks = [1, 100, 256, 257, 5000].map((bytes) => got(arena.alloc(bytes, GFP_KERNEL)));
    blocks.forEach((block, i) => { block.bytes().fill(i + 1); });
    const whole = new Uint8Array(arena.buffer);
    blocks.forEach((block, i) => {
      expect(block.bytes().buffer).toBe(arena.buffer);
      expect(block.bytes().every((byte) => byte === i + 1)).toBe(true);
      whole[block.offset] = 99;
      expect(block.bytes()[0]).toBe(99);
    });
    for (const block of blocks) block.free();
    expect(arena.check()).toEqual([]);
    expect(arena.freeBytes).toBe(arena.byteLength);
  });

  it('can be looked at by any typed array, and by a DataView', () => {
    const arena = new Arena({ memory: make() });
    const block = got(arena.alloc(48, GFP_KERNEL));
    block.view(Float64Array).set([1.5, 2.5]);
    expect(block.view(DataView).getFloat64(8, true)).toBe(2.5);
    const lengths = [Int8Array, Uint8ClampedArray, Uint16Array, Int32Array, Float32Array, BigInt64Array].map((type) => block.view<{ readonly length: number }>(type).length);
    expect(lengths).toEqual([48, 48, 24, 12, 12, 6]);
  });

  it('hold what was left in them, unless zeros are asked for', () => {
    const arena = new Arena({ memory: make() });
    got(arena.alloc(100_000, GFP_KERNEL)).bytes().fill(7);
    const used = new Arena({ memory: arena.buffer });
    expect(got(used.alloc(5000, GFP_KERNEL)).bytes()[4999]).toBe(7);
    expect(got(used.alloc(5000, or(GFP_KERNEL, __GFP_ZERO))).bytes().some((byte) => byte !== 0)).toBe(false);
  });
});

describe('sizes', () => {
  it.each([
    [1, 1], [1024, 1], [1025, 2], [3 * KIB, 3], [5 * KIB - 1, 5], [33 * KIB, 33], [63 * KIB + 1, 64], [64 * KIB, 64],
  ])('%i bytes are granted %i pages, no page more', (bytes, pages) => {
    const arena = arenaOf();
    const block = got(arena.alloc(bytes, GFP_ATOMIC));
    expect([block.byteLength, block.grantedBytes]).toEqual([bytes, pages * KIB]);
    expect([arena.usedBytes, arena.grantedBytes, arena.freeBytes]).toEqual([bytes, pages * KIB, (64 - pages) * KIB]);
    expect(arena.check()).toEqual([]);
    block.free();
    expect([arena.usedBytes, arena.grantedBytes, arena.freeBytes, arena.largestFreeBytes]).toEqual([0, 0, 64 * KIB, 64 * KIB]);
    expect([arena.served, arena.refused, arena.freed]).toEqual([1, 0, 1]);
    expect(arena.check()).toEqual([]);
  });

  it('the last page is given out, and no page twice', () => {
    const arena = arenaOf();
    const held = fill(arena);
    expect(new Set(held.map(({ offset }) => offset)).size).toBe(64);
    expect([arena.freeBytes, arena.largestFreeBytes]).toEqual([0, 0]);
  });

  it('the tail of a block is for others at once', () => {
    const arena = arenaOf();
    const sizes = [33, 16, 8, 4, 2, 1].map((pages) => got(arena.alloc(pages * KIB, GFP_ATOMIC)));
    expect(arena.grantedBytes).toBe(64 * KIB);
    for (const block of sizes) block.free();
    expect(arena.largestFreeBytes).toBe(64 * KIB);
  });

  it.each([[1, 1], [1025, 2], [3 * KIB, 4], [5 * KIB, 8], [33 * KIB, 64]])('an arena that is not exact grants %i bytes %i pages', (bytes, pages) => {
    const arena = arenaOf({ exact: false });
    const block = got(arena.alloc(bytes, GFP_ATOMIC));
    expect([block.byteLength, block.grantedBytes, block.bytes().length]).toEqual([bytes, pages * KIB, bytes]);
    block.free();
    expect([arena.largestFreeBytes, ...arena.check()]).toEqual([64 * KIB]);
  });

  it('alignment costs nothing that is kept, exact or not', () => {
    for (const exact of [true, false]) expect(got(arenaOf({ exact }).alloc(1500, GFP_ATOMIC, { align: 16 * KIB })).grantedBytes).toBe(2 * KIB);
  });

  it.each([1, 2, 16, 256, 4096, 64 * KIB])('pages of %i bytes', (pageBytes) => {
    const arena = arenaOf({ pageBytes });
    const block = got(arena.alloc(pageBytes + 1 > 64 * KIB ? pageBytes : pageBytes + 1, GFP_KERNEL));
    expect(block.offset % pageBytes).toBe(0);
    block.bytes().fill(1);
    block.free();
    expect(arena.check()).toEqual([]);
  });

  it('bytes that make no whole page at the end are left alone', () => {
    const arena = new Arena({ memory: new ArrayBuffer(10_000), pageBytes: KIB });
    expect(arena.byteLength).toBe(9 * KIB);
  });

  it('a part of the memory is an arena, and the rest is not touched', () => {
    const memory = new ArrayBuffer(16 * KIB);
    const whole = new Uint8Array(memory).fill(7);
    const arena = new Arena({ memory, pageBytes: KIB, offset: 3 * KIB, byteLength: 10 * KIB });
    for (let block = arena.alloc(KIB, GFP_KERNEL); block.ok; block = arena.alloc(KIB, GFP_KERNEL)) block.bytes().fill(1);
    expect([...new Set(whole.subarray(0, 3 * KIB)), ...new Set(whole.subarray(3 * KIB, 13 * KIB)), ...new Set(whole.subarray(13 * KIB))]).toEqual([7, 1, 7]);
  });
});

describe('alignment', () => {
  it.each([1, 256, 1024, 2048, 4096, 32 * KIB])('to %i bytes', (align) => {
    const arena = arenaOf();
    const before = got(arena.alloc(1, GFP_ATOMIC));
    const block = got(arena.alloc(1500, GFP_ATOMIC, { align }));
    expect(block.offset % align).toBe(0);
    expect(block.grantedBytes).toBe(2 * KIB);
    block.free();
    before.free();
    expect(arena.check()).toEqual([]);
    expect(arena.largestFreeBytes).toBe(64 * KIB);
  });

  it('counts from the start of the memory, wherever the arena begins', () => {
    const arena = new OffsetArena({ byteLength: 60 * KIB, pageBytes: KIB, offset: 3 * KIB });
    for (let i = 0; i < 3; i++) expect(got(arena.alloc(100, GFP_ATOMIC, { align: 8 * KIB })).offset % (8 * KIB)).toBe(0);
  });

  it('a block is aligned to its own size rounded up to a power of two, asked or not', () => {
    const arena = arenaOf();
    got(arena.alloc(1, GFP_ATOMIC));
    expect(got(arena.alloc(6 * KIB, GFP_ATOMIC)).offset % (8 * KIB)).toBe(0);
  });
});

it('a buffer of another realm is memory like any', () => {
  const arena = new Arena({ memory: runInNewContext('new ArrayBuffer(8192)') as ArrayBuffer });
  expect(got(arena.alloc(8192, GFP_KERNEL)).bytes()).toHaveLength(8192);
});

describe('an arena of offsets', () => {
  it('gives numbers and no bytes', () => {
    const arena = new OffsetArena({ byteLength: 2 ** 40, pageBytes: 2 ** 16, offset: 2 ** 20 });
    const span = got(arena.alloc(300_000, GFP_ATOMIC));
    expect([span.offset >= 2 ** 20, span.byteLength, span.grantedBytes]).toEqual([true, 300_000, 5 * 2 ** 16]);
    expect('bytes' in span).toBe(false);
    span.free();
    expect(arena.freeBytes).toBe(2 ** 40);
  });
});

describe('rights', () => {
  it('the reserve is for those who can not wait, five eighths of it', () => {
    const arena = arenaOf({ reserveBytes: 16 * KIB });
    expect(fill(arena)).toHaveLength(48);
    expect(refusalOf(arena.alloc(1, GFP_NOWAIT)).reason).toBe('below-watermark');
    let atomic = 0;
    while (arena.alloc(1, GFP_ATOMIC).ok) atomic++;
    expect(atomic).toBe(10);
    expect(arena.freeBytes).toBe(6 * KIB);
  });

  it('words for zones and mobility are as good as any', () => {
    const arena = arenaOf();
    for (const gfp of [or(GFP_KERNEL, __GFP_MOVABLE), or(GFP_KERNEL, __GFP_RECLAIMABLE), or(GFP_NOWAIT, __GFP_HIGHMEM), or(GFP_ATOMIC, __GFP_MOVABLE, __GFP_HIGHMEM)]) expect(arena.alloc(3000, gfp).ok).toBe(true);
    expect(arena.check()).toEqual([]);
  });
});

describe('other eyes on the same bytes', () => {
  it('a WebAssembly module reads a block by its offset', () => {
    const memory = wasmMemory(1, 4);
    const module = wasmModuleOn(memory);
    const arena = new Arena({ memory, pageBytes: KIB, offset: 8 * KIB });
    const block = got(arena.alloc(1000, or(GFP_KERNEL, __GFP_ZERO)));
    block.bytes().set([1, 2, 3, 4], 996);
    expect(module.sum(block.offset, block.byteLength)).toBe(10);
  });

  it('another thread writes into a block by its offset', async () => {
    const arena = new Arena({ memory: new SharedArrayBuffer(WASM_PAGE) });
    const { offset, byteLength, ...block } = got(arena.alloc(8, GFP_KERNEL));
    expect(block).toEqual({ grantedBytes: 4096 });
    const worker = new Worker("const { workerData: w } = require('node:worker_threads'); new Uint8Array(w.buffer, w.offset, w.byteLength).fill(42);", { eval: true, workerData: { buffer: arena.buffer, offset, byteLength } });
    await new Promise((resolve) => worker.once('exit', resolve));
    expect([...new Uint8Array(arena.buffer, offset, byteLength)]).toEqual(new Array(8).fill(42));
  });
});

describe('a handle', () => {
  it('is given back by itself, by its arena or at the end of its scope, and says whether it was', () => {
    const arena = offsetsOf();
    const byItself = got(arena.alloc(1, GFP_ATOMIC));
    const byArena = got(arena.alloc(1, GFP_ATOMIC));
    byItself.free();
    arena.free(byArena);
    {
      using byScope = got(arena.alloc(1, GFP_ATOMIC));
      expect([byScope.freed, byScope.isOf(arena), byScope.isOf({})]).toEqual([false, true, false]);
    }
    expect([byItself.freed, byArena.freed, byArena.isOf(arena), arena.freeBytes, arena.freed]).toEqual([true, true, false, 64 * KIB, 3]);
  });

  it('that was given back may leave its scope', () => {
    const arena = offsetsOf();
    using span = got(arena.alloc(1, GFP_ATOMIC));
    span.free();
    expect(arena.freed).toBe(1);
  });
});
