import { __GFP_DMA, __GFP_DMA32, __GFP_MOVABLE, __GFP_NOFAIL, __GFP_RECLAIMABLE, __GFP_ZERO, GFP_ATOMIC, GFP_KERNEL, or, type MayWait } from '@nopage/gfp';
import type { MayFail } from '@nopage/mm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena, ArenaError, OffsetArena, type ArenaMemory, type ArenaOptions, type OffsetArenaOptions, type Span } from '../src/index.js';
import { arenaOf, codeOf, got, KIB, numbersOf, offsetsOf, wasmMemory } from './memories.js';

const memory = (bytes = 64 * KIB): ArrayBuffer => new ArrayBuffer(bytes);
const detached = (): ArrayBuffer => {
  const buffer = memory();
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
};
const anything = (value: unknown): ArenaMemory => value as ArenaMemory;

describe('an arena that cannot be is not made', () => {
  it('what is no number is named with its kind', () => {
    expect(() => new OffsetArena({ byteLength: '4096' as never })).toThrow('byteLength is a whole number of bytes from 0 on, not the string 4096');
    expect(() => new Arena({ memory: memory() }).alloc('100' as never, GFP_ATOMIC)).toThrow('bytes, not the string 100');
  });

  it.each(['fault', 'onFailure', 'shrinkers', 'outOfMemory', 'onKswapdWanted', 'clock', 'siteOf', 'exact'])('a %s that is not of its kind is refused now, not in the middle of a request', (name) => {
    for (const value of [null, 5, 'x', Symbol('s'), name === 'shrinkers' ? [{}] : {}]) {
      expect(codeOf(() => new Arena({ memory: memory(), [name]: value }))).toBe('BAD_OPTION');
      expect(codeOf(() => new OffsetArena({ byteLength: 64 * KIB, [name]: value }))).toBe('BAD_OPTION');
    }
  });

  it.each([undefined, null, 5, 'x'])('of options that are none: %s', (options) => {
    expect(codeOf(() => new Arena(options as never))).toBe('BAD_OPTION');
    expect(codeOf(() => new OffsetArena(options as never))).toBe('BAD_OPTION');
  });

  it.each([null, 5, true, {}])('of a growth that nobody can ask for: %s', (grow) => {
    expect(codeOf(() => new OffsetArena({ byteLength: 64 * KIB, grow: grow as never }))).toBe('BAD_OPTION');
  });

  it.each<[string, ArenaOptions]>([
    ['BAD_MEMORY', { memory: memory(0) }],
    ['BAD_MEMORY', { memory: memory(4095) }],
    ['BAD_MEMORY', { memory: detached() }],
    ['BAD_MEMORY', { memory: wasmMemory(0, 1) }],
    ['BAD_MEMORY', { memory: memory(), offset: 64 * KIB }],
    ['BAD_MEMORY', { memory: memory(), offset: 128 * KIB }],
    ['BAD_MEMORY', { memory: memory(), byteLength: 64 * KIB + 1 }],
    ['BAD_MEMORY', { memory: memory(), offset: 4096, byteLength: 64 * KIB }],
    ['BAD_MEMORY', { memory: memory(), byteLength: 0 }],
    ['BAD_MEMORY', { memory: anything(undefined) }],
    ['BAD_MEMORY', { memory: anything(null) }],
    ['BAD_MEMORY', { memory: anything(65_536) }],
    ['BAD_MEMORY', { memory: anything(new Uint8Array(65_536)) }],
    ['BAD_MEMORY', { memory: anything({ buffer: memory() }) }],
    ['BAD_OPTION', { memory: memory(), pageBytes: 0 }],
    ['BAD_OPTION', { memory: memory(), pageBytes: 3000 }],
    ['BAD_OPTION', { memory: memory(), pageBytes: -4096 }],
    ['BAD_OPTION', { memory: memory(), pageBytes: 0.5 }],
    ['BAD_OPTION', { memory: memory(), pageBytes: NaN }],
    ['BAD_OPTION', { memory: memory(), pageBytes: 2 ** 31 }],
    ['BAD_OPTION', { memory: memory(), pageBytes: 2 ** 53 }],
    ['BAD_OPTION', { memory: memory(), offset: 100 }],
    ['BAD_OPTION', { memory: memory(), offset: -4096 }],
    ['BAD_OPTION', { memory: memory(), offset: NaN }],
    ['BAD_OPTION', { memory: memory(), byteLength: 2 ** 53 }],
    ['BAD_OPTION', { memory: memory(), byteLength: 4096.5 }],
    ['BAD_OPTION', { memory: memory(), maximumBytes: 4096 }],
    ['BAD_OPTION', { memory: memory(), maximumBytes: Infinity }],
    ['BAD_OPTION', { memory: memory(), growBytes: -1 }],
    ['BAD_OPTION', { memory: memory(), reserveBytes: 64 * KIB }],
    ['BAD_OPTION', { memory: memory(), reserveBytes: NaN }],
  ])('%s: %j', (code, options) => {
    expect(codeOf(() => new Arena(options))).toBe(code);
  });

  it.each<[string, OffsetArenaOptions]>([
    ['BAD_MEMORY', { byteLength: 0 }],
    ['BAD_MEMORY', { byteLength: 2 ** 50 }],
    ['BAD_MEMORY', { byteLength: 4096, offset: 2 ** 44 }],
    ['BAD_OPTION', { byteLength: -1 }],
    ['BAD_OPTION', { byteLength: NaN }],
    ['BAD_OPTION', { byteLength: 2 ** 53 }],
    ['BAD_OPTION', {} as OffsetArenaOptions],
  ])('of offsets, %s: %j', (code, options) => {
    expect(codeOf(() => new OffsetArena(options))).toBe(code);
  });

  it('and a view in place of its buffer is told from other things', () => {
    expect(() => new Arena({ memory: anything(new Uint8Array(8)) })).toThrow(/not Uint8Array, but a view: pass its buffer/);
  });
});

