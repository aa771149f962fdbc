import { failureEvent, type FailureEvent, type FailureKind, type FreeBlocks, type ZoneState } from '@nopage/gfp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain, factsOf, formatMessage, SIGNATURES } from '../src/index.js';
import { blocks, IOCTL, MOUNT, RECEIVE, refused, zone, type Asked } from './build.js';

const low = zone({ freePages: 300 });
const ids = (event: FailureEvent): readonly string[] => explain(event).advice.map(({ id }) => id);

describe('advice fits the report', () => {
  it('raise-min-free-kbytes has the numbers of the report, how to make it last, its cost and how to see that it helped', () => {
    const event = refused({ flags: 'GFP_ATOMIC', stack: RECEIVE, zones: [zone({ managedPages: 4000, minPages: 127, freePages: 20 })] });
    expect(explain(event).advice.find(({ id }) => id === 'raise-min-free-kbytes')).toMatchInlineSnapshot(`
      {
        "command": "sysctl -w vm.min_free_kbytes=2048",
        "cost": "1.5 MiB of 15.6 MiB that programs and page cache can no longer use",
        "for": "operator",
        "id": "raise-min-free-kbytes",
        "persist": "echo 'vm.min_free_kbytes = 2048' > /etc/sysctl.d/60-min-free.conf",
        "text": "Raise vm.min_free_kbytes from 508 to 2048: the part only callers that can not wait may use (5/8 of it) grows from 318 KiB to 1.3 MiB.",
        "verify": "the same load brings no new report; \`grep -A4 "zone *Normal" /proc/zoneinfo\` shows the new min",
      }
    `);
  });

  it.each([
    [508, 16_000, 2048], [2797, 487_000, 11_264], [67_584, 16_000_000, 278_528], [67_584, 131_000_000, 1_048_576], [875, 50_000, 2560], [8192, 100_000, null], [512, 7000, 768],
  ])('%i kB of %i kB of low memory become %s', (currentKb, lowmemKb, better) => {
    const event = refused({ flags: 'GFP_ATOMIC', zones: [zone({ freePages: 0, minPages: currentKb / 4, managedPages: lowmemKb / 4 })] });
    const text = explain(event).advice.find(({ id }) => id === 'raise-min-free-kbytes')?.text ?? null;
    if (better === null) expect(text).toBeNull();
    else expect(text).toContain(`from ${currentKb} to ${better}:`);
  });

  it('the boost is not counted as reserve, and high memory neither', () => {
    const event = refused({ kernel: '6.1.0', flags: 'GFP_ATOMIC', zones: [zone({ freePages: 0, minPages: 639, boostPages: 512, managedPages: 4000 })] });
    expect(explain(event).advice.find(({ id }) => id === 'raise-min-free-kbytes')?.text).toContain('from 508 to 2048:');
  });

  it('MTU and rings only for a receive path, and which of them by the order', () => {
    expect(ids(refused({ flags: 'GFP_ATOMIC', stack: RECEIVE, order: 2 }))).toContain('lower-mtu');
    expect(ids(refused({ flags: 'GFP_ATOMIC', stack: RECEIVE }))).toContain('shrink-rx-ring');
    expect(ids(refused({ flags: 'GFP_ATOMIC', stack: IOCTL, order: 2 }))).not.toContain('lower-mtu');
  });

  it('flags and kvmalloc only for developers', () => {
    for (const event of [refused({ order: 5, stack: MOUNT }), refused({ flags: 'GFP_KERNEL|__GFP_NORETRY' }), refused({ flags: 'GFP_ATOMIC', stack: IOCTL })]) {
      for (const { for: whom, text } of explain(event).advice) if (/kvmalloc|__GFP_|GFP_KERNEL/.test(text)) expect(whom).toBe('developer');
    }
  });

  it('a knob is not advised to a kernel that does not have it', () => {
    expect(ids(refused({ kernel: '4.4.0', flags: 'GFP_ATOMIC', zones: [low] }))).not.toContain('raise-watermark-scale-factor');
    expect(ids(refused({ kernel: '5.4.0', order: 5, stack: MOUNT }))).not.toContain('raise-compaction-proactiveness');
    expect(ids(refused({ kernel: '2.6.31', order: 5, stack: MOUNT }))).not.toContain('compact-now');
  });

  it('no id stands twice, whatever the rules and signatures add', () => {
    const advice = ids(refused({ kernel: '5.5.0', order: 4, stack: ['__kmalloc', 'ipmi_create_user', 'chrdev_open'] }));
    expect(new Set(advice).size).toBe(advice.length);
    expect(advice).toContain('upgrade-kernel');
  });

  it('what a log contains is never put into a command that a shell would read more into', () => {
    const event = refused({ kind: 'oom-kill', comm: 'x\u001b[31m', detail: { constraint: 'CONSTRAINT_MEMCG', cgroup: '/a$(reboot)' } });
    const explanation = explain(event);
    expect(explanation.advice.map(({ command }) => command)).toEqual(['systemd-cgtop -m']);
    expect(explanation.title).not.toContain('\u001b');
  });
});

