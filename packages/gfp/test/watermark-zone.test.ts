import { describe, expect, it } from 'vitest';
import { LIST_SHIFT, Migratetype, watermarkZoneOf, type FreeBlocks, type ZoneState } from '../src/index.js';

function state(freeBlocks: readonly FreeBlocks[], fields: Partial<ZoneState> = {}): ZoneState {
  return {
    node: 0, name: 'Normal', freePages: 1000, boostPages: null, minPages: 100, lowPages: 125, highPages: 150, reservedHighatomicPages: null, freeHighatomicPages: null,
    freeCmaPages: null, presentPages: null, managedPages: null, freePcpPages: null, lowmemReserve: [0, 0, 7], freeBlocks, counters: {}, ...fields,
  };
}

function listsOf(freeBlocks: readonly FreeBlocks[], order: number): number[] {
  const { counts } = watermarkZoneOf(state(freeBlocks));
  return Array.from({ length: 7 }, (_, type) => counts[(order << LIST_SHIFT) + type] ?? 0);
}

describe('watermarkZoneOf', () => {
  it.each<[FreeBlocks, number[]]>([
    [{ count: 5, types: 'UME' }, [3, 1, 1, 0, 0, 0, 0]],
    [{ count: 5, types: 'H' }, [0, 0, 0, 5, 0, 0, 0]],
    [{ count: 5, types: 'HC' }, [0, 0, 0, 4, 1, 0, 0]],
    [{ count: 4, types: 'EH' }, [0, 0, 3, 1, 0, 0, 0]],
    [{ count: 4, types: 'R' }, [0, 0, 0, 0, 0, 0, 4]],
    [{ count: 5, types: '' }, [5, 0, 0, 0, 0, 0, 0]],
    [{ count: 5, types: 'Z' }, [5, 0, 0, 0, 0, 0, 0]],
    [{ count: 0, types: '' }, [0, 0, 0, 0, 0, 0, 0]],
    [{ count: 9, types: 'UM', byMigratetype: [1, 8, 0] }, [1, 8, 0, 0, 0, 0, 0]],
  ])('%j', (blocks, lists) => {
    expect(listsOf([{ count: 0, types: '' }, blocks], 1)).toEqual(lists);
  });

  it('counts what H and C letters prove where the layout has no such counter', () => {
    const blocks = [{ count: 3, types: 'UH' }, { count: 2, types: 'H' }, { count: 1, types: 'C' }];
    expect(watermarkZoneOf(state(blocks))).toMatchObject({ freeHighatomicPages: 5, freeCmaPages: 4, reservedHighatomicPages: 0, maxOrder: 2 });
    expect(watermarkZoneOf(state(blocks, { freeHighatomicPages: 9, freeCmaPages: 0, reservedHighatomicPages: 512 }))).toMatchObject({ freeHighatomicPages: 9, freeCmaPages: 0, reservedHighatomicPages: 512 });
  });

  it('has empty lists up to order 10 for a report without lists', () => {
    const zone = watermarkZoneOf(state([]));
    expect(zone.maxOrder).toBe(10);
    expect(zone.counts[Migratetype.UNMOVABLE]).toBe(0);
    expect(zone.lowmemReserve).toEqual([0, 0, 7]);
  });
});