const SIZES = [0, -1, -0, 0.5, NaN, Infinity, -Infinity, 2 ** 53, '64' as unknown as number, undefined as unknown as number];
const ALIGNMENTS = [0, -1, 3, 0.5, NaN, Infinity, 2 ** 31, 2 ** 53];

/** Calls that no correct program makes: each throws its code, and nothing has changed. */
const calls: readonly [string, string, (arena: Arena, held: Span) => unknown][] = [
  ...SIZES.map((bytes): [string, string, (arena: Arena) => unknown] => [`${String(bytes)} bytes`, 'SIZE_RANGE', (arena) => arena.alloc(bytes, GFP_KERNEL)]),
  ...SIZES.map((bytes): [string, string, (arena: Arena) => unknown] => [`growth by ${String(bytes)} bytes`, 'SIZE_RANGE', (arena) => arena.grow(bytes)]),
  ...ALIGNMENTS.map((align): [string, string, (arena: Arena) => unknown] => [`alignment to ${align}`, 'BAD_ALIGNMENT', (arena) => arena.alloc(1, GFP_KERNEL, { align })]),
  ['a word of no meaning', 'BAD_GFP', (arena) => arena.alloc(1, 0x4000_0000 as MayFail)],
  ['a word that is no number', 'BAD_GFP', (arena) => arena.alloc(1, NaN as MayFail)],
  ['a word that contradicts itself', 'BAD_GFP', (arena) => arena.alloc(1, or(GFP_KERNEL, __GFP_MOVABLE, __GFP_RECLAIMABLE))],
  ['two zones at once', 'BAD_GFP', (arena) => arena.alloc(1, or(GFP_KERNEL, __GFP_DMA, __GFP_DMA32))],
  ['a word that must not fail, at once', 'BAD_GFP', (arena) => arena.alloc(1, (GFP_KERNEL | __GFP_NOFAIL) as MayFail)],
  ['a block of another arena', 'FOREIGN_BLOCK', (arena) => { arena.free(got(arenaOf().alloc(1, GFP_KERNEL))); }],
  ['what is no block', 'FOREIGN_BLOCK', (arena, held) => { arena.free(Object.assign({}, held) as unknown as Parameters<Arena['free']>[0]); }],
  ['nothing', 'FOREIGN_BLOCK', (arena) => { arena.free(null as unknown as Parameters<Arena['free']>[0]); }],
];

describe('a wrong call throws, and nothing has changed', () => {
  it.each(calls)('%s: %s', (_what, code, call) => {
    const arena = arenaOf();
    const held = got(arena.alloc(3000, GFP_KERNEL));
    const before = numbersOf(arena);
    expect(codeOf(() => call(arena, held))).toBe(code);
    expect(numbersOf(arena)).toEqual(before);
  });

  it.each<[string, string, (arena: Arena) => Promise<unknown>]>([
    ['no bytes', 'SIZE_RANGE', (arena) => arena.allocWait(0, GFP_KERNEL)],
    ['an alignment that is none', 'BAD_ALIGNMENT', (arena) => arena.allocWait(1, GFP_KERNEL, { align: 3 })],
    ['a word that must not wait', 'MUST_NOT_WAIT', (arena) => arena.allocWait(1, GFP_ATOMIC as unknown as MayWait)],
  ])('as a rejection where it waits: %s, %s', async (_what, code, call) => {
    const arena = arenaOf();
    const before = numbersOf(arena);
    await expect(call(arena)).rejects.toMatchObject({ code });
    expect(numbersOf(arena)).toEqual(before);
  });

  it('a block given back twice, by itself or by an arena', () => {
    const arena = arenaOf();
    const block = got(arena.alloc(1, GFP_KERNEL));
    block.free();
    const before = numbersOf(arena);
    for (const call of [() => { block.free(); }, () => { arena.free(block); }, () => { arenaOf().free(block); }]) expect(codeOf(call)).toBe('DOUBLE_FREE');
    expect(numbersOf(arena)).toEqual(before);
  });

  it('whatever is drawn at random', () => {
    fc.assert(fc.property(fc.double(), fc.integer(), fc.double({ noInteger: false }), (bytes, gfp, align) => {
      const arena = arenaOf();
      const before = numbersOf(arena);
      let outcome: ReturnType<Arena['alloc']>;
      try {
        outcome = arena.alloc(bytes, gfp as MayFail, { align });
      } catch {
        expect(numbersOf(arena)).toEqual(before);
        return;
      }
      if (outcome.ok) outcome.free();
      expect([arena.freeBytes, ...arena.check()]).toEqual([64 * KIB]);
    }), { seed: 5, numRuns: 300 });
  });

  it('and the error has the numbers', () => {
    const error = ((): unknown => { try { return arenaOf().alloc(-7, GFP_KERNEL); } catch (thrown) { return thrown; } })();
    expect(error).toBeInstanceOf(ArenaError);
    expect(error).toMatchObject({ name: 'ArenaError', code: 'SIZE_RANGE', at: { bytes: -7 }, message: expect.stringContaining('-7') as unknown });
  });
});

