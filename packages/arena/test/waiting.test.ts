import { __GFP_NORETRY, GFP_ATOMIC, GFP_KERNEL, GFP_NOWAIT, or } from '@nopage/gfp';
import type { Shrinker } from '@nopage/mm';
import { describe, expect, it } from 'vitest';
import { Arena, type Block } from '../src/index.js';
import { arenaOf, fill, got, KIB, refusalOf } from './memories.js';

/** A cache that gives its oldest blocks back. */
const cacheOf = (held: Block[], async = false): Shrinker => {
  const drop = (pages: number): number => held.splice(0, pages).map((block) => { block.free(); }).length;
  return { async, count: () => held.length, scan: (pages) => (async ? Promise.resolve().then(() => drop(pages)) : drop(pages)) };
};

describe('allocWait', () => {
  it('waits for its turn at what is given back, first come first served', async () => {
    const arena = arenaOf();
    const held = fill(arena);
    const order: number[] = [];
    const first = arena.allocWait(3000, GFP_KERNEL).then((outcome) => { order.push(1); return got(outcome); });
    const second = arena.allocWait(1, GFP_KERNEL).then((outcome) => { order.push(2); return got(outcome); });
    await Promise.resolve();
    expect(arena.waiting).toBe(2);
    for (const block of held.splice(0)) block.free();
    const blocks = await Promise.all([first, second]);
    expect([order, blocks.map(({ grantedBytes }) => grantedBytes), arena.waiting]).toEqual([[1, 2], [3 * KIB, KIB], 0]);
    expect(arena.check()).toEqual([]);
  });

  it('ends with its signal, as a refusal', async () => {
    const arena = arenaOf();
    fill(arena);
    const controller = new AbortController();
    const waiting = arena.allocWait(1, GFP_KERNEL, { signal: controller.signal });
    await Promise.resolve();
    controller.abort();
    expect(refusalOf(await waiting)).toMatchObject({ reason: 'aborted', growth: 'fixed' });
    expect([arena.refused, arena.waiting]).toEqual([2, 0]);
  });

  it('awaits caches that answer later; alloc asks only those that answer at once', async () => {
    const arena = arenaOf();
    const cache = cacheOf(fill(arena), true);
    arena.addShrinker(cache);
    expect(arena.alloc(1, GFP_KERNEL).ok).toBe(false);
    expect((await arena.allocWait(1, or(GFP_KERNEL, __GFP_NORETRY))).ok).toBe(true);
    arena.removeShrinker(cache);
    const left = cacheOf(fill(arena));
    arena.addShrinker(left);
    expect(arena.alloc(1, GFP_KERNEL).ok).toBe(true);
    expect(arena.check()).toEqual([]);
  });

  it('is sound at every moment, also before a request has heard of its pages', async () => {
    const arena = arenaOf();
    const all = got(arena.alloc(64 * KIB, GFP_KERNEL));
    const waiting = arena.allocWait(1, GFP_KERNEL);
    await Promise.resolve();
    all.free();
    expect(arena.check()).toEqual([]);
    got(await waiting);
    expect(arena.check()).toEqual([]);
  });

  it('is aligned, too', async () => {
    const arena = arenaOf();
    got(arena.alloc(1, GFP_KERNEL));
    expect(got(await arena.allocWait(1, GFP_KERNEL, { align: 16 * KIB })).offset % (16 * KIB)).toBe(0);
  });
});

describe('the last resort', () => {
  it('is asked after caches and growth, for a request that is not refused easily', () => {
    const held: Block[] = [];
    const arena: Arena = arenaOf({ outOfMemory: () => { held.pop()?.free(); return true; } });
    held.push(...fill(arena));
    expect(arena.alloc(1, GFP_KERNEL).ok).toBe(true);
    expect(arena.alloc(1, GFP_NOWAIT).ok).toBe(false);
    expect(held).toHaveLength(63);
  });
});

describe('kswapd', () => {
  it('is wanted when memory runs low, and makes the reserve whole', () => {
    let wanted = 0;
    const held: Block[] = [];
    const arena = arenaOf({ reserveBytes: 16 * KIB, shrinkers: [cacheOf(held)], onKswapdWanted: () => { wanted++; } });
    for (let block = arena.alloc(KIB, GFP_ATOMIC); block.ok; block = arena.alloc(KIB, GFP_ATOMIC)) held.push(block);
    expect([wanted, arena.freeBytes]).toEqual([1, 6 * KIB]);
    expect(arena.kswapd().balanced).toBe(true);
    expect(arena.freeBytes).toBeGreaterThan(16 * KIB);
    expect(arena.vmstat()).toMatchObject({ pageoutrun: 1 });
  });
});
