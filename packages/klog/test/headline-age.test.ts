import { describe, expect, it } from 'vitest';
import { parseLog } from '../src/index.js';

/** The mode and leave of the first event of a log that names no kernel. */
function read(text: string): { names: readonly string[] | null; from: string; sleep: boolean | null } {
  const [event] = parseLog(new TextEncoder().encode(`${text}\n`));
  return { names: event?.mode?.names ?? null, from: event?.mode?.from ?? '', sleep: event?.permits?.sleep ?? null };
}

describe('a headline without names and without a kernel', () => {
  it.each([
    ['the wording of 2.4', '__alloc_pages: 0-order allocation failed (gfp=0x20/0)', ['GFP_ATOMIC'], false],
    ['a full stop: 2.6', 'swapper: page allocation failure. order:0, mode:0x20', ['GFP_ATOMIC'], false],
    ['a full stop, a word that 4.4 reads another way', 'mount: page allocation failure. order:5, mode:0xd0', ['GFP_KERNEL'], true],
    ['a full stop, and there is no flag at all', 'pdflush: page allocation failure. order:0, mode:0x0', [], false],
    ['a colon and no names: 3.0 to 4.5', 'kswapd0: page allocation failure: order:2, mode:0x4020', ['GFP_ATOMIC', '__GFP_COMP'], false],
  ])('is decoded by the eras that print %s', (_rule, text, names, sleep) => {
    expect(read(text)).toEqual({ names, from: 'decoded', sleep });
  });

  it('stays ambiguous where only a kernel that prints names could mean something by the word: people leave names out', () => {
    expect(read('rtw88: page allocation failure: order:3, mode:0x40cc0')).toMatchObject({ names: null, from: 'ambiguous' });
  });

  it('decodes the word where the names are cut within the brackets', () => {
    const cut = (names: string): unknown => parseLog(`cam: page allocation failure: order:4, mode:0x14000c0(${names})\nCPU: 0 PID: 7 Comm: cam Not tainted 4.14.9 #1\n`)[0]?.mode;
    expect(cut('GFP_KERN')).toMatchObject({ names: ['GFP_KERNEL'], from: 'decoded' });
    expect(cut('GFP_KERNEL')).toMatchObject({ from: 'log', consistent: true });
    expect(cut('GFP_VENDOR')).toMatchObject({ names: ['GFP_VENDOR'], from: 'log' });
  });

  it('is not narrowed by the shape when a release is known', () => {
    const [event] = parseLog(new TextEncoder().encode('a: page allocation failure: order:3, mode:0x20\n'), { kernel: '6.12' });
    expect(event?.mode?.names).toEqual(['__GFP_HIGH']);
  });
});
