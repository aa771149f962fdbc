import { describe, expect, it } from 'vitest';
import { explain, formatMessage } from '../src/index.js';
import { refused, zone } from './build.js';

describe('a report of 2.4', () => {
  const event = refused({ kernel: null, mode: null, permits: { ...refused().permits!, sleep: true }, comm: null, stack: [], detail: { form: '2.4', victim: 'watchdog' } });

  it('lacks neither memory part nor stack, which that kernel did not print', () => {
    expect(explain(event).missing).toEqual(['the kernel release']);
    expect(explain({ ...event, order: null, detail: { form: '2.4' } }).advice.map(({ id }) => id)).not.toContain('collect-report');
  });

  it('sends nobody to look for words that kernel did not print', () => {
    expect(explain({ ...event, detail: { form: '2.4' } }).advice.find(({ id }) => id === 'check-oom')?.command).toBe('dmesg | grep "VM: killing"');
  });

  it('says who was killed', () => {
    expect(explain(event)).toMatchObject({ cause: 'exhausted', means: '"watchdog" was killed.' });
    expect(explain(event).advice.map(({ id }) => id)).toEqual(['find-consumer', 'upgrade-kernel']);
  });
});

describe('a mask of old kernels', () => {
  it('without any flag is a light try where the layout tells the age', () => {
    const mode = { mask: 0, names: [], from: 'decoded' as const, consistent: true, candidates: [] };
    const permits = { ...refused({ flags: 'GFP_ATOMIC' }).permits!, reserves: 'harder' as const };
    expect(explain(refused({ kernel: null, mode, permits, stack: [], detail: { stop: true } }))).toMatchObject({ cause: 'opportunistic' });
    expect(explain(refused({ kernel: null, mode, permits: null, stack: [] })).why.join()).toContain('the kernel release, by which the mask is read');
  });

  it('is read by what its eras have in common where they differ in the pages that are looked at first', () => {
    const candidates = [['2.6.23', '__GFP_MOVABLE'], ['2.6.24 to 2.6.39', '__GFP_RECLAIMABLE']].map(([era = '', last = '']) => ({ era, names: ['GFP_ATOMIC', '__GFP_COMP', last], text: '' }));
    const event = refused({ kernel: null, order: 2, mode: { mask: 0x84020, names: null, from: 'ambiguous', consistent: true, candidates }, permits: null, stack: [], detail: { stop: true } });
    expect(explain(event)).toMatchObject({ cause: 'fragmentation', title: '16 KiB (order 2), 0x84020 (GFP_ATOMIC|__GFP_COMP, most likely) for an unnamed caller was refused' });
  });

  it('keeps the latest era\'s word where the eras mean the same by different ones', () => {
    const candidates = [['2.6.11', 'GFP_HIGHUSER'], ['2.6.23', 'GFP_HIGHUSER_PAGECACHE']].map(([era = '', word = '']) => ({ era, names: [word, '__GFP_COLD'], text: '' }));
    const event = refused({ kernel: null, mode: { mask: 0x1d2, names: null, from: 'ambiguous', consistent: true, candidates }, permits: null, stack: [], detail: { stop: true } });
    expect(explain(event).title).toContain('0x1d2 (GFP_HIGHUSER_PAGECACHE|__GFP_COLD, most likely)');
  });
});

describe('a small block whose mask nobody knows', () => {
  it('is not told of what holds above order 3', () => {
    const why = (order: number): string => explain(refused({ kernel: null, mode: null, permits: null, order, stack: [], detail: { form: '2.4' } })).why.join();
    expect(why(1)).toContain('8 KiB in one piece (order 1): blocks of several pages run out long before single pages do. Most likely fragmentation.');
    expect(why(4)).toContain('above order 3 the kernel tries once');
  });
});

