import { __GFP_NOFAIL, __GFP_NORETRY, __GFP_RETRY_MAYFAIL, GFP_ATOMIC, GFP_KERNEL, or } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { NO_PAGE, PageAllocator, type PageAllocatorOptions, type Shrinker } from '../src/index.js';

const zones = [{ name: 'Normal', pages: 64 }] as const;

/** An allocator with everything in use, and what is held of it. */
function full(options: Partial<PageAllocatorOptions> = {}): { mm: PageAllocator; held: number[] } {
  const mm = new PageAllocator({ zones, maxOrder: 5, minFreeKbytes: 0, ...options });
  const held: number[] = [];
  for (let pfn = mm.alloc(GFP_ATOMIC); pfn !== NO_PAGE; pfn = mm.alloc(GFP_ATOMIC)) held.push(pfn);
  return { mm, held };
}

function cache(mm: () => PageAllocator, held: number[], async = false): Shrinker & { asked: number } {
  const give = (pages: number): number => {
    const given = held.splice(0, pages);
    for (const pfn of given) mm().free(pfn);
    return given.length;
  };
  const shrinker = {
    asked: 0, async, count: () => held.length,
    scan: (pages: number) => {
      shrinker.asked++;
      return async ? Promise.resolve().then(() => give(pages)) : give(pages);
    },
  };
  return shrinker;
}

/** What a promise has come to, without waiting for it. */
const settled = async <T>(promise: Promise<T>): Promise<T | 'waiting'> => Promise.race([promise, new Promise<'waiting'>((resolve) => setImmediate(() => { resolve('waiting'); }))]);

describe('alloc never waits', () => {
  it('a word with leave to sleep has caches shrunk at once', () => {
    const { mm, held } = full();
    const shrinker = cache(() => mm, held);
    mm.addShrinker(shrinker);
    expect(mm.alloc(or(GFP_KERNEL, __GFP_NORETRY))).not.toBe(NO_PAGE);
    expect(shrinker.asked).toBe(1);
    expect(mm.vmstat()).toMatchObject({ allocstall_normal: 1, pgsteal_direct: 32 });
    expect(mm.check()).toEqual([]);
  });

  it('caches that answer later are passed over, and those that were removed', () => {
    const { mm, held } = full();
    const later = cache(() => mm, held, true);
    const gone = cache(() => mm, held);
    mm.addShrinker(later);
    mm.addShrinker(gone);
    mm.removeShrinker(gone);
    expect(mm.alloc(or(GFP_KERNEL, __GFP_NORETRY))).toBe(NO_PAGE);
    expect([later.asked, gone.asked]).toEqual([0, 0]);
  });

  it('a word without leave shrinks nothing', () => {
    const { mm, held } = full();
    const shrinker = cache(() => mm, held);
    mm.addShrinker(shrinker);
    expect(mm.alloc(GFP_ATOMIC)).toBe(NO_PAGE);
    expect(shrinker.asked).toBe(0);
  });

  it('a cache that promises and gives nothing does not keep it', () => {
    const { mm } = full({ shrinkers: [{ count: () => 1000, scan: () => 1000 }] });
    expect(mm.alloc(GFP_KERNEL)).toBe(NO_PAGE);
    // 17 rounds, each made twice over: once over some of memory, once over all.
    expect(mm.vmstat()['allocstall_normal']).toBe(34);
  });

  it('what a cache asks for while it shrinks may use the last page, and does not shrink again', () => {
    const depth: number[] = [];
    const { mm } = full({ minFreeKbytes: 64, shrinkers: [{ count: () => 1, scan: () => { depth.push(mm.alloc(GFP_KERNEL)); return 0; } }] });
    mm.alloc(or(GFP_KERNEL, __GFP_NORETRY));
    expect(depth).toHaveLength(1);
    expect(depth[0]).not.toBe(NO_PAGE);
  });

  it('the last resort is asked last, and once for each time that it helps', () => {
    const { mm, held } = full({ outOfMemory: () => { const pfn = held.pop(); if (pfn !== undefined) mm.free(pfn); return pfn !== undefined; } });
    expect(mm.alloc(GFP_KERNEL)).not.toBe(NO_PAGE);
    expect(mm.vmstat()).toMatchObject({ oom_kill: 1 });
    expect(mm.alloc(or(GFP_KERNEL, __GFP_RETRY_MAYFAIL))).toBe(NO_PAGE);
    expect(mm.vmstat()).toMatchObject({ oom_kill: 1 });
  });
});

