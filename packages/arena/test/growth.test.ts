import { __GFP_NORETRY, GFP_ATOMIC, GFP_KERNEL, GFP_NOWAIT, or } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { Arena, OffsetArena } from '../src/index.js';
import { arenaOf, fill, got, KIB, MEMORIES, numbersOf, offsetsOf, refusalOf, WASM_PAGE, wasmMemory, wasmModuleOn } from './memories.js';

const growing = MEMORIES.filter(([, grows]) => grows);

describe.each(growing)('%s', (_name, _grows, make) => {
  it('grows for a request that may wait, and every handle stays good', () => {
    const arena = new Arena({ memory: make(), pageBytes: KIB });
    const blocks = fill(arena);
    blocks.forEach((block, i) => { block.bytes().fill(i); });
    const fresh = got(arena.alloc(100 * KIB, GFP_KERNEL));
    fresh.bytes().fill(0xee);
    expect(arena.byteLength).toBeGreaterThanOrEqual(228 * KIB);
    blocks.forEach((block, i) => { expect(block.bytes().every((byte) => byte === (i & 255))).toBe(true); });
    expect(arena.check()).toEqual([]);
    for (const block of [...blocks, fresh]) block.free();
    expect(arena.freeBytes).toBe(arena.byteLength);
  });

  it('up to what it can be, and then the refusal says so', () => {
    const arena = new Arena({ memory: make(), pageBytes: KIB, maximumBytes: 1024 * KIB });
    const held = [];
    for (let block = arena.alloc(KIB, GFP_KERNEL); block.ok; block = arena.alloc(KIB, GFP_KERNEL)) held.push(block);
    expect(held).toHaveLength(1024);
    expect(refusalOf(arena.alloc(1, GFP_KERNEL))).toMatchObject({ reason: 'below-watermark', growth: 'at-maximum', largestBytes: 0, freeBytes: 0 });
    expect(arena.check()).toEqual([]);
  });

  it('not for those who can not wait, nor for those who would rather not', async () => {
    const arena = new Arena({ memory: make(), pageBytes: KIB });
    fill(arena);
    for (const gfp of [GFP_ATOMIC, GFP_NOWAIT, or(GFP_KERNEL, __GFP_NORETRY)]) expect(refusalOf(arena.alloc(1, gfp)).growth).toBe('not-allowed');
    expect(refusalOf(await arena.allocWait(1, or(GFP_KERNEL, __GFP_NORETRY))).growth).toBe('not-allowed');
    expect(arena.byteLength).toBe(128 * KIB);
  });

  it('for whoever waits, before the wait', async () => {
    const arena = new Arena({ memory: make(), pageBytes: KIB });
    fill(arena);
    expect((await arena.allocWait(1, GFP_KERNEL)).ok).toBe(true);
    expect((await arena.allocWait(300 * KIB, GFP_KERNEL)).ok).toBe(true);
    expect(arena.check()).toEqual([]);
  });

  it('ahead of time, for those who can not wait', () => {
    const arena = new Arena({ memory: make(), pageBytes: KIB, maximumBytes: 512 * KIB });
    fill(arena);
    expect(arena.grow(100 * KIB)).toBe('grown');
    expect(arena.byteLength).toBeGreaterThanOrEqual(228 * KIB);
    expect(arena.alloc(1, GFP_ATOMIC).ok).toBe(true);
    const before = numbersOf(arena);
    expect(arena.grow(2 ** 50)).toBe('at-maximum');
    expect(numbersOf(arena)).toEqual(before);
  });
});

it.each(growing.filter(([name]) => name.includes('WebAssembly')))('%s grows as far as the runtime lets it, when the arena does not know how far that is', (_name, _grows, make) => {
  const arena = new Arena({ memory: make(), pageBytes: KIB });
  while (arena.alloc(KIB, GFP_KERNEL).ok);
  expect([arena.byteLength, arena.freeBytes]).toEqual([1024 * KIB, 0]);
  expect(refusalOf(arena.alloc(1, GFP_KERNEL)).growth).toBe('refused');
});

describe('views', () => {
  it('of a WebAssembly.Memory are detached by its growth, and made anew by the handle', () => {
    const arena = new Arena({ memory: wasmMemory(1, 4), pageBytes: KIB });
    const block = got(arena.alloc(100, GFP_KERNEL));
    const old = block.bytes();
    old.fill(5);
    expect(arena.grow(1)).toBe('grown');
    expect([old.length, block.bytes().length, block.bytes()[99]]).toEqual([0, 100, 5]);
  });

  it.each(growing.filter(([name]) => name !== 'WebAssembly.Memory'))('of %s outlive its growth', (_name, _grows, make) => {
    const arena = new Arena({ memory: make(), pageBytes: KIB });
    const block = got(arena.alloc(100, GFP_KERNEL));
    const old = block.bytes();
    expect(arena.grow(1)).toBe('grown');
    block.bytes()[0] = 9;
    expect([old.length, old[0]]).toEqual([100, 9]);
  });
});