describe('a report of which only the blocks are left', () => {
  it('counts its free pages by them', () => {
    const event = refused({ flags: 'GFP_ATOMIC', kernel: '4.8.0', zones: [zone({ name: 'DMA32', freePages: null, minPages: null, freeBlocks: blocks('10H 3H 47H') })] });
    expect(explain(event).cause).toBe('highatomic-held');
    expect(explain(event).why).toContain('So 204 pages look free and are not, for this request.');
    expect(formatMessage(explain(event), event)).toContain('Node 0 DMA32: all of 204 pages');
  });
});

describe('a program that waits for a huge page', () => {
  it('is not said to have asked lightly', () => {
    const event = refused({ kind: 'allocation-stall', kernel: '4.12.0', order: 9, detail: { stallMs: 194_572 }, stack: ['warn_alloc', 'do_huge_pmd_wp_page', '__handle_mm_fault'] });
    expect(formatMessage(explain(event), event)).toContain('huge pages are made while the program waits for them');
  });
});

describe('a block above order 3', () => {
  it('of a low zone is one to be made, and for the DMA API one of CMA; a single page needs a larger reserve', () => {
    const stack = ['warn_alloc', '__alloc_pages', '__dma_direct_alloc_pages', 'dma_direct_alloc', 'gizmo_buffer', 'gizmo_probe'];
    const asked = (order: number, arch: string): readonly string[] => ids(refused({ order, arch, stack, flags: 'GFP_KERNEL|GFP_DMA' }));
    expect(asked(8, 'arm64')).toEqual(expect.arrayContaining(['cma-size', 'compact-now']));
    expect(asked(8, 'x86_64')).not.toContain('cma-size');
    expect(asked(0, 'arm64')).toContain('lowmem-reserve-ratio');
    expect(asked(8, 'arm64')).not.toContain('lowmem-reserve-ratio');
  });

  it('is, at low addresses, no matter of compaction where the zone has fewer pages than the block', () => {
    const asked = (freePages: number): readonly string[] => ids(refused({ order: 8, flags: 'GFP_KERNEL|GFP_DMA', zones: [zone({ name: 'DMA', freePages, minPages: 20, managedPages: 3840, freeBlocks: blocks(`${freePages}U`) }), zone()] }));
    expect(asked(200)).toEqual(expect.arrayContaining(['lowmem-reserve-ratio', 'dma-mask']));
    expect(asked(200)).not.toContain('compact-now');
    expect(asked(2000)).toContain('compact-now');
  });

  it('is the pool of the kernel that starts where its process, mask and size say so and no trace speaks against it', () => {
    const asked = (more: Asked): readonly string[] => ids(refused({ order: 10, flags: 'GFP_KERNEL|GFP_DMA', comm: 'swapper/0', pid: null, ...more }));
    expect(asked({})).toContain('smaller-dma-pool');
    for (const other of [{ comm: 'modprobe' }, { order: 3 }, { flags: 'GFP_KERNEL|GFP_DMA|__GFP_ZERO' }, { stack: ['dma_alloc_attrs', 'gizmo_probe'] }]) expect(asked(other)).not.toContain('smaller-dma-pool');
  });

  it('is, of a module, first a matter for its owner where no setting can promise it', () => {
    const asked = (more: Asked): readonly string[] => ids(refused({ order: 7, stack: ['warn_alloc', 'kmalloc_order', 'gizmo_fork'], detail: { module: 'gizmo' }, ...more }));
    expect(asked({ flags: 'GFP_ATOMIC' })[0]).toBe('ask-its-owner');
    expect(asked({})).toEqual(['compact-now', 'raise-compaction-proactiveness', 'allocate-early', 'ask-its-owner', 'collect-report', 'use-kvmalloc']);
    expect(asked({ flags: 'GFP_ATOMIC', stack: ['kmalloc_order', 'gizmo_irq', 'handle_irq_event', 'common_interrupt', 'other_ioctl'] })).not.toContain('ask-its-owner');
    expect(asked({ order: 3 })).not.toContain('ask-its-owner');
  });

  it('is, in WSL, a matter of a fresh start of its machine, for nothing there can load early', () => {
    const asked = (kernel: string): readonly string[] => ids(refused({ order: 7, kernel, stack: ['warn_alloc', 'kmalloc_order', 'gizmo_open', 'gizmo_probe'] }));
    expect(asked('5.10.16.3-microsoft-standard-WSL2')).toContain('restart-wsl');
    expect(asked('5.10.16.3-microsoft-standard-WSL2')).not.toContain('allocate-early');
    expect(asked('5.10.16')).not.toContain('restart-wsl');
  });

  it('is no matter of a driver that could load early where a file system or a container asks', () => {
    const asked = (stack: readonly string[]): boolean => ids(refused({ order: 8, stack: ['warn_alloc', ...stack] })).includes('allocate-early');
    expect([asked(['cifs_fallocate', 'vfs_fallocate']), asked(['copy_net_ns', 'create_new_namespaces']), asked(['gizmo_buffers']), asked([])]).toEqual([false, false, true, true]);
  });

  it('is a matter for whoever asks for it even where memory is short', () => {
    expect(ids(refused({ order: 8, zones: [low] }))).toContain('use-kvmalloc');
    expect(ids(refused({ order: 1, zones: [low] }))).not.toContain('use-kvmalloc');
  });

  it('is no vmalloc where a device has to reach the block', () => {
    const asked = (frame: string): readonly string[] => ids(refused({ order: 5, stack: ['__alloc_pages', frame, 'gizmo_start'] }));
    expect([asked('dma_alloc_coherent'), asked('gizmo_buffers')].map((all) => [all.includes('use-scatter-list'), all.includes('use-kvmalloc')])).toEqual([[true, false], [false, true]]);
  });
});

