import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkedMask, decode, eraOf, format, GfpError, maskOf, parse, unknownBits, withConfig, type Era } from '../src/index.js';
import { examplesOf, hasShared, sharedFiles, sharedText } from './shared.js';

function era(release: string): Era {
  const found = eraOf(release);
  if (found === null) throw new Error(`no era for ${release}`);
  return found;
}

const recorded = hasShared ? sharedFiles('kernel/gfp') : [];

describe('format prints what a running kernel printed', () => {
  const fixture = readFileSync(new URL('fixtures/gfp-6.12.117-A.txt', import.meta.url), 'utf8');
  it('6.12.117-A, from the fixture', () => checkLines(fixture, era('6.12.117')));

  it.skipIf(!hasShared).each(recorded)('%s, every line', (name) => {
    checkLines(sharedText(`kernel/gfp/${name}`), era(name));
  });
});

/** Lines `n NAME MASK [TEXT]` are words under their names in the source; `g`, `r` and `c MASK [TEXT]` bits, random and mixed words. */
function checkLines(text: string, table: Era): void {
  let checked = 0;
  for (const line of text.split('\n')) {
    const [kind = '', first = '', second = '', third = ''] = line.split(' ');
    if (!['n', 'g', 'r', 'c'].includes(kind)) continue;
    const [mask, printed] = kind === 'n' ? [second, third] : [first, second];
    expect(format(Number.parseInt(mask, 16), table), line).toBe(printed);
    expect(maskOf(printed, table), line).toBe(Number.parseInt(mask, 16));
    checked++;
  }
  expect(checked).toBeGreaterThan(1000);
}

describe.skipIf(!hasShared)('examples of the specification', () => {
  it.each(examplesOf('gfp-names'))('$id: $description ($versions)', ({ versions, input, expected }) => {
    const table = withConfig(era(versions), (input['config'] ?? []) as string[]);
    expect(format(Number(input['mask']), table)).toBe(expected['names']);
  });
});

describe('format', () => {
  it.each([
    ['4.9', 0x24040c0, 'GFP_KERNEL|__GFP_COMP'],
    ['6.12', 0xcc0, 'GFP_KERNEL'],
    ['6.12', 0x1000cc0, 'GFP_KERNEL|0x1000000'],
    ['6.12', 0, ''],
    ['6.18', 0x152dc0, 'GFP_USER|__GFP_ZERO|__GFP_NOWARN|__GFP_NORETRY|__GFP_COMP'],
    ['6.19', 0xb20, 'GFP_ATOMIC|__GFP_ZERO|0x200'],
    ['6.12', 0xffffffff, 'GFP_TRANSHUGE|GFP_ATOMIC|GFP_DMA|GFP_DMA32|__GFP_RETRY_MAYFAIL|__GFP_NOFAIL|__GFP_NORETRY|__GFP_ZERO|__GFP_MEMALLOC|__GFP_THISNODE|__GFP_RECLAIMABLE|__GFP_ACCOUNT|__GFP_WRITE|__GFP_ZEROTAGS|0xff000200'],
    ['2.6.32', 0x4020, 'GFP_ATOMIC|__GFP_COMP'],
    ['2.6.32', 0xd0, 'GFP_KERNEL'],
    ['2.6.32', 0xf0, 'GFP_KERNEL|__GFP_HIGH'],
    ['2.6.11', 0xd2, 'GFP_HIGHUSER'],
    ['3.10', 0x204020, 'GFP_ATOMIC|__GFP_COMP|__GFP_NOTRACK'],
    ['3.10', 0x200da, 'GFP_HIGHUSER_MOVABLE'],
    ['2.4.20', 0x1f0, 'GFP_KERNEL'],
    ['2.4.20', 0x1d2, 'GFP_HIGHUSER'],
    ['2.4.9', 0xf0, 'GFP_KERNEL'],
  ])('%s %d is %s', (release, mask, text) => {
    expect(format(mask, era(release))).toBe(text);
  });
});

describe('parse', () => {
  it('takes blanks, numbers and names that the printer does not use', () => {
    expect(parse(' GFP_KERNEL | __GFP_DMA|0x1000000', era('6.12'))).toEqual({ mask: 0x1000cc1, unknown: [] });
  });

  it('takes the short names of trace events up to 4.5', () => {
    expect(parse('GFP_KERNEL|GFP_ZERO|GFP_NOMEMALLOC', era('3.10'))).toEqual({ mask: 0x180d0, unknown: [] });
    expect(parse('GFP_ZERO', era('4.6')).unknown).toEqual(['GFP_ZERO']);
  });

  it('gives back the words that the era does not have', () => {
    expect(parse('GFP_KERNEL|__GFP_CMA|__GFP_COMP|junk|0xfffffffff', era('6.12'))).toEqual({ mask: 0x40cc0, unknown: ['__GFP_CMA', 'junk', '0xfffffffff'] });
  });

  it('does not take a member of every object for a name', () => {
    expect(parse('constructor|__proto__|toString', era('6.12')).unknown).toEqual(['constructor', '__proto__', 'toString']);
  });
});

describe('the strict forms throw a GfpError with a code', () => {
  it('UNKNOWN_NAME', () => {
    expect(() => maskOf('GFP_KERNEL|__GFP_WAIT', era('6.12'))).toThrow(new GfpError('UNKNOWN_NAME', null, 'Linux 6.10 has no __GFP_WAIT'));
  });

  it('UNKNOWN_BITS', () => {
    expect(unknownBits(0x80000cc0, era('6.12'))).toBe(0x80000000);
    expect(() => checkedMask(0x80000cc0, era('6.12'))).toThrow(expect.objectContaining({ code: 'UNKNOWN_BITS', mask: 0x80000cc0 }));
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 32])('NOT_A_MASK: %d', (mask) => {
    expect(() => checkedMask(mask, era('6.12'))).toThrow(expect.objectContaining({ code: 'NOT_A_MASK' }));
  });
});

it('names joined are the text', () => {
  expect(decode(0x1040cc1, era('6.12'))).toEqual(['GFP_KERNEL', 'GFP_DMA', '__GFP_COMP', '0x1000000']);
});
