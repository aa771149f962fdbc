import { failureEvent, type FailureEvent, type ZoneState } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { kernelText, parseLog } from '../src/index.js';

const ZONE: ZoneState = {
  node: 0, name: 'Normal', freePages: 120, boostPages: 0, minPages: 100, lowPages: 125, highPages: 150, reservedHighatomicPages: 0, freeHighatomicPages: 0,
  freeCmaPages: 0, presentPages: 4096, managedPages: 4000, freePcpPages: 7, lowmemReserve: [0, 0], counters: {},
  freeBlocks: [{ count: 112, types: 'UM' }, { count: 4, types: 'H' }, ...Array.from({ length: 9 }, () => ({ count: 0, types: '' }))],
};

/** An event as our allocator makes it: nothing of it was ever text. */
function live(fields: Partial<FailureEvent> = {}): FailureEvent {
  return failureEvent({
    kind: 'page-allocation-failure', comm: 'server', pid: 1, cpu: 0, kernel: 'linux-6.12', order: 2, bytes: 16384, pageBytes: 4096,
    mode: { mask: 0x40820, names: ['GFP_ATOMIC', '__GFP_COMP'], from: 'decoded', consistent: true, candidates: [] }, stack: ['fillRing', 'poll'], zones: [ZONE], ...fields,
  });
}