describe('a kill', () => {
  it('of which the headline is lost blames nobody who is not named', () => {
    const explanation = explain(failureEvent({ kind: 'oom-kill', detail: { victim: 'java', victimPid: 7, victimAnonKb: 2048 } }));
    expect([explanation.title, explanation.means]).toEqual(['The OOM killer ran', '"java" (pid 7) was killed, which held 2 MiB.']);
    expect(explain(failureEvent({ kind: 'oom-kill' })).means).toBe('A process was killed.');
  });

  it('that only the memory part is left of, with the victim behind it, is one all the same', () => {
    const event = failureEvent({ kind: 'mem-info', zones: [zone({ freePages: 900 })], memory: { total_swap: 1_000_000, free_swap: 3 }, detail: { victim: 'java', victimPid: 7 } });
    expect(explain(event)).toMatchObject({ kind: 'mem-info', cause: 'exhausted', severity: 'act', confidence: 'inferred', title: 'The OOM killer ran', means: '"java" (pid 7) was killed.' });
    expect(explain({ ...event, detail: { victim: 'java', cgroupLimit: true } }).cause).toBe('cgroup-limit');
    expect(explain({ ...event, detail: {} })).toMatchObject({ rule: 'no-headline' });
    expect(explain({ ...event, detail: {}, stack: ['dump_header.isra.17', 'oom_kill_process', 'out_of_memory', 'handle_mm_fault'] })).toMatchObject({ rule: 'oom-kill', severity: 'act', means: 'A process was killed.' });
    expect(explain({ ...event, detail: {}, stack: ['oom_kill_process', 'mem_cgroup_out_of_memory'] }).cause).toBe('cgroup-limit');
  });

  it('in a container asks first whose limit it was, where the report does not say', () => {
    const [first] = explain(refused({ kind: 'oom-kill', cpuset: '1e479e75', memsAllowed: '0' })).advice;
    expect(first).toMatchObject({ id: 'check-cgroup', for: 'operator' });
    expect(explain(refused({ kind: 'oom-kill', cpuset: '/', memsAllowed: '0' })).advice.map(({ id }) => id)).not.toContain('check-cgroup');
  });

  it('that found nobody says so, and what a kernel does then', () => {
    const nobody = explain(refused({ kind: 'oom-kill', comm: 'java', detail: { victim: null } }));
    expect([nobody.means, nobody.why.join()]).toEqual(['Nobody was killed, because there was nobody left to kill; "java" got nothing.', expect.stringContaining('nobody to kill') as string]);
    const stopped = explain(refused({ kind: 'oom-kill', detail: { victim: null, panic: true } }));
    expect([stopped.means, stopped.why[0]]).toEqual([expect.stringContaining('The kernel stopped (panic)') as string, expect.stringContaining('and the kernel stopped') as string]);
    expect(explain(refused({ kind: 'oom-kill' })).why[0]).toContain('killed a process');
  });

  it('beside free memory says how much of it is of use to few', () => {
    const why = (freeCmaPages: number): string => explain(refused({ kind: 'oom-kill', flags: 'GFP_HIGHUSER_MOVABLE', zones: [zone({ freePages: 9580, freeCmaPages })] })).why.join(' ');
    expect(why(8184)).toContain('Node 0 Normal would serve it now: 37.4 MiB are free there, 32.0 MiB of it lent to movable memory only (CMA).');
    expect(why(10)).toContain('37.4 MiB are free there. ');
  });

  it.each([
    ['/kubepods', 'node-allocatable'], ['/kubepods.slice', 'node-allocatable'], ['/kubepods.slice/kubepods-burstable.slice', 'node-allocatable'], ['/docker/8b5e/kubepods/besteffort', 'node-allocatable'],
    ['/kubepods/burstable/pod0330b2c1-a15b-4cdd-b5e5-72d4a90bee82', 'raise-cgroup-limit'], ['/kubepods.slice/kubepods-pod0330b2c1_a15b_4cdd_b5e5_72d4a90bee82.slice/cri-containerd-08ee.scope', 'raise-cgroup-limit'],
    ['/docker/my-kubepods', 'raise-cgroup-limit'], ['UB 301', 'raise-cgroup-limit'],
  ])('of the group %s: %s', (cgroup, id) => {
    const [first] = explain(failureEvent({ kind: 'oom-kill', detail: { cgroup, cgroupLimit: true } })).advice;
    expect(first?.id).toBe(id);
    if (cgroup === 'UB 301') expect(first?.persist).toContain('vzctl set 301 ');
    if (cgroup.includes('pod0330')) expect([first?.text, first?.command]).toEqual(Array.from({ length: 2 }, () => expect.stringContaining('0330b2c1-a15b-4cdd-b5e5-72d4a90bee82') as string));
  });

  it('on a node that has another kind of memory only does not call the node full', () => {
    const event = refused({ kind: 'oom-kill', flags: 'GFP_HIGHUSER', memsAllowed: '4', detail: { constraint: 'CONSTRAINT_CPUSET' }, zones: [zone({ node: 4, name: 'Movable' })] });
    expect(explain(event)).toMatchObject({ cause: 'constraint', why: [expect.stringContaining('not full, but all they have (100000 pages free) is in zone Movable') as string, expect.any(String) as string] });
    expect(explain({ ...event, zones: [zone({ node: 4, freePages: 10 })] }).why[0]).toContain('are full');
  });

  it('names the slab that holds a third of the machine, in layouts that count it as one, too', () => {
    const event = refused({ kind: 'oom-kill', kernel: '2.6.11', zones: [zone({ freePages: 300, managedPages: 190_000 })], memory: { slab: 120_136, free: 1815 } });
    expect(explain(event).advice[0]).toMatchObject({ id: 'find-slab', text: expect.stringContaining('469') as string });
  });
});

