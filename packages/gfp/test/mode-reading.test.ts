import { describe, expect, it } from 'vitest';
import { ERAS, eraOf, readMode, type ModeReading } from '../src/index.js';
import { hasShared, sharedText } from './shared.js';

function read(mask: number | null, text: string | null, release: string | null): ModeReading {
  return readMode({ mask, text, release });
}

interface Pair {
  readonly release: string;
  readonly hex: string;
  readonly names: string;
}

const pairs: Pair[] = hasShared
  ? sharedText('corpus/mode_pairs.tsv').trim().split('\n').slice(1).map((line) => {
      const [release = '', hex = '', names = ''] = line.split('\t');
      return { release, hex, names };
    })
  : [];

/** A linux-next tree, and a log whose release is one ahead of its numbering. */
const NEIGHBOURS = new Set(['4.5.0-rc2-next-20160204', '4.10']);

describe.skipIf(!hasShared)('pairs of number and names seen in the wild', () => {
  it.each(pairs)('$release $hex is $names', ({ release, hex, names }) => {
    const reading = read(Number(hex), names, release === '?' ? null : release);
    expect(reading.consistent).toBe(true);
    if (names === '') return;
    expect(reading.from).toBe('log');
    expect(reading.names).toEqual(names.split('|'));
    // What the tables make of the number alone: the same names, unless the tree is one between two eras.
    const decoded = read(Number(hex), null, release === '?' ? null : release);
    const readings = decoded.names === null ? decoded.candidates.map((candidate) => candidate.names) : [decoded.names];
    if (!NEIGHBOURS.has(release)) expect(readings.map((reading) => [...reading].sort())).toContainEqual(names.split('|').sort());
  });
});

describe('a number and names that no kernel of the time connects are inconsistent', () => {
  it.each([
    ['5.15.0-91-generic', 0x24040c0, 'GFP_KERNEL|__GFP_COMP|__GFP_NORETRY'],
    ['5.15.0-91-generic', 0x24201ca, 'GFP_HIGHUSER_MOVABLE|__GFP_ZERO'],
    ['5.15.0', 0x1084020, 'GFP_ATOMIC'],
    ['5.15.0-91-generic', 0x24040c0, 'GFP_KERNEL|__GFP_COMP'],
    ['6.8.0-45-generic', 0xcc0, 'GFP_ATOMIC'],
    ['6.8.0', 0x40cc0, 'GFP_KERNEL'],
    ['5.15.0-91-generic', 0x820, 'GFP_ATOMIC'],
    ['4.9.0', 0xcc0, 'GFP_KERNEL'],
    ['6.1.0', 0xcc0, 'GFP_KERNEL|__GFP_WAIT'],
    [null, 0x24040c0, 'GFP_ATOMIC'],
  ])('%s %d(%s)', (release, mask, text) => {
    expect(read(mask, text, release)).toMatchObject({ from: 'log', consistent: false, names: text.split('|') });
  });
});

describe('vendor kernels and trees between releases are no contradiction', () => {
  it.each([
    ['4.18.0-305.el8.x86_64', 0x480020, 'GFP_ATOMIC'],
    ['4.14.190-perf', 0x9084020, 'GFP_ATOMIC|__GFP_COMP|__GFP_CMA'],
    ['5.4.0-1234-android', 0x8000cc0, 'GFP_KERNEL|__GFP_CMA'],
    ['6.12.117', 0x1000cc0, 'GFP_KERNEL|0x1000000'],
    ['6.18.0+', 0x40dc0, 'GFP_KERNEL|__GFP_COMP|__GFP_ZERO'],
    ['6.12.0', 0x2100cca, 'GFP_HIGHUSER_MOVABLE'],
    ['5.13.0-51-generic', 0x1100cca, 'GFP_HIGHUSER_MOVABLE'],
    [null, 0x6000c0, 'GFP_KERNEL'],
    ['5.14.0-362.8.1.el9_3.x86_64', 0x820, 'GFP_ATOMIC'],
    ['3.10.108', 0x0, ''],
  ])('%s %d(%s)', (release, mask, text) => {
    expect(read(mask, text, release).consistent).toBe(true);
  });
});

