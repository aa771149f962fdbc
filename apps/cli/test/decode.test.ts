import { describe, expect, it } from 'vitest';
import { nopage } from './nopage.js';

const json = (text: string): unknown => JSON.parse(text);

describe('nopage decode', () => {
  it('with a kernel, the first line is the kernel’s own text', async () => {
    const { code, stdout } = await nopage(['decode', '0x24040c0', '--kernel', '4.9']);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe('GFP_KERNEL|__GFP_COMP');
    expect(stdout).toContain('may wait   yes');
  });

  it.each([
    ['0x820', '6.8', 'GFP_ATOMIC'],
    ['0xa20', '5.4.0-42-generic', 'GFP_ATOMIC'],
    ['0x480020', '4.19.95', 'GFP_ATOMIC'],
    ['0xcc0', '6.12.117', 'GFP_KERNEL'],
    ['cc0', '6.12', 'GFP_KERNEL'],
    ['0x40000820', '6.12', 'GFP_ATOMIC|0x40000000'],
    ['0x0', '6.12', ''],
  ])('%s of %s is %s', async (mask, kernel, text) => {
    const { code, stdout } = await nopage(['decode', mask, '--kernel', kernel, '--json']);
    expect(code).toBe(0);
    expect(json(stdout)).toMatchObject({ v: 1, input: mask, kernel, text, names: text === '' ? [] : text.split('|') });
  });

  it('without a kernel, eras that disagree are all candidates and nothing is invented', async () => {
    const { stdout } = await nopage(['decode', '0x20', '--json']);
    const decoded = json(stdout) as { names: unknown; text: unknown; candidates: { text: string }[] };
    expect(decoded.names).toBeNull();
    expect(decoded.text).toBeNull();
    expect(decoded.candidates.map(({ text }) => text)).toEqual(['0x20', 'GFP_ATOMIC', '__GFP_HIGH']);
  });

  it('names become the mask of the kernel that is asked', async () => {
    const { stdout } = await nopage(['decode', 'GFP_KERNEL|__GFP_COMP', '--kernel', '6.1', '--json']);
    expect(json(stdout)).toMatchObject({ mask: '0x40cc0', text: 'GFP_KERNEL|__GFP_COMP' });
  });

  it('a name that the kernel does not have is a usage error that says who has it', async () => {
    const { code, stderr } = await nopage(['decode', '__GFP_WAIT', '--kernel', '6.12']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/has no __GFP_WAIT; 2\.4\.0 to 4\.3 has it/);
  });

  it.each([
    ['mode:0x24040c0(GFP_KERNEL|__GFP_COMP)', { mask: '0x24040c0', text: 'GFP_KERNEL|__GFP_COMP', consistent: true, eras: '4.4 to 4.9' }],
    ['mount: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null)', { mask: '0x40cc0', consistent: true, eras: '5.2 to 6.19' }],
    ['0x24040c0(GFP_ATOMIC)', { mask: '0x24040c0', consistent: false, eras: null }],
    ['0xcc0 (GFP_KERNEL)', { mask: '0xcc0', consistent: true }],
    ['gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE)', { mask: '0x6200ca', eras: '4.18 to 5.0' }],
    ['gfp=0x20/0', { mask: '0x20' }],
    ['___GFP_IO, gfp_atomic + COMP', { names: ['__GFP_IO', 'GFP_ATOMIC', '__GFP_COMP'] }],
    ['mm_page_alloc: page=0x1 pfn=0x1 order=0 migratetype=0 gfp_flags=GFP_KERNEL|__GFP_ZERO', { names: ['GFP_KERNEL', '__GFP_ZERO'] }],
    ['(GFP_KERNEL | __GFP_ZERO);', { names: ['GFP_KERNEL', '__GFP_ZERO'] }],
    ["'kernel'", { names: ['GFP_KERNEL'] }],
    ['(0x20u)', { mask: '0x20' }],
  ])('a word as it is pasted: %s', async (word, decoded) => {
    const { code, stdout } = await nopage(['decode', word, '--json']);
    expect(code).toBe(0);
    expect(json(stdout)).toMatchObject({ input: word, ...decoded });
  });

  it.each([
    ['GFP_KERNEL & ~__GFP_FS', '0xc40', 'GFP_NOFS'],
    ['(GFP_KERNEL | __GFP_COMP) & ~(__GFP_FS | __GFP_IO)', '0x40c00', 'GFP_NOIO|__GFP_COMP'],
    ['GFP_KERNEL &~__GFP_COMP', '0xcc0', 'GFP_KERNEL'],
  ])('what source code takes out again is taken out: %s', async (word, mask, text) => {
    const { stdout } = await nopage(['decode', word, '--kernel', '6.12', '--json']);
    expect(json(stdout)).toMatchObject({ mask, text });
  });

  it('a name alike in all eras is told with the eras that have it', async () => {
    const { stdout } = await nopage(['decode', '__GFP_REPEAT']);
    expect(stdout).toContain('alike in every era that has it, 2.6.11 to 4.12');
  });

  it('a name that no kernel has is told, with the nearest that one has', async () => {
    const { code, stderr } = await nopage(['decode', 'GFP_KERNEL|__GFP_COPM']);
    expect(code).toBe(2);
    expect(stderr).toContain('has __GFP_COPM (did you mean __GFP_COMP?)');
  });

  it('without a kernel, the one reading that is a word with a name is called the likeliest', async () => {
    const { stdout } = await nopage(['decode', '0x24040c0']);
    expect(stdout).toContain('most likely 4.4 to 4.9');
  });

  it.each([
    ['a mask of more than 32 bits', ['0x1ffffffff']],
    ['a kernel that is none', ['0x20', '--kernel', 'banana']],
  ])('%s is a usage error', async (_what, args) => {
    const { code, stdout } = await nopage(['decode', ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
  });

  it.each([[[]], [['-']]])('standard input (%j) has MASK<TAB>KERNEL lines; a bad one is told with its number, skipped, and counted', async (words) => {
    const { code, stdout, stderr } = await nopage(['decode', ...words], { stdin: '0x820\t6.8\nnonsense\n\n0xcc0\t5.10\n0x20\tbanana\n' });
    expect(code).toBe(0);
    expect(stdout).toBe('0x820\tGFP_ATOMIC\n0xcc0\tGFP_KERNEL\n');
    expect(stderr).toContain('standard input: line 2 skipped: ');
    expect(stderr).toContain('line 5 skipped: ');
    expect(stderr).toContain('2 lines skipped in all');
  });
});