describe('a failure of vmalloc', () => {
  const space = (more: Asked): FailureEvent => refused({ kind: 'vmalloc-failure', bytes: 16_384, detail: { why: 'vm_struct allocation failed' }, ...more });

  it.each([
    ['of a 64-bit kernel is one of the range for modules, whoever asked', { arch: 'x86_64', comm: 'dhcpcd' }, ['module-space', 'module-plts']],
    ['of udev is one of modules where the stack does not say', { comm: '(udev-worker)' }, ['module-space', 'module-plts', 'vmalloc-space']],
    ['of a 32-bit kernel is one of the vmalloc area', { arch: 'arm', comm: 'x' }, ['vmalloc-space', 'find-vmalloc']],
    ['of a kernel of unknown width may be either', { comm: 'x' }, ['vmalloc-space', 'find-vmalloc', 'module-space', 'module-plts']],
  ])('%s', (_, more, advised) => {
    expect([...ids(space(more))].sort()).toEqual([...advised].sort());
  });

  it('in which all pages were there names their size, and does not blame a lack of them beside free memory', () => {
    const { title, why } = explain(refused({ kind: 'vmalloc-failure', order: null, bytes: 409_600, detail: { why: 'failed to map pages' }, zones: [zone()] }));
    expect([title, why[0]]).toEqual([expect.stringContaining('400 KiB by vmalloc') as string, expect.stringContaining('had all pages of 400 KiB and could not map them') as string]);
  });

  it('for lack of addresses is no matter of memory that came a moment later', () => {
    expect(explain(space({ zones: [zone()] })).why.join()).not.toContain('By the numbers printed');
  });

  it('of a size that no double holds does not print another one', () => {
    const { title, why } = explain(space({ bytes: 2 ** 64, detail: {} }));
    for (const text of [title, why[0]]) expect(text).toContain('almost 2^64');
  });
});