describe('a number alone', () => {
  it.each([
    ['2.6.32-754.el6.x86_64', 0x20, ['GFP_ATOMIC']],
    ['2.6.18', 0x4020, ['GFP_ATOMIC', '__GFP_COMP']],
    ['3.10.0-327.el7.x86_64', 0x204020, ['GFP_ATOMIC', '__GFP_COMP', '__GFP_NOTRACK']],
    ['2.4.28', 0x1d2, ['GFP_HIGHUSER']],
    ['4.1.18', 0x2000d1, ['GFP_KERNEL', 'GFP_DMA', '__GFP_NOTRACK']],
    ['6.12.9', 0, []],
  ])('%s %d is read by the era of the release', (release, mask, names) => {
    expect(read(mask, null, release)).toEqual({ mask, names, from: 'decoded', consistent: true, candidates: [] });
  });

  it('without a release has every era\'s reading as a candidate', () => {
    const reading = read(0x820, null, null);
    expect(reading).toMatchObject({ names: null, from: 'ambiguous', consistent: true });
    expect(reading.candidates.map(({ era, text }) => `${era}: ${text}`)).toContain('6.3 to 6.19: GFP_ATOMIC');
    expect(reading.candidates.length).toBeGreaterThan(3);
  });

  it('drops eras that leave a bit unexplained where another does not', () => {
    expect(read(0x1d2, null, '2.4.14')).toMatchObject({ names: ['GFP_HIGHUSER'], from: 'decoded' });
    expect(read(0x24040c0, null, null)).toMatchObject({ names: ['GFP_KERNEL', '__GFP_COMP'], from: 'decoded' });
    expect(read(0xf0, null, '2.4.14').candidates.map(({ era, text }) => `${era}: ${text}`)).toEqual(['2.4.9: GFP_KERNEL', '2.4.17: GFP_NOFS']);
  });

  it('is decoded without a release when every possible era reads it alike', () => {
    expect(readMode({ mask: 0xcc0, text: null, release: null, eras: ERAS.slice(ERAS.indexOf(eraOf('5.2') ?? ERAS[0]!)) })).toMatchObject({ names: ['GFP_KERNEL'], from: 'decoded' });
  });

  it('with a bit that only some builds have lists what it is in each', () => {
    const reading = read(0x1000cc0, null, '6.12.9');
    expect(reading).toMatchObject({ names: ['GFP_KERNEL', '0x1000000'], from: 'decoded', consistent: true });
    expect(reading.candidates.map(({ era, names }) => `${era}: ${names.join('|')}`)).toEqual([
      '6.10: GFP_KERNEL|0x1000000', '6.10 CONFIG_KASAN_HW_TAGS: GFP_KERNEL|__GFP_SKIP_ZERO',
      '6.10 CONFIG_LOCKDEP: GFP_KERNEL|__GFP_NOLOCKDEP', '6.10 CONFIG_SLAB_OBJ_EXT: GFP_KERNEL|__GFP_NO_OBJ_EXT',
    ]);
  });

  it('with __GFP_NOTRACK before 3.8 asks for CONFIG_KMEMCHECK', () => {
    expect(read(0x2000d0, null, '2.6.32').candidates.map(({ names }) => names)).toEqual([['GFP_KERNEL', '0x200000'], ['GFP_KERNEL', '__GFP_NOTRACK']]);
  });

  it('of a later numbering does not belong to an early kernel', () => {
    expect(read(0x24040c0, null, '3.2.0').consistent).toBe(false);
    expect(read(0x24040c0, null, '3.2.0-4-amd64').consistent).toBe(true);
    expect(read(0x40002d0, null, '3.4.67').consistent).toBe(true);
  });
});

describe('names alone', () => {
  it('give the number where the release is known', () => {
    expect(read(null, 'GFP_KERNEL|__GFP_COMP', '4.9')).toMatchObject({ mask: 0x24040c0, from: 'log', names: ['GFP_KERNEL', '__GFP_COMP'] });
  });
  it('give none where eras differ, or a name is not known', () => {
    expect(read(null, 'GFP_KERNEL', null).mask).toBeNull();
    expect(read(null, 'GFP_KERNEL|__GFP_CMA', '5.4').mask).toBeNull();
  });
});

it('nothing at all is ambiguous', () => {
  expect(read(null, null, '6.1')).toEqual({ mask: null, names: null, from: 'ambiguous', consistent: true, candidates: [] });
});
