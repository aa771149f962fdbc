import { GFP_ATOMIC, GFP_KERNEL } from '@nopage/gfp';
import { families, takeReading } from '@nopage/metrics';
import { describe, expect, it } from 'vitest';
import type { Arena, OffsetArena } from '../src/index.js';
import { arenaOf, got, KIB, offsetsOf, refusalOf } from './memories.js';

/** What a scrape tells of arenas, by metric and arena. */
function scraped(arenas: Readonly<Record<string, Arena | OffsetArena>>): Record<string, number> {
  const reading = takeReading({ arenas });
  const told: Record<string, number> = {};
  for (const family of families()) {
    if (family.labels[0] === 'arena') family.read(reading, (value, [arena]) => (told[`${family.name.replace('nopage_arena_', '')} ${arena ?? ''}`] = value));
  }
  return told;
}

describe('arenas as sources of metrics', () => {
  it('tell what they hold, gave, refused and got back, each under its name', async () => {
    const heap = arenaOf();
    const vertices = offsetsOf();
    const kept = got(heap.alloc(1500, GFP_KERNEL));
    got(heap.alloc(20 * KIB, GFP_KERNEL)).free();
    refusalOf(heap.alloc(65 * KIB, GFP_ATOMIC));
    got(vertices.alloc(64 * KIB, GFP_ATOMIC));
    const patience = new AbortController();
    const waits = vertices.allocWait(KIB, GFP_KERNEL, { signal: patience.signal });
    expect(scraped({ heap, vertices })).toEqual({
      'size_bytes heap': 64 * KIB, 'used_bytes heap': 1500, 'granted_bytes heap': 2 * KIB, 'free_bytes heap': 62 * KIB, 'largest_free_bytes heap': 32 * KIB,
      'served_total heap': 2, 'refused_total heap': 1, 'freed_total heap': 1, 'waiting heap': 0,
      'size_bytes vertices': 64 * KIB, 'used_bytes vertices': 64 * KIB, 'granted_bytes vertices': 64 * KIB, 'free_bytes vertices': 0, 'largest_free_bytes vertices': 0,
      'served_total vertices': 1, 'refused_total vertices': 0, 'freed_total vertices': 0, 'waiting vertices': 1,
    });
    patience.abort();
    await waits;
    kept.free();
    expect(scraped({ heap, vertices })).toMatchObject({ 'free_bytes heap': 64 * KIB, 'freed_total heap': 2, 'refused_total vertices': 1, 'waiting vertices': 0 });
  });

  it('hold what they served and did not get back, at every scrape while they work', () => {
    const heap = arenaOf({ memory: new ArrayBuffer(256 * KIB) });
    const held: { free(): void }[] = [];
    for (let step = 0; step < 400; step++) {
      const outcome = heap.alloc(1 + ((step * 7919) % (24 * KIB)), GFP_ATOMIC);
      if (outcome.ok) held.push(outcome);
      else held.splice((step * 31) % held.length, 1)[0]?.free();
      const told = scraped({ heap });
      expect(told['served_total heap']! - told['freed_total heap']!).toBe(held.length);
      expect(told['granted_bytes heap']! + told['free_bytes heap']!).toBe(told['size_bytes heap']);
    }
    expect(heap.refused).toBeGreaterThan(50);
  });
});