describe('advice for one driver', () => {
  it.each([[null, true], ['usbnet', true], ['smsc95xx', true], ['asix', false]])('turbo mode, in module %s: %s', (module, given) => {
    const event = refused({ order: 3, flags: 'GFP_ATOMIC', stack: ['__alloc_skb', 'rx_submit', 'rx_complete', 'usb_hcd_giveback_urb'], detail: module === null ? {} : { module } });
    expect(explain(event).advice.some(({ id }) => id === 'usbnet-turbo-off')).toBe(given);
  });
});

describe('an allocator of this program', () => {
  const live = refused({ kernel: 'linux-6.12', comm: null, pid: null, flags: 'GFP_ATOMIC', site: 'fillFrame', zones: [zone({ freePages: 20, minPages: 127, managedPages: 4000 })] });

  it('is advised on its options, not on sysctls', () => {
    const { advice, signatures, missing } = explain(live);
    expect(advice.map(({ id }) => id)).toEqual(['raise-min-free-kbytes', 'wait-instead']);
    expect(advice.some(({ command }) => command !== undefined)).toBe(false);
    expect([signatures, missing]).toEqual([[], []]);
  });

  it('has exact zones, so that nothing is said about their age', () => {
    expect(explain(live).why.join(' ')).not.toContain('printed after');
    expect(explain({ ...live, kernel: '6.12.0' }).why.join(' ')).toContain('printed after');
  });

  it('is heard in six lines like any other', () => {
    expect(formatMessage(explain(live), live)).toMatchInlineSnapshot(`
      "WATCH  4 KiB (order 0), GFP_ATOMIC for fillFrame() was refused.
      means  Only a warning: the caller was told that it gets nothing, and why.
      often  Seen once. A problem from about one a minute.
      why    the reserve for callers that can not wait was used up (Node 0 Normal: 20 pages free for it, more than 48 needed).
      try    Give the allocator a larger minFreeKbytes, 2048 in place of 508: callers that can not wait may then use 1.3 MiB."
    `);
  });
});