describe('views that can not be', () => {
  it('of a block that was given back', () => {
    const block = got(arenaOf().alloc(8, GFP_KERNEL));
    block.free();
    expect(codeOf(() => block.bytes())).toBe('USE_AFTER_FREE');
    expect(codeOf(() => block.view(Int32Array))).toBe('USE_AFTER_FREE');
  });

  it('of elements that do not fit the size', () => {
    expect(codeOf(() => got(arenaOf().alloc(10, GFP_KERNEL)).view(Float32Array))).toBe('VIEW_SHAPE');
  });

  it('of elements that do not fit the offset', () => {
    const arena = arenaOf({ pageBytes: 4 });
    got(arena.alloc(4, GFP_KERNEL));
    expect(codeOf(() => got(arena.alloc(4, GFP_KERNEL)).view(Float32Array))).toBe('nothing thrown');
    const odd = arenaOf({ pageBytes: 2 });
    got(odd.alloc(2, GFP_KERNEL));
    const block = got(odd.alloc(4, GFP_KERNEL, { align: 2 }));
    expect(block.offset % 4).toBe(0);
    expect(codeOf(() => got(odd.alloc(2, GFP_KERNEL)).view(Float32Array))).toBe('VIEW_SHAPE');
  });

  it.each([
    ['transferred', (buffer: ArrayBuffer) => { structuredClone(buffer, { transfer: [buffer] }); }],
    ['made smaller', (buffer: ArrayBuffer) => { buffer.resize(100); }],
  ])('of memory that was %s: no zeros, either, and no growth', (_how, lose) => {
    const buffer = new ArrayBuffer(64 * KIB, { maxByteLength: 128 * KIB });
    const arena = new Arena({ memory: buffer, pageBytes: KIB });
    const block = got(arena.alloc(200, GFP_KERNEL));
    lose(buffer);
    const before = numbersOf(arena);
    expect(codeOf(() => block.bytes())).toBe('MEMORY_GONE');
    expect(codeOf(() => arena.alloc(1, or(GFP_KERNEL, __GFP_ZERO)))).toBe('MEMORY_GONE');
    expect(arena.grow(1)).not.toBe('grown');
    expect(numbersOf(arena)).toEqual(before);
    block.free();
    expect(arena.check()).toEqual([]);
  });

  it('of memory that went while a request for zeros waited: it gets the error, and holds nothing', async () => {
    const buffer = memory();
    const arena = new Arena({ memory: buffer, pageBytes: KIB });
    const all = got(arena.alloc(64 * KIB, GFP_KERNEL));
    const waiting = arena.allocWait(1, or(GFP_KERNEL, __GFP_ZERO));
    structuredClone(buffer, { transfer: [buffer] });
    all.free();
    await expect(waiting).rejects.toMatchObject({ code: 'MEMORY_GONE' });
    expect([arena.freeBytes, ...arena.check()]).toEqual([64 * KIB]);
  });

  it('of offsets: they have no zeros to give', () => {
    const arena = offsetsOf();
    expect(codeOf(() => arena.alloc(1, or(GFP_KERNEL, __GFP_ZERO)))).toBe('NO_BYTES');
    expect(numbersOf(arena)).toEqual(numbersOf(offsetsOf()));
  });
});

describe('an arena at work', () => {
  it('takes no shrinker that cannot be asked, and makes no view by what is no constructor', () => {
    const arena = new Arena({ memory: memory() });
    const block = got(arena.alloc(100, GFP_KERNEL));
    for (const value of [undefined, null, 5, {}, { count: () => 1 }]) expect(codeOf(() => arena.addShrinker(value as never))).toBe('BAD_OPTION');
    for (const type of [undefined, null, 5, 'Uint8Array', {}]) expect(codeOf(() => block.view(type as never))).toBe('VIEW_SHAPE');
    expect(arena.check()).toEqual([]);
  });
});