describe('a last resort that promises and frees nothing', () => {
  it('is believed once', () => {
    let asked = 0;
    const { mm } = full({ outOfMemory: () => { asked++; return true; } });
    expect(mm.alloc(GFP_KERNEL)).toBe(NO_PAGE);
    expect(asked).toBe(1);
  });
});

describe('allocWait waits for its turn', () => {
  it('and is served when memory is freed, first come first served', async () => {
    const { mm, held } = full();
    const served: string[] = [];
    const first = mm.allocWait(GFP_KERNEL, 1).then((outcome) => { served.push('first'); return outcome; });
    const second = mm.allocWait(GFP_KERNEL, 0).then((outcome) => { served.push('second'); return outcome; });
    expect(await settled(first)).toBe('waiting');
    expect(mm.waiting).toBe(2);
    // One page would do for the second, but it is not its turn.
    held.sort((a, b) => a - b);
    mm.free(held.shift()!);
    expect(await settled(second)).toBe('waiting');
    mm.free(held.shift()!);
    expect(await first).toMatchObject({ ok: true });
    mm.free(held.shift()!);
    expect(await second).toMatchObject({ ok: true });
    expect(served).toEqual(['first', 'second']);
    expect(mm.waiting).toBe(0);
    expect(mm.check()).toEqual([]);
  });

  it('caches that answer later are awaited', async () => {
    const { mm, held } = full();
    mm.addShrinker(cache(() => mm, held, true));
    expect(await mm.allocWait(or(GFP_KERNEL, __GFP_NORETRY), 0)).toMatchObject({ ok: true });
  });

  it('a request that may fail is refused instead', async () => {
    const { mm } = full();
    expect(await mm.allocWait(or(GFP_KERNEL, __GFP_NORETRY))).toMatchObject({ ok: false, reason: 'below-watermark' });
    expect(await mm.allocWait(or(GFP_KERNEL, __GFP_RETRY_MAYFAIL))).toMatchObject({ ok: false, reason: 'below-watermark' });
    expect(await mm.allocWait(GFP_KERNEL, 4)).toMatchObject({ ok: false, largestOrder: -1 });
  });

  it('a request that must not fail waits at any order', async () => {
    const { mm, held } = full();
    const wait = mm.allocWait(or(GFP_KERNEL, __GFP_NOFAIL), 5);
    expect(await settled(wait)).toBe('waiting');
    for (const pfn of held) mm.free(pfn);
    expect(await wait).toMatchObject({ ok: true });
  });

  it('an order that is larger than any block is refused at once', async () => {
    const { mm } = full();
    expect(await mm.allocWait(or(GFP_KERNEL, __GFP_NOFAIL), 6)).toMatchObject({ ok: false, reason: 'order-too-large' });
  });

  it('a signal ends the wait, and the next in line is served', async () => {
    const { mm, held } = full();
    const abort = new AbortController();
    const first = mm.allocWait(GFP_KERNEL, 2, { signal: abort.signal });
    const second = mm.allocWait(GFP_KERNEL, 0);
    mm.free(held.pop()!);
    expect(await settled(second)).toBe('waiting');
    abort.abort();
    expect(await first).toMatchObject({ ok: false, reason: 'aborted' });
    expect(await second).toMatchObject({ ok: true });
    expect(await mm.allocWait(GFP_KERNEL, 0, { signal: abort.signal })).toMatchObject({ ok: false, reason: 'aborted' });
    expect(mm.waiting).toBe(0);
  });

  it('failures are told with the stack of who asked', async () => {
    const sites: (string | null)[] = [];
    const { mm } = full({ onFailure: ({ site }) => sites.push(site) });
    sites.length = 0;
    await mm.allocWait(or(GFP_KERNEL, __GFP_NORETRY));
    expect(sites).toHaveLength(1);
    expect(sites[0]).toMatch(/waiting\.test/);
  });
});