describe('who is not to blame', () => {
  it.each([
    ['an interrupt', refused({ comm: 'dd', flags: 'GFP_ATOMIC', stack: RECEIVE }), /^"dd" \(pid 4242\) is not to blame/],
    ['the idle task', refused({ comm: 'swapper/3', pid: 0, flags: 'GFP_ATOMIC', stack: RECEIVE }), /idle task/],
    ['a softirq thread', refused({ comm: 'ksoftirqd/0', flags: 'GFP_ATOMIC' }), /deferred interrupts/],
    ['reclaim', refused({ comm: 'kswapd0', flags: 'GFP_NOFS' }), /freeing memory for others/],
    ['an atomic request without a stack', refused({ comm: 'java', flags: 'GFP_ATOMIC' }), /need not be the one that asked/],
    ['a kill', refused({ comm: 'java', kind: 'oom-kill' }), /not necessarily the one that used it up/],
  ])('%s', (_name, event, text) => expect(explain(event).notToBlame).toMatch(text));

  it.each([
    ['a task that asked for itself', refused({ comm: 'mount', order: 5, stack: MOUNT })],
    ['the handler of an interrupt in a thread of its own', refused({ comm: 'irq/5-600c0004.', flags: 'GFP_ATOMIC', stack: RECEIVE })],
    ['the task that starts the kernel and asks vmalloc, as no interrupt may', refused({ kind: 'vmalloc-failure', comm: 'swapper/0', pid: 0, flags: 'GFP_ATOMIC', bytes: 2 ** 34, detail: { allocatedBytes: 4096 } })],
    ['nobody named', refused({ comm: null, flags: 'GFP_ATOMIC' })],
  ])('nobody is wronged: %s', (_name, event) => expect(explain(event).notToBlame).toBeNull());
});

describe('what the process did that is named', () => {
  it.each([
    ['interrupted', '"dd" was only running', refused({ comm: 'dd', flags: 'GFP_ATOMIC', stack: RECEIVE })],
    ['running', '"java" was running', refused({ comm: 'java', flags: 'GFP_ATOMIC' })],
    ['running', '"java" was running', refused({ comm: 'java', flags: 'GFP_ATOMIC', stack: ['dump_backtrace', 'show_stack', 'warn_alloc'] })],
    ['running', '"java" was running', refused({ comm: 'java', flags: 'GFP_ATOMIC', stack: ['dump_stack', '__alloc_pages', 'kmem_getpages', 'cache_grow'] })],
    ['asked', '"mount" asked', refused({ comm: 'mount', order: 5, stack: MOUNT })],
  ])('%s: %s', (named, words, event) => {
    const explanation = explain(event);
    expect(explanation.named).toBe(named);
    expect(formatMessage(explanation, event)).toContain(`; ${words}.`);
  });
});