describe('how much', () => {
  it('a quarter of what there is by default, or what growBytes says, or what the request needs', () => {
    const grownBy = (bytes: number, growBytes?: number): number => {
      const arena = offsetsOf({ grow: () => true, ...(growBytes !== undefined && { growBytes }) });
      while (arena.alloc(KIB, GFP_NOWAIT).ok);
      got(arena.alloc(bytes, GFP_KERNEL));
      return arena.byteLength / KIB - 64;
    };
    expect([grownBy(1), grownBy(1, 5000), grownBy(1, 0), grownBy(40 * KIB)]).toEqual([16, 5, 1, 64]);
  });

  it('only what is needed when more can not be had', () => {
    const asked: number[] = [];
    const arena = offsetsOf({ grow: (toBytes) => asked.push(toBytes) > 1 });
    while (arena.alloc(KIB, GFP_NOWAIT).ok);
    got(arena.alloc(1, GFP_KERNEL));
    expect(asked).toEqual([80 * KIB, 65 * KIB]);
  });

  it('what completes a free end is enough where no whole block fits any more', () => {
    const arena = offsetsOf({ byteLength: 24 * KIB, maximumBytes: 32 * KIB, grow: () => true });
    expect(got(arena.alloc(16 * KIB, GFP_KERNEL)).offset).toBe(0);
    expect(got(arena.alloc(16 * KIB, GFP_KERNEL)).offset).toBe(16 * KIB);
    expect(arena.byteLength).toBe(32 * KIB);
  });

  it('enough for the reserve, too', () => {
    const arena = offsetsOf({ reserveBytes: 32 * KIB, growBytes: 0, grow: () => true });
    while (arena.alloc(KIB, GFP_ATOMIC).ok);
    expect(arena.freeBytes).toBe(12 * KIB);
    expect(arena.alloc(1, GFP_KERNEL).ok).toBe(true);
    expect(arena.freeBytes).toBe(32 * KIB);
  });
});

describe('memory that is not the arena\'s to grow', () => {
  it('has one size', () => {
    const arena = arenaOf();
    expect(arena.grow(1)).toBe('fixed');
    expect(refusalOf(arena.alloc(64 * KIB + 1, GFP_KERNEL)).growth).toBe('fixed');
  });

  it('goes on behind an arena that was given a part of it', () => {
    const arena = new Arena({ memory: wasmMemory(2, 4), byteLength: WASM_PAGE });
    fill(arena);
    expect(refusalOf(arena.alloc(1, GFP_KERNEL)).growth).toBe('not-adjacent');
    expect(arena.grow(1)).toBe('not-adjacent');
  });

  it('was grown by a module for itself: that is never taken, and the blocks are where they were', () => {
    const memory = wasmMemory(1, 4);
    const arena = new Arena({ memory, pageBytes: KIB });
    const [block] = fill(arena);
    block?.bytes().fill(3);
    expect(wasmModuleOn(memory).grow(1)).toBe(1);
    expect(refusalOf(arena.alloc(1, GFP_KERNEL)).growth).toBe('not-adjacent');
    expect([arena.byteLength, block?.bytes()[0]]).toEqual([WASM_PAGE, 3]);
  });

  it('belongs to somebody who says no', () => {
    const arena = offsetsOf({ grow: () => false });
    expect(arena.grow(1)).toBe('refused');
    expect(arena.byteLength).toBe(64 * KIB);
  });

  it('belongs to somebody who throws: the error is for who asked, and nothing has changed', async () => {
    const arena = offsetsOf({ grow: () => { throw new TypeError('lost device'); } });
    while (arena.alloc(KIB, GFP_NOWAIT).ok);
    const before = numbersOf(arena);
    expect(() => arena.alloc(1, GFP_KERNEL)).toThrow('lost device');
    await expect(arena.allocWait(1, GFP_KERNEL)).rejects.toThrow('lost device');
    expect(numbersOf(arena)).toEqual(before);
  });
});

it('an arena of offsets is told how far its memory has to reach, from its start', () => {
  const asked: number[] = [];
  const arena = new OffsetArena({ byteLength: 8 * KIB, offset: 4 * KIB, pageBytes: KIB, grow: (toBytes) => asked.push(toBytes) > 0 });
  expect(arena.grow(3000)).toBe('grown');
  expect([asked, arena.byteLength]).toEqual([[15 * KIB], 11 * KIB]);
});
