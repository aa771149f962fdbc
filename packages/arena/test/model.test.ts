import { __GFP_MOVABLE, __GFP_NORETRY, __GFP_RECLAIMABLE, GFP_ATOMIC, GFP_KERNEL, GFP_NOWAIT, or } from '@nopage/gfp';
import type { MayFail } from '@nopage/mm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena, type ArenaOptions, type Block } from '../src/index.js';
import { KIB, wasmMemory } from './memories.js';

const WORDS: readonly MayFail[] = [GFP_KERNEL, GFP_ATOMIC, GFP_NOWAIT, or(GFP_KERNEL, __GFP_NORETRY), or(GFP_ATOMIC, __GFP_MOVABLE), or(GFP_NOWAIT, __GFP_RECLAIMABLE)];

const SHAPES: readonly [string, () => ArenaOptions][] = [
  ['pages of a KiB', () => ({ memory: new ArrayBuffer(64 * KIB), pageBytes: KIB })],
  ['pages of 16 bytes, shared', () => ({ memory: new SharedArrayBuffer(8 * KIB), pageBytes: 16 })],
  ['an odd part of a memory', () => ({ memory: new ArrayBuffer(64 * KIB), pageBytes: 256, offset: 19 * 256, byteLength: 101 * 256 })],
  ['not exact', () => ({ memory: new ArrayBuffer(64 * KIB), pageBytes: 512, exact: false })],
  ['with a reserve', () => ({ memory: new ArrayBuffer(64 * KIB), pageBytes: 512, reserveBytes: 9 * KIB })],
  ['a resizable buffer', () => ({ memory: new ArrayBuffer(8 * KIB, { maxByteLength: 96 * KIB }), pageBytes: KIB })],
  ['a WebAssembly.Memory', () => ({ memory: wasmMemory(1, 6), pageBytes: 4 * KIB, growBytes: 0 })],
];

/** One byte an owner for each byte of the memory: the whole truth, and slow. */
class NaiveArena {
  readonly live: { readonly block: Block; readonly owner: number }[] = [];
  private readonly owners: Uint8Array;
  private readonly begin: number;
  private readonly end: number;
  private owner = 0;

  constructor(bytes: number, begin: number, end: number) {
    this.owners = new Uint8Array(bytes);
    this.begin = begin;
    this.end = end;
  }

  /** Why a block can't have been given out; '' when it can. Fills it with its owner's pattern. */
  take(block: Block, align: number): string {
    const { offset, byteLength, grantedBytes } = block;
    const granted = this.owners.subarray(offset, offset + grantedBytes);
    if (offset < this.begin || offset + grantedBytes > this.end) return `${offset} is outside`;
    if (granted.some((owner) => owner !== 0)) return `${offset} is somebody's`;
    if (offset % align !== 0) return `${offset} is not aligned to ${align}`;
    if (grantedBytes < byteLength) return `${byteLength} bytes do not fit ${grantedBytes}`;
    this.owner = this.owner % 255 + 1;
    granted.fill(this.owner);
    block.bytes().fill(this.owner);
    this.live.push({ block, owner: this.owner });
    return '';
  }

  give(index: number): void {
    const [{ block } = { block: null }] = this.live.splice(index, 1);
    if (block === null) return;
    this.owners.fill(0, block.offset, block.offset + block.grantedBytes);
    block.free();
  }

  /** Blocks that hold something else than what their owner wrote. */
  overwritten(): number[] {
    return this.live.filter(({ block, owner }) => block.bytes().some((byte) => byte !== owner)).map(({ block }) => block.offset);
  }

  get grantedBytes(): number {
    return this.live.reduce((sum, { block }) => sum + block.grantedBytes, 0);
  }

  get usedBytes(): number {
    return this.live.reduce((sum, { block }) => sum + block.byteLength, 0);
  }
}

const step = fc.record({ free: fc.boolean(), bytes: fc.integer({ min: 1, max: 40 * KIB }), shift: fc.nat(11), word: fc.nat(WORDS.length - 1), align: fc.nat(13), pick: fc.nat(1000) });

describe('whatever is asked in whatever order, no byte has two owners, none is overwritten, none is lost', () => {
  it.each(SHAPES)('%s', (_name, options) => {
    fc.assert(fc.property(fc.array(step, { minLength: 10, maxLength: 80 }), (steps) => {
      const given = options();
      const arena = new Arena(given);
      const { offset = 0, pageBytes = 4096 } = given;
      const naive = new NaiveArena(512 * KIB, offset, given.byteLength === undefined ? 512 * KIB : offset + given.byteLength);
      for (const { free, bytes: most, shift, word, align: alignment, pick } of steps) {
        if (free && naive.live.length > 0) naive.give(pick % naive.live.length);
        else {
          const bytes = Math.ceil(most / 2 ** shift);
          const align = 2 ** alignment;
          const gfp = WORDS[word]!;
          const outcome = arena.alloc(bytes, gfp, { align });
          if (outcome.ok) {
            const pages = Math.ceil(bytes / pageBytes);
            expect(outcome.grantedBytes).toBe((given.exact === false ? 2 ** Math.ceil(Math.log2(pages)) : pages) * pageBytes);
            expect(naive.take(outcome, align)).toBe('');
          } else {
            // What it says would have fitted does.
            expect(outcome.largestBytes).toBeLessThan(Math.max(bytes, align, pageBytes) * 2);
            const smaller = outcome.largestBytes > 0 ? arena.alloc(outcome.largestBytes, gfp) : null;
            if (smaller?.ok === false) expect(smaller).toBeNull();
            else smaller?.free();
          }
        }
        expect(arena.check()).toEqual([]);
        expect(naive.overwritten()).toEqual([]);
        expect([arena.usedBytes, arena.grantedBytes, arena.freeBytes]).toEqual([naive.usedBytes, naive.grantedBytes, arena.byteLength - naive.grantedBytes]);
        expect(arena.served - arena.freed).toBe(naive.live.length);
      }
      while (naive.live.length > 0) naive.give(0);
      expect([arena.freeBytes, ...arena.check()]).toEqual([arena.byteLength]);
    }), { seed: 3, numRuns: 30 });
  });
});

describe('whoever waits is served in the end, whatever comes and goes meanwhile', () => {
  it.each(SHAPES)('%s', async (_name, options) => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const given = options();
      const arena = new Arena(given);
      const { offset = 0, pageBytes = 4096 } = given;
      const naive = new NaiveArena(512 * KIB, offset, given.byteLength === undefined ? 512 * KIB : offset + given.byteLength);
      const wrong: string[] = [];
      let waiting = 0;
      for (const { free, bytes, align: alignment, pick } of steps) {
        if (free && naive.live.length > 0) naive.give(pick % naive.live.length);
        else {
          const align = Math.min(2 ** alignment, pageBytes * 2);
          waiting++;
          void arena.allocWait(1 + bytes % (3 * pageBytes), GFP_KERNEL, { align }).then((outcome) => {
            waiting--;
            wrong.push(...[outcome.ok ? naive.take(outcome, align) : outcome.reason].filter((text) => text !== ''));
          });
        }
        if (pick % 3 === 0) await Promise.resolve();
        expect(arena.check()).toEqual([]);
      }
      for (let turns = 0; waiting > 0 && turns < 10_000; turns++) {
        naive.give(0);
        await Promise.resolve();
      }
      expect([waiting, wrong, naive.overwritten(), arena.check(), arena.grantedBytes]).toEqual([0, [], [], [], naive.grantedBytes]);
    }), { seed: 4, numRuns: 20 });
  });
});