describe('how often is part of the verdict', () => {
  const event = refused({ flags: 'GFP_ATOMIC', stack: RECEIVE, zones: [low] });

  it.each([
    [1, 0, 'watch'], [5, 3_600_000, 'watch'], [61, 3_600_000, 'act'], [200, 5_000, 'watch'], [2000, 5_000, 'act'],
  ] as const)('%i failures in %i ms: %s', (seen, spanMs, severity) => {
    expect(explain(event, { sightings: { seen, spanMs } }).severity).toBe(severity);
  });

  it.each([[25, 24, '1 an hour'], [11, 240, '1 a day'], [2, 480, 'less than one a day']])('%i in %i hours are %s', (seen, hours, words) => {
    expect(explain(event, { sightings: { seen, spanMs: hours * 3_600_000 } }).frequency.text).toContain(`(${words})`);
  });

  it('what is to be acted on at once is a problem the first time', () => {
    const once = explain(refused({ order: 0 }));
    expect([once.severity, once.frequency]).toMatchObject(['act', { problemPerHour: 1, text: 'Seen once. Once is enough to matter.' }]);
    expect(formatMessage(once, refused({ order: 0 }))).not.toContain('because it comes so often');
  });

  it('what the kernel held back counts', () => {
    expect(explain({ ...event, suppressed: 4711 })).toMatchObject({ severity: 'act', frequency: { seen: 4712 } });
  });

  it('a test and a guess are not made worse by it', () => {
    expect(explain(failureEvent({ kind: 'fault-injection', repeats: 5000 })).severity).toBe('benign');
    expect(explain(failureEvent({ kind: 'suppressed', suppressed: 5000 })).severity).toBe('watch');
  });
});

describe('known signatures', () => {
  it('are matched by call site and version', () => {
    const at = (kernel: string, site: string): readonly string[] => explain(refused({ kernel, order: 5, stack: ['__kmalloc', site] })).signatures.map(({ id }) => id);
    expect(at('5.9.11', 'nfsd_reply_cache_init')).toEqual(['nfsd-reply-cache']);
    expect(at('5.10.0', 'nfsd_reply_cache_init')).toEqual([]);
    expect(at('5.9.11', 'nfsd_other')).toEqual([]);
  });

  it('a fault of the kernel is never benign, noise may be', () => {
    expect(explain(refused({ kernel: '5.13.0', flags: '__GFP_IO', stack: ['f2fs_cache_compressed_page'] })).severity).toBe('watch');
    expect(explain(refused({ kernel: '5.13.0', flags: 'GFP_NOWAIT' }))).toMatchObject({ severity: 'benign', signatures: [{ id: 'nowait-silent', fixedIn: '6.8' }] });
  });

  it('each has a source and an id of its own', () => {
    expect(new Set(SIGNATURES.map(({ id }) => id)).size).toBe(SIGNATURES.length);
    expect(SIGNATURES.every(({ source, text }) => source.length > 10 && text.endsWith('.'))).toBe(true);
  });
});

describe('the kernel decides the rule of arithmetic', () => {
  const asked = (kernel: string | null): FailureEvent => refused({ kernel, order: 3, flags: 'GFP_ATOMIC', zones: [zone({ freePages: 258, minPages: 127, managedPages: 4000, freeBlocks: blocks('72UM 43UM 23UM 1U') })] });

  it('a block that is large enough does not suffice up to 4.3, and does from 4.4', () => {
    expect(explain(asked('4.3.0'))).toMatchObject({ cause: 'fragmentation', zones: [{ allowed: false, usablePages: 1, neededPages: 6 }] });
    expect(explain(asked('4.4.0'))).toMatchObject({ zones: [{ allowed: true, reason: 'granted', largestOrder: 3 }] });
  });

  it('the release given beside the event counts when the event has none', () => {
    const event = { ...asked('4.3.0'), kernel: null };
    expect(explain(event, { kernel: '4.3.0' }).zones[0]?.allowed).toBe(false);
    expect(factsOf(event, { kernel: '4.3.0' }).release).toMatchObject({ major: 4, minor: 3 });
  });

  it('permits are worked out from the mask when the event has none', () => {
    expect(explain({ ...refused({ flags: 'GFP_ATOMIC', zones: [low] }), permits: null }).cause).toBe('atomic-reserve');
  });
});