describe('whoever frees memory', () => {
  it.each([
    ['the thread for it, by its name', { comm: 'kswapd0', stack: [] }],
    ['the thread for it, by the trace', { comm: 'kswapd0', stack: ['__alloc_pages', 'foofs_new_head', 'foofs_writepage', 'balance_pgdat', 'kswapd'], site: 'foofs_new_head' }],
    ['a program that had to', { comm: 'cc1', stack: ['__alloc_pages', 'foofs_new_head', 'try_to_free_pages', '__alloc_pages', 'do_page_fault'], site: 'foofs_new_head' }],
  ])('may take the last page, so that even the reserves were gone: %s', (_who, fields) => {
    const found = explain(refused({ flags: 'GFP_NOFS', ...fields }));
    expect(found).toMatchObject({ cause: 'exhausted', rule: 'reserves-gone', severity: 'act', confidence: 'inferred', named: fields.comm === 'cc1' ? 'asked' : 'reclaiming' });
    expect(found.advice[0]?.id).toBe('raise-min-free-kbytes');
  });

  it('is told to have asked, and not to have been interrupted', () => {
    const event = refused({ comm: 'kswapd0', flags: 'GFP_NOFS', stack: ['foofs_writepage', 'kswapd'], site: 'foofs_writepage' });
    expect(formatMessage(explain(event), event)).toContain('"kswapd0" asked, to free memory.');
  });

  it('leaves the reserves alone where the mask says so', () => {
    expect(explain(refused({ comm: 'kswapd0', flags: 'GFP_NOFS|__GFP_NOMEMALLOC', stack: [] })).rule).not.toBe('reserves-gone');
  });
});

describe('a report that is cut', () => {
  it.each([['2.6.32', 'dmesg'], ['3.10.0', 'journalctl'], ['6.8.0', 'journalctl']])('of %s is to be kept with %s next time', (kernel, tool) => {
    const advice = explain(refused({ kernel, order: 4, stack: [] })).advice.find(({ id }) => id === 'collect-report');
    expect(advice?.command?.startsWith(`${tool} `)).toBe(true);
  });

  it('tells all that it lacks in one list', () => {
    expect(explain(refused({ mode: null, permits: null, order: null, stack: [] })).advice[0]?.text).toContain('lacks the order, the mask, the memory part (Mem-Info) and the stack.');
  });
});

describe('what does not fit together', () => {
  it('is said where number, names and kernel of a mask contradict one another', () => {
    const [mode, ...rest] = [refused().mode, explain(refused()).why];
    expect(rest.flat().join()).not.toContain('belong together');
    const why = (kernel: string): string => explain(refused({ kernel, mode: mode === null ? null : { ...mode, consistent: false } })).why.join();
    expect(why('6.8.0')).toContain('do not belong together: part of the report was changed, or is of another kernel.');
    expect(why('4.4.68-1.g1234567-default')).toContain('or the distributor took its memory management from a newer one.');
  });

  it('is said where a vmalloc failure would be served by the zones printed', () => {
    const event = refused({ kind: 'vmalloc-failure', bytes: 483_328, detail: { allocatedBytes: 479_232 }, zones: [zone()] });
    expect(explain(event).why.join()).toContain('By the numbers printed Node 0 Normal would serve it now');
  });
});

describe('compacting memory', () => {
  it.each([['2.6.32', false], ['2.6.32-41-generic', false], ['2.6.32-431.el6.x86_64', true], ['2.6.35', true], ['3.10.0-957.el7.x86_64', true]])('of %s is possible: %s', (kernel, possible) => {
    const advice = explain(refused({ kernel, order: 4, stack: [] })).advice.find(({ id }) => id === 'compact-now');
    expect(advice?.text.startsWith('Compact memory once,') ?? false).toBe(possible);
  });
});

describe('an upgrade', () => {
  it.each([['2.6.32', false], ['2.6.32-400.29.1.el5uek', true], ['5.4.0-77-generic', true], ['5.4.0-rc1+', false]])('of %s counts a distribution that keeps its version: %s', (kernel, kept) => {
    const text = explain(refused({ kernel, flags: 'GFP_KERNEL', order: 4, stack: ['kmalloc_order', 'nfsd_reply_cache_init'] })).advice.find(({ id }) => id === 'upgrade-kernel')?.text ?? '';
    expect([text.includes(`(this is ${kernel})`), text.includes("your distribution's newest")]).toEqual([true, kept]);
  });
});
