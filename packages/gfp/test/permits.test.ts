import { describe, expect, it } from 'vitest';
import { ERAS, eraOf, parse, permits, type Era, type Permits } from '../src/index.js';

function era(release: string): Era {
  const found = eraOf(release);
  if (found === null) throw new Error(`no era for ${release}`);
  return found;
}

describe('permits, release by release', () => {
  it.each<[string, number, Partial<Permits>]>([
    // 2.4: who can't wait gets to a quarter of pages_min; __GFP_HIGH plays no part.
    ['2.4.0', 0x7, { sleep: true, io: true, fs: true, reserves: 'none', kswapd: true, warn: true, retry: 'default' }],
    ['2.4.0', 0x2, { sleep: false, io: false, fs: false, reserves: 'atomic', retry: 'none' }],
    ['2.4.0', 0x3, { sleep: true, io: false, fs: false }],
    ['2.4.9', 0xf0, { sleep: true, io: true, fs: true }],
    ['2.4.9', 0x70, { sleep: true, io: true, fs: false }],
    ['2.4.20', 0x1f0, { sleep: true, io: true, fs: true, reserves: 'none' }],
    ['2.4.20', 0x70, { sleep: true, io: true, fs: false }],
    ['2.4.20', 0x20, { sleep: false, reserves: 'atomic' }],
    ['2.4.20', 0x1d2, { highestZone: 'HighMem' }],
    ['2.4.20', 0x1f1, { highestZone: 'DMA' }],
    // 2.6 to 4.3: not to wait is to go harder.
    ['2.6.18', 0x20, { sleep: false, reserves: 'atomic', retry: 'none', warn: true, migratetype: 'unmovable', highestZone: 'Normal' }],
    ['2.6.18', 0x0, { sleep: false, reserves: 'harder' }],
    ['2.6.18', 0xd0, { sleep: true, io: true, fs: true, reserves: 'none', retry: 'default' }],
    ['2.6.18', 0xf0, { reserves: 'high' }],
    ['2.6.18', 0x10020, { reserves: 'atomic' }],
    ['2.6.39', 0x10020, { reserves: 'high' }],
    ['2.6.18', 0x10d0, { retry: 'noretry' }],
    ['2.6.18', 0x4d0, { retry: 'mayfail' }],
    ['2.6.18', 0x8d0, { retry: 'nofail' }],
    ['2.6.18', 0x2d0, { warn: false }],
    ['2.6.18', 0xd4, { highestZone: 'DMA32' }],
    ['2.6.26', 0x1200d2, { migratetype: 'movable', highestZone: 'Movable' }],
    ['2.6.26', 0x800d0, { migratetype: 'reclaimable' }],
    ['2.6.32', 0x200da, { migratetype: 'movable', highestZone: 'Movable' }],
    ['3.2', 0x4352da, { kswapd: false, retry: 'noretry', warn: false, sleep: true }],
    ['3.10', 0x2020, { reserves: 'all', sleep: false }],
    ['3.10', 0x12020, { reserves: 'high' }],
    ['3.10', 0x1000d0, { account: true }],
    ['3.18', 0x400000, { reserves: 'none', kswapd: false }],
    ['3.10', 0x412d0, { thisNode: true, retry: 'noretry', warn: false }],
    // 4.4 to 6.2: __GFP_ATOMIC.
    ['4.4', 0x2080020, { sleep: false, kswapd: true, reserves: 'atomic' }],
    ['4.4', 0x2000000, { sleep: false, kswapd: true, reserves: 'none' }],
    ['4.4', 0x2000020, { reserves: 'high' }],
    ['4.4', 0x24000c0, { sleep: true, kswapd: true, io: true, fs: true }],
    ['4.9', 0x342ca, { sleep: false, kswapd: false, retry: 'none', warn: false, migratetype: 'movable', highestZone: 'Movable' }],
    ['5.4', 0xa20, { sleep: false, reserves: 'atomic', kswapd: true }],
    ['5.4', 0x80a20, { reserves: 'high' }],
    ['5.4', 0x200, { reserves: 'harder' }],
    ['5.4', 0x600, { sleep: true, reserves: 'none' }],
    ['5.4', 0xe20, { sleep: true, reserves: 'high' }],
    ['5.4', 0x820, { reserves: 'high' }],
    ['5.4', 0x400dc0, { account: true, zero: true }],
    // 6.3 and later: HIGH that can't wait.
    ['6.12', 0x820, { sleep: false, reserves: 'atomic', kswapd: true, io: false, fs: false, warn: true, retry: 'none' }],
    ['6.12', 0x2800, { sleep: false, reserves: 'none', warn: false }],
    ['6.12', 0xce0, { sleep: true, reserves: 'high' }],
    ['6.12', 0x80820, { reserves: 'high' }],
    ['6.12', 0x20820, { reserves: 'all' }],
    ['6.12', 0xa0820, { reserves: 'high' }],
    ['6.12', 0xc40, { sleep: true, io: true, fs: false }],
    ['6.12', 0xc00, { sleep: true, io: false, fs: false }],
    ['6.12', 0x4cc0, { retry: 'mayfail' }],
    ['6.12', 0x10cc0, { retry: 'noretry' }],
    ['6.12', 0x8cc0, { retry: 'nofail' }],
    ['6.12', 0x200cc0, { thisNode: true }],
    ['6.12', 0xcc4, { highestZone: 'DMA32' }],
    ['6.12', 0xcc1, { highestZone: 'DMA' }],
    ['6.12', 0x100cca, { highestZone: 'Movable', migratetype: 'movable' }],
    ['6.12', 0x100cc2, { highestZone: 'HighMem', migratetype: 'unmovable' }],
    ['6.12', 0xcc8, { highestZone: 'Normal', migratetype: 'movable' }],
  ])('%s %i', (release, mask, expected) => {
    expect(permits(mask, era(release))).toMatchObject(expected);
  });
});

describe.each(ERAS)('in $id', (table) => {
  const word = (name: string): number => parse(name, table).mask;

  it('GFP_ATOMIC can\'t wait and may dip into the reserves; GFP_KERNEL may wait and not dip', () => {
    expect(permits(word('GFP_ATOMIC'), table)).toMatchObject({ sleep: false, io: false, fs: false, reserves: 'atomic', retry: 'none', kswapd: true });
    expect(permits(word('GFP_KERNEL'), table)).toMatchObject({ sleep: true, io: true, fs: true, reserves: 'none', retry: 'default', kswapd: true, highestZone: 'Normal', migratetype: 'unmovable' });
  });

  it('says the same of a word and of the word with bits that the era does not have', () => {
    const own = word('GFP_KERNEL');
    expect(permits((own | 0x80000000) >>> 0, table)).toEqual(permits(own, table));
  });
});