const number = fc.oneof(fc.constant(null), fc.integer({ min: -5, max: 5_000_000 }), fc.constant(0));
const word = fc.oneof(fc.constant(null), fc.constantFrom('Normal', 'DMA', 'swapper/0', 'kswapd0', '0-3', '(null)', '/', '5.4.0', '2.6.32-754.el6', '6.19.0-rc1', 'garbage', ''), fc.string({ maxLength: 12 }));
const freeBlocks: fc.Arbitrary<FreeBlocks[]> = fc.array(fc.record({ count: fc.nat(100_000), types: fc.constantFrom('', 'U', 'UM', 'H', 'C', 'UMEHC', 'R') }), { maxLength: 16 });
const zoneState: fc.Arbitrary<ZoneState> = fc.record({
  node: number, name: fc.constantFrom('DMA', 'DMA32', 'Normal', 'HighMem', 'Movable', 'Odd'), freePages: number, boostPages: number, minPages: number, lowPages: number, highPages: number,
  reservedHighatomicPages: number, freeHighatomicPages: number, freeCmaPages: number, presentPages: number, managedPages: number, freePcpPages: number,
  lowmemReserve: fc.array(fc.nat(100_000), { maxLength: 6 }), freeBlocks, counters: fc.constant({}),
});
const flagNames = fc.uniqueArray(fc.constantFrom('GFP_KERNEL', 'GFP_ATOMIC', '__GFP_NORETRY', '__GFP_NOMEMALLOC', '__GFP_COMP', 'GFP_DMA', '__GFP_MEMALLOC', '__GFP_THISNODE', '__GFP_MOVABLE'), { maxLength: 5 });
const anyEvent: fc.Arbitrary<FailureEvent> = fc.record({
  kind: fc.constantFrom<FailureKind>('page-allocation-failure', 'vmalloc-failure', 'allocation-stall', 'oom-kill', 'slub-failure', 'cma-failure', 'fault-injection', 'order-too-large', 'mem-info', 'suppressed'),
  order: fc.oneof(fc.constant(null), fc.integer({ min: -1, max: 60 })), bytes: fc.oneof(fc.constant(null), fc.double({ min: 0, max: 2 ** 64, noNaN: true }).map(Math.floor)), flags: flagNames,
  comm: word, kernel: word, arch: word, site: word, memsAllowed: word, nodemask: word, cpuset: word, at: number, suppressed: fc.nat(1000), repeats: fc.integer({ min: 1, max: 1000 }),
  stack: fc.array(fc.oneof(fc.constantFrom(...RECEIVE, ...MOUNT, ...IOCTL, 'vmemmap_populate', 'dma_alloc_attrs', 'kdump_init'), fc.string({ maxLength: 20 })), { maxLength: 8 }),
  zones: fc.array(zoneState, { maxLength: 6 }), known: fc.boolean(),
}).map(({ flags, known, kernel, ...fields }) => {
  const built = refused({ flags: flags.join('|') });
  return { ...built, ...fields, kernel, permits: known ? built.permits : null, mode: known ? built.mode : null };
});

describe('any event at all', () => {
  it('has a verdict in six lines at most, as plain data, the same each time', () => {
    fc.assert(fc.property(anyEvent, (event) => {
      const before = JSON.stringify(event);
      const explanation = explain(event);
      expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
      expect(explain(event)).toEqual(explanation);
      expect(JSON.stringify(event)).toBe(before);
      expect(explanation.zones).toHaveLength(event.zones.length);
      expect(explanation.why.length).toBeGreaterThan(0);
      const lines = formatMessage(explanation, event, { held: 3, heldSince: 0 }).split('\n');
      expect(lines).toHaveLength(6);
      for (const line of lines) expect(line).not.toMatch(/undefined|NaN|Infinity|\[object|(?<!\()\bnull\b/);
    }), { seed: 2008, numRuns: 1500 });
  });
});