describe('kernelText of a live event', () => {
  it('is what warn_alloc() of 6.12 prints, with zeros for the lists that the allocator does not have', () => {
    expect(kernelText(live())).toBe(`server: page allocation failure: order:2, mode:0x40820(GFP_ATOMIC|__GFP_COMP), nodemask=(null)
Mem-Info:
active_anon:0 inactive_anon:0 isolated_anon:0
 active_file:0 inactive_file:0 isolated_file:0
 unevictable:0 dirty:0 writeback:0
 slab_reclaimable:0 slab_unreclaimable:0
 mapped:0 shmem:0 pagetables:0
 sec_pagetables:0 bounce:0
 kernel_misc_reclaimable:0
 free:120 free_pcp:7 free_cma:0
Node 0 active_anon:0kB inactive_anon:0kB active_file:0kB inactive_file:0kB unevictable:0kB isolated(anon):0kB isolated(file):0kB mapped:0kB dirty:0kB writeback:0kB shmem:0kB writeback_tmp:0kB kernel_stack:0kB pagetables:0kB sec_pagetables:0kB all_unreclaimable? no
Node 0 Normal free:480kB boost:0kB min:400kB low:500kB high:600kB reserved_highatomic:0KB active_anon:0kB inactive_anon:0kB active_file:0kB inactive_file:0kB unevictable:0kB writepending:0kB present:16384kB managed:16000kB mlocked:0kB bounce:0kB free_pcp:28kB local_pcp:0kB free_cma:0kB
lowmem_reserve[]: 0 0
Node 0 Normal: 112*4kB (UM) 4*8kB (H) 0*16kB 0*32kB 0*64kB 0*128kB 0*256kB 0*512kB 0*1024kB 0*2048kB 0*4096kB = 480kB
0 total pagecache pages
0 pages in swap cache
Free swap  = 0kB
Total swap = 0kB
4096 pages RAM
0 pages HighMem/MovableOnly
96 pages reserved
`);
  });

  it.each<[string, string, readonly string[], readonly string[]]>([
    ['6.18', 'server: page allocation failure: order:2, mode:0x40820(GFP_ATOMIC|__GFP_COMP), nodemask=(null)', ['free_highatomic:0KB', 'zspages:0kB', 'Balloon:0kB'], ['writeback_tmp']],
    ['5.4', 'server: page allocation failure: order:2, mode:0x40820(', ['unstable:0', 'Swap cache stats: add 0'], ['boost:', 'kernel_misc_reclaimable', 'sec_pagetables', 'reserved_highatomic:']],
    ['3.10', 'server: page allocation failure: order:2, mode:0x40820\n', ['isolated(file):0kB present:16384kB managed:16000kB', 'all_unreclaimable? no', '(UM)'], ['nodemask', 'free_pcp', 'Node 0 active_anon']],
    ['2.6.32', 'server: page allocation failure. order:2, mode:0x40820\n', ['pages_scanned:0'], ['managed:', '(UM)', 'free_cma']],
    ['2.6.18', 'server: page allocation failure. order:2', ['Mem-info:', 'Active:0 inactive:0'], ['active_anon']],
    ['2.4.20', '__alloc_pages: 2-order allocation failed (gfp=0x40820/0)', [], []],
  ])('follows the layout of %s', (release, headline, present, absent) => {
    const text = kernelText(live(), { release });
    expect(text.startsWith(headline)).toBe(true);
    for (const words of present) expect(text).toContain(words);
    for (const words of absent) expect(text).not.toContain(words);
  });

  it('reads back as the event that it was printed from', () => {
    for (const release of ['6.18', '6.12', '5.4', '4.19', '4.4', '3.10', '2.6.32']) {
      const [event] = parseLog(kernelText(live(), { release, stack: true }));
      expect(event, release).toMatchObject({ kind: 'page-allocation-failure', comm: 'server', pid: 1, order: 2, mode: { mask: 0x40820 }, truncated: false, zones: [{ name: 'Normal', freePages: 120, minPages: 100, lowmemReserve: [0, 0] }] });
      expect(event?.zones[0]?.freeBlocks.map(({ count }) => count), release).toEqual(ZONE.freeBlocks.map(({ count }) => count));
    }
  });

  it('prints the stack when asked, and how many were held back before', () => {
    const text = kernelText(live({ suppressed: 47, zones: [] }), { stack: true });
    expect(parseLog(text)).toMatchObject([{ stack: ['fillRing', 'poll'], suppressed: 47 }]);
    expect(text).toBe('warn_alloc: 47 callbacks suppressed\nserver: page allocation failure: order:2, mode:0x40820(GFP_ATOMIC|__GFP_COMP), nodemask=(null)\nCPU: 0 UID: 0 PID: 1 Comm: server Not tainted linux-6.12\nCall Trace:\n fillRing\n poll\n');
  });

  it('has words for a kind that no kernel knows, and for a request that is not one of pages', () => {
    expect(kernelText(live({ kind: 'of-the-future' as FailureEvent['kind'], zones: [] }))).toBe('server: of-the-future: order:2, mode:0x40820(GFP_ATOMIC|__GFP_COMP), nodemask=(null)\n');
    expect(kernelText(failureEvent({ kind: 'of-the-future' as FailureEvent['kind'] }))).toBe('of-the-future\n');
    expect(kernelText(failureEvent({ kind: 'page-allocation-failure', comm: 'node', bytes: 1 << 30 }))).toBe('node: page allocation failure: \n');
  });

  it.each([
    ['WARNING: CPU: 3 PID: 123 at mm/page_alloc.c:4832 __alloc_pages_noprof', '6.12.1'],
    ['WARNING: at mm/page_alloc.c:2542 __alloc_pages_slowpath', '3.2.1'],
    ['WARNING: mm/page_alloc.c:5190 at __alloc_frozen_pages_noprof, CPU#3: foo/123', '6.19.0'],
    ['WARNING: mm/page_alloc.c:5190 at __alloc_frozen_pages_noprof', '6.19.0'],
  ])('prints the warning of an order that no kernel serves as its release does, with nobody where nobody is known: %s', (line, kernel) => {
    const [event] = parseLog(line, { kernel });
    expect(event && kernelText(event)).toBe(`${line}\n`);
  });

  it('has a text for every kind, and none for a block that is nothing', () => {
    for (const kind of ['vmalloc-failure', 'allocation-stall', 'oom-kill', 'slub-failure', 'cma-failure', 'fault-injection', 'order-too-large', 'suppressed'] as const) {
      expect(kernelText(live({ kind, zones: [], suppressed: kind === 'suppressed' ? 3 : 0 }))).toMatch(/\n$/);
    }
    expect(kernelText(failureEvent({ kind: 'mem-info' }))).toBe('');
    expect(kernelText(failureEvent({ kind: 'order-too-large', pid: 7, cpu: 1 }), { stack: true })).toBe('WARNING: CPU: 1 PID: 7 at mm/page_alloc.c __alloc_pages_noprof\n');
  });
});
