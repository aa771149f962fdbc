import { describe, expect, expectTypeOf, it } from 'vitest';
import * as gfp from '../src/index.js';
import {
  __GFP_COMP, __GFP_DIRECT_RECLAIM, __GFP_NOFAIL, __GFP_NORETRY, __GFP_ZERO, contradiction, eraOf, GFP_ATOMIC, GFP_DMA, GFP_HIGHUSER, GFP_KERNEL, GFP_NOFS, GFP_NOIO,
  GFP_NOWAIT, GFP_TRANSHUGE, GFP_TRANSHUGE_LIGHT, gfpWord, mayWait, migratetypeOf, or, ZONE_NAMES, ZONE_RANKS, zoneTable, type GfpRequest, type GfpWord, type MayWait, type MustNotWait,
} from '../src/index.js';

describe('the types keep contradicting words away', () => {
  const allocWait = (word: MayWait): number => word;
  const alloc = (word: GfpRequest): number => word;

  it('a word that may not wait is no MayWait', () => {
    allocWait(GFP_KERNEL);
    allocWait(or(GFP_NOWAIT, __GFP_DIRECT_RECLAIM));
    // @ts-expect-error GFP_ATOMIC may not wait
    allocWait(GFP_ATOMIC);
    // @ts-expect-error no word of these may
    allocWait(or(GFP_NOWAIT, __GFP_ZERO, __GFP_COMP));
    // @ts-expect-error a plain number makes no claim
    allocWait(0xcc0);
    expectTypeOf(GFP_TRANSHUGE_LIGHT).not.toExtend<MayWait>();
    expectTypeOf(GFP_TRANSHUGE).toExtend<MayWait>();
    expectTypeOf(GFP_NOIO).toExtend<MayWait>();
    expectTypeOf(GFP_NOFS).not.toExtend<MustNotWait>();
  });

  it('a word that must not fail has to be able to wait', () => {
    alloc(or(GFP_KERNEL, __GFP_NOFAIL));
    allocWait(or(GFP_NOFS, __GFP_NOFAIL));
    alloc(GFP_ATOMIC);
    // @ts-expect-error must not fail, must not wait
    alloc(or(GFP_ATOMIC, __GFP_NOFAIL));
    // @ts-expect-error nor does it alone
    alloc(__GFP_NOFAIL);
    expectTypeOf(or(GFP_NOWAIT, __GFP_NOFAIL)).not.toExtend<GfpRequest>();
  });

  it('what a type does not say, the result does not claim', () => {
    const some = gfpWord(0x820);
    expectTypeOf(or(some, __GFP_ZERO)).not.toExtend<MayWait>();
    const waits: MayWait = or(some, __GFP_DIRECT_RECLAIM);
    expect(waits).toBe(0xc20);
    const list = [GFP_KERNEL, GFP_ATOMIC];
    expectTypeOf(or(...list)).not.toExtend<MayWait>();
    expectTypeOf(or()).toExtend<MustNotWait>();
  });

  it('a word is a number, and any word a GfpWord', () => {
    expectTypeOf(GFP_KERNEL).toExtend<number>();
    expectTypeOf(or(GFP_ATOMIC, __GFP_NOFAIL)).toExtend<GfpWord>();
    expectTypeOf(gfpWord(0xcc0)).toEqualTypeOf<GfpRequest>();
  });
});

describe('or', () => {
  it('sets the bits of every word', () => {
    expect(or(GFP_KERNEL, __GFP_COMP, __GFP_ZERO)).toBe(0x40dc0);
    expect(or()).toBe(0);
  });
});

describe('the constants are 6.12\'s numbering', () => {
  const table = eraOf('6.12');
  it.each(Object.entries(gfp).filter(([name]) => /^(?:__)?GFP_/.test(name)) as [string, number][])('%s', (name, value) => {
    expect(table?.bits[name] ?? table?.compounds[name]).toBe(value);
  });
});

describe('contradiction', () => {
  it.each([
    [0x8820, 'nofail-cannot-wait'], [0x8000, 'nofail-cannot-wait'], [0xcc3, 'zone-bits'], [0xcc5, 'zone-bits'], [0xcd8, 'movable-and-reclaimable'],
    [0x8cc0, null], [0xcc0, null], [0x820, null], [0xcc9, null], [0x100cca, null], [0, null],
  ])('%d: %s', (word, expected) => {
    expect(contradiction(word)).toBe(expected);
  });

  it('makes gfpWord throw, whatever the type was forced to', () => {
    expect(() => gfpWord(or(GFP_ATOMIC, __GFP_NOFAIL))).toThrow(expect.objectContaining({ name: 'GfpError', code: 'CONTRADICTION', mask: 0x8820 }));
    expect(() => gfpWord(or(GFP_DMA, GFP_HIGHUSER))).toThrow('zone-bits');
    expect(() => gfpWord(0x80000cc0)).toThrow(expect.objectContaining({ code: 'UNKNOWN_BITS' }));
    expect(() => gfpWord(-1)).toThrow(expect.objectContaining({ code: 'NOT_A_MASK' }));
    expect(gfpWord(or(GFP_KERNEL, __GFP_NORETRY))).toBe(0x10cc0);
  });

  it('knows the bits of the table, no more and no fewer', () => {
    const table = eraOf('6.12');
    for (let bit = 1; bit < 2 ** 32; bit *= 2) {
      const known = table !== null && (table.known & bit) !== 0;
      const attempt = (): number => gfpWord((bit | GFP_KERNEL) >>> 0);
      if (known) expect(attempt(), bit.toString(16)).toBeGreaterThan(0);
      else expect(attempt, bit.toString(16)).toThrow(expect.objectContaining({ code: 'UNKNOWN_BITS' }));
    }
  });

  it('mayWait tells by the bits', () => {
    expect(mayWait(0xcc0)).toBe(true);
    expect(mayWait(0x820)).toBe(false);
  });
});

describe('zone bits', () => {
  it('allow the zones of GFP_ZONE_TABLE', () => {
    expect(ZONE_RANKS.map((rank) => (rank === -1 ? 'bad' : ZONE_NAMES[rank]))).toEqual([
      'Normal', 'DMA', 'HighMem', 'bad', 'DMA32', 'bad', 'bad', 'bad', 'Normal', 'DMA', 'Movable', 'bad', 'DMA32', 'bad', 'bad', 'bad',
    ]);
  });

  it('fall back to Normal where the machine has no such zone', () => {
    expect([...zoneTable(['DMA', 'DMA32', 'Normal', 'Movable'])].slice(0, 11)).toEqual([2, 0, 2, -1, 1, -1, -1, -1, 2, 0, 3]);
    expect([...zoneTable(['Normal', 'Movable'])].slice(0, 5)).toEqual([0, 0, 0, -1, 0]);
  });

  it('mobility is the two bits above', () => {
    expect([0xcc0, 0x100cca, 0xcd0, 0x18].map(migratetypeOf)).toEqual([0, 1, 2, 3]);
  });
});
