import { failureEvent, type FailureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { explain, formatMessage, messageOf, type ExplainOptions, type MessageOptions } from '../src/index.js';
import { blocks, IOCTL, MOUNT, RECEIVE, refused, zone } from './build.js';

const said = (event: FailureEvent, options: MessageOptions = {}, beside: ExplainOptions = {}): string => formatMessage(explain(event, beside), event, options);
const low = zone({ freePages: 300 });

describe('the message for people', () => {
  it('a packet that was dropped', () => {
    const event = refused({ comm: 'nginx', flags: 'GFP_ATOMIC', stack: RECEIVE, site: '__netdev_alloc_skb', zones: [low], memory: { active_file: 400_000, inactive_file: 500_000 } });
    expect(said(event)).toMatchInlineSnapshot(`
      "WATCH  4 KiB (order 0), GFP_ATOMIC for network receive (__netdev_alloc_skb()) was refused; "nginx" was only running.
      means  Only a warning: a packet is dropped; TCP sends it again, UDP does not.
      often  Seen once. A problem from about one a minute.
      why    the reserve for callers that can not wait was used up (Node 0 Normal: 300 pages free for it, more than 375 needed).
      try    If it comes back: raise vm.min_free_kbytes from 4000 to 163840: the part only callers that can not wait may use (5/8 of it) grows from 2.4 MiB to 100 MiB. Type: sysctl -w vm.min_free_kbytes=163840"
    `);
  });

  it('the same, for the 360th time in an hour', () => {
    const event = refused({ comm: 'nginx', flags: 'GFP_ATOMIC', stack: RECEIVE, site: '__netdev_alloc_skb', zones: [low] });
    expect(said(event, { held: 359, heldSince: 82_954_000 }, { sightings: { seen: 360, spanMs: 3_600_000 } })).toMatchInlineSnapshot(`
      "ACT    4 KiB (order 0), GFP_ATOMIC for network receive (__netdev_alloc_skb()) was refused; "nginx" was only running.
      means  More than a warning, because it comes so often: a packet is dropped; TCP sends it again, UDP does not.
      often  Seen 360 times in 60 min (6 a minute). A problem from about one a minute.
      why    the reserve for callers that can not wait was used up (Node 0 Normal: 300 pages free for it, more than 375 needed).
      try    Raise vm.min_free_kbytes from 4000 to 163840: the part only callers that can not wait may use (5/8 of it) grows from 2.4 MiB to 100 MiB. Type: sysctl -w vm.min_free_kbytes=163840
      held   359 more like this since 82954 s after boot."
    `);
  });

  it('a jumbo frame on a fragmented machine of the year 2007', () => {
    const event = refused({
      kernel: '2.6.22.19', comm: 'swapper', pid: 0, order: 3, flags: 'GFP_ATOMIC|__GFP_COMP', site: '__alloc_skb', stack: ['__alloc_pages', '__alloc_skb'],
      zones: [zone({ node: null, freePages: 258, boostPages: null, minPages: 127, presentPages: 4064, managedPages: null, lowmemReserve: [0, 0], freeBlocks: blocks('72 43 23 1') })],
    });
    expect(said(event)).toMatchInlineSnapshot(`
      "WATCH  32 KiB (order 3), GFP_ATOMIC|__GFP_COMP for network traffic (__alloc_skb()) was refused; "swapper" was only running.
      means  Only a warning: a packet is dropped or not sent; TCP sends it again, UDP does not.
      often  Seen once. A problem from about one a minute.
      why    enough was free, but not in one piece (Normal: in large enough blocks 1 page, more than 6 needed).
      try    If it comes back: raise vm.min_free_kbytes from 508 to 2048: the part only callers that can not wait may use (5/8 of it) grows from 318 KiB to 1.3 MiB. Type: sysctl -w vm.min_free_kbytes=2048"
    `);
  });

  it('a mount that failed', () => {
    const event = refused({ comm: 'mount', order: 6, flags: 'GFP_KERNEL|__GFP_COMP|__GFP_ZERO', stack: MOUNT, site: 'foofs_read_table', zones: [zone({ freeBlocks: blocks('60000UM 20000UM 0') })] });
    expect(said(event)).toMatchInlineSnapshot(`
      "ACT    256 KiB (order 6), GFP_KERNEL|__GFP_COMP|__GFP_ZERO for mounting a file system (foofs_read_table()) was refused; "mount" asked.
      means  More than a warning: the mount fails; tried again when memory is less fragmented, it may work.
      often  Seen once. Once is enough to matter.
      why    enough was free, but not in one piece (Node 0 Normal: 391 MiB free, the largest block 8 KiB).
      try    Compact memory once, then repeat what failed: if it works, fragmentation was the cause. Type: echo 1 > /proc/sys/vm/compact_memory"
    `);
  });

  it('a caller that has a fallback', () => {
    expect(said(refused({ order: 5, flags: 'GFP_KERNEL|__GFP_NORETRY', stack: IOCTL, site: 'gizmo_get_table' }))).toMatchInlineSnapshot(`
      "BENIGN 128 KiB (order 5), GFP_KERNEL|__GFP_NORETRY for a system call (gizmo_get_table()) was refused; "worker" asked.
      means  Only a warning: nothing fails unless an error of the caller follows in the log.
      often  Seen once. A problem from about 6 an hour.
      why    the caller asked for a light attempt only, and has something to fall back on.
      try    Nothing needs doing."
    `);
  });

  it('the OOM killer', () => {
    expect(said(refused({ kind: 'oom-kill', comm: 'java', flags: 'GFP_HIGHUSER_MOVABLE', zones: [low], memory: { active_anon: 3_500_000, inactive_anon: 100_000, active_file: 100, inactive_file: 100, total_swap: 0, free_swap: 0 } }))).toMatchInlineSnapshot(`
      "ACT    4 KiB (order 0), GFP_HIGHUSER_MOVABLE for "java" found nothing; the OOM killer ran.
      means  More than a warning: a process was killed, not necessarily "java", which only asked.
      often  Seen once. Once is enough to matter.
      why    memory was used up (Node 0 Normal: 300 pages free for it, more than 1000 needed).
      try    Programs hold 13.7 GiB of 15.3 GiB: find the one that grew, or give it a limit. Type: ps -eo pid,rss,comm --sort=-rss | head"
    `);
  });

  it('a kill that names its victim', () => {
    expect(explain(refused({ kind: 'oom-kill', comm: 'nginx', detail: { victim: 'java', victimPid: 23437, victimAnonKb: 1_572_864 } })).means).toBe('"java" (pid 23437) was killed, which held 1.5 GiB; "nginx" only asked at the wrong moment.');
  });

  it('a buffer out of the CMA area', () => {
    expect(said(failureEvent({ kind: 'cma-failure', detail: { pages: 19_200, error: -12 } }))).toContain('ACT    75 MiB of contiguous memory (CMA) for an unnamed caller was refused.');
  });

  it.each([[19_200, 'cma=256M'], [524_288, 'cma=4096M']])('an area larger than the %i pages that were asked of it: %s', (pages, persist) => {
    expect(explain(failureEvent({ kind: 'cma-failure', detail: { pages, error: -12 } })).advice[0]?.persist).toContain(`${persist} on`);
  });

  it('says what was free of a CMA area where the log does, and asks for more than that', () => {
    const room = (detail: Record<string, number>): ReturnType<typeof explain> => explain(failureEvent({ kind: 'cma-failure', detail: { pages: 9000, error: -12, areaPages: 81_920, ...detail } }));
    expect(room({ freePages: 12_000, largestPages: 8000 }).why[1]).toBe('Of its 320 MiB 46.9 MiB were free, 31.3 MiB of it in one piece.');
    expect(room({ freePages: 8000, largestPages: 8000 }).why[1]).toBe('Of its 320 MiB 31.3 MiB were free, all of it in one piece.');
    expect(room({ freePages: 0, largestPages: 0 }).why.slice(1)).toEqual(['Of its 320 MiB 0 bytes were free.']);
    expect(room({}).advice[0]?.persist).toContain('cma=1024M on');
    expect([room({ error: -16, freePages: 12_000, largestPages: 9000 }), room({ error: -16, freePages: 12_000, largestPages: 8999 })].map(({ advice }) => advice[0]?.id)).toEqual(['cma-early', 'cma-size']);
  });

  it.each([[{ cma_reserved: 81_920 }, 'cma=160M on'], [{}, 'cma= with half of CmaTotal on']])('an area half as large as it is: %o', (memory, persist) => {
    const lent = zone({ freePages: 60_000, freeCmaPages: 59_900 });
    expect(explain(refused({ zones: [lent], memory })).advice.find(({ id }) => id === 'cma-size')?.persist).toContain(persist);
  });

  it.each([[5, 'coherent_pool=64K'], [10, 'coherent_pool=512K']])('a DMA pool smaller than the block of order %i that was not there: %s', (order, persist) => {
    const event = refused({ kernel: '6.11', order, flags: 'GFP_KERNEL|GFP_DMA32', site: 'atomic_pool_expand', stack: ['atomic_pool_expand', 'dma_atomic_pool_init'] });
    expect(explain(event).advice.find(({ id }) => id === 'smaller-dma-pool')?.persist).toBe(`${persist} on the kernel command line`);
  });

  it('what is benign begins with no tuning, however much of it there is', () => {
    const event = refused({ kernel: '5.15.100', order: 3, flags: 'GFP_ATOMIC|__GFP_COMP', site: 'alloc_rx_agg', stack: ['__alloc_pages', 'alloc_rx_agg', 'rx_bottom', 'r8152_poll'] });
    const explanation = explain(event);
    expect(explanation).toMatchObject({ severity: 'benign' });
    expect(explanation.advice.map(({ id }) => id)).toContain('lower-mtu');
    expect(messageOf(explanation, event).try).toBe('Nothing needs doing.');
  });

  it('a container at its limit', () => {
    expect(said(refused({ kind: 'oom-kill', comm: 'postgres', flags: 'GFP_HIGHUSER_MOVABLE', detail: { constraint: 'CONSTRAINT_MEMCG', cgroup: '/docker/db' } }))).toMatchInlineSnapshot(`
      "ACT    4 KiB (order 0), GFP_HIGHUSER_MOVABLE for "postgres" found nothing; the OOM killer ran.
      means  More than a warning: a process was killed, not necessarily "postgres", which only asked.
      often  Seen once. Once is enough to matter.
      why    the control group reached its own limit.
      try    Raise the memory limit of /docker/db, or find what grew in it. Type: (cd /sys/fs/cgroup/memory/docker/db 2>/dev/null || cd /sys/fs/cgroup/docker/db; grep -s . memory.limit_in_bytes memory.max memory.stat)"
    `);
  });

  it('a module that found no room on 32-bit ARM', () => {
    expect(said(refused({ kind: 'vmalloc-failure', kernel: '5.4.58', arch: 'arm', comm: 'insmod', bytes: 32_768, stack: ['warn_alloc', '__vmalloc_node_range', 'module_alloc', 'load_module'], site: 'module_alloc' }))).toMatchInlineSnapshot(`
      "ACT    32 KiB by vmalloc, GFP_KERNEL for loading a kernel module (module_alloc()) was refused; "insmod" asked.
      means  More than a warning: the module is not loaded, and what it drives does not work.
      often  Seen once. Once is enough to matter.
      why    no addresses were left to map it at, memory or not.
      try    Load fewer or smaller modules, build the large ones in, switch the BPF JIT off (it uses the same range), and leave KASAN out or in outline mode. Type: sysctl -w net.core.bpf_jit_enable=0"
    `);
  });

  it('an overflowed size', () => {
    expect(said(refused({ kind: 'vmalloc-failure', comm: 'swapper/0', pid: 1, bytes: 18_446_744_071_562_596_352, site: 'pool_init', stack: ['vmalloc', 'pool_init', 'do_one_initcall'] }))).toMatchInlineSnapshot(`
      "WATCH  18446744071562596352 bytes by vmalloc, GFP_KERNEL for start-up of the kernel (pool_init()) was refused.
      means  Only a warning: what asked for it fails every time until its size is right; the machine is not short of memory.
      often  Seen once. A problem from about 6 an hour.
      why    the size itself is wrong.
      try    No setting of this machine helps. Upgrade the kernel, or the module that asked, and if the newest does it too, report it with the whole trace to whoever maintains it."
    `);
  });

  it('free pages that belong to CMA', () => {
    expect(said(refused({ order: 10, flags: 'GFP_KERNEL', comm: 'cam', stack: IOCTL, site: 'gizmo_get_table', zones: [zone({ freePages: 60_000, freeCmaPages: 59_500, freeBlocks: blocks('300U 50U 0 0 0 0 0 0 0 0 58C') })] }))).toMatchInlineSnapshot(`
      "WATCH  4 MiB (order 10), GFP_KERNEL for a system call (gizmo_get_table()) was refused; "cam" asked.
      means  Only a warning: the call returns ENOMEM to the program.
      often  Seen once. A problem from about 6 an hour.
      why    what was free is lent to movable memory only (CMA) (Node 0 Normal: 59500 of 60000 free pages).
      try    Make the CMA area smaller, so that more memory is for everyone. Type: grep Cma /proc/meminfo"
    `);
  });

  it('a crash kernel without memory at low addresses', () => {
    const empty = zone({ name: 'DMA', freePages: 0, managedPages: 0, minPages: 0, freeBlocks: blocks('0') });
    expect(said(refused({ kernel: '5.7.0', comm: 'swapper/0', pid: 1, order: 2, flags: 'GFP_KERNEL|GFP_DMA', site: 'dma_atomic_pool_init', stack: ['dma_atomic_pool_init', 'do_one_initcall'], zones: [empty, zone()] }))).toMatchInlineSnapshot(`
      "WATCH  16 KiB (order 2), GFP_KERNEL|GFP_DMA for start-up of the kernel (dma_atomic_pool_init()) was refused.
      means  Only a warning: devices that reach only zone DMA and need memory at once will find none set aside; few machines have such a device.
      often  Seen once. A problem from about 6 an hour.
      why    the only zone it may use has no pages at all.
      try    If this is the kernel that saves crash dumps: reserve memory for it at low addresses too. Set: crashkernel=256M,low beside crashkernel=...,high on the kernel command line"
    `);
  });

  it('a test', () => {
    expect(said(failureEvent({ kind: 'fault-injection', comm: 'trinity', order: 0 }))).toMatchInlineSnapshot(`
      "BENIGN 4 KiB (order 0) for "trinity" was made to fail.
      means  Only a warning: a test is running. If you did not start it, fault injection was left switched on.
      often  Seen once.
      why    fault injection made it fail.
      try    If no test should be running: switch fault injection off. Type: for f in /sys/kernel/debug/fail*/probability; do echo 0 > $f; done"
    `);
  });

  it('a moment that had passed when the zones were printed', () => {
    expect(said(refused({ flags: 'GFP_ATOMIC', comm: 'ksoftirqd/3', stack: RECEIVE, site: '__netdev_alloc_skb', zones: [zone()] }))).toMatchInlineSnapshot(`
      "WATCH  4 KiB (order 0), GFP_ATOMIC for network receive (__netdev_alloc_skb()) was refused; "ksoftirqd/3" was only running.
      means  Only a warning: a packet is dropped; TCP sends it again, UDP does not.
      often  Seen once. A problem from about one a minute.
      why    too little for a moment; by the numbers printed it would pass now (Node 0 Normal: 100000 pages free for it, more than 375 needed).
      try    If it comes back: raise vm.min_free_kbytes from 4000 to 163840: the part only callers that can not wait may use (5/8 of it) grows from 2.4 MiB to 100 MiB. Type: sysctl -w vm.min_free_kbytes=163840"
    `);
  });

  it('one headline and nothing else', () => {
    expect(said(refused({ order: 4, comm: 'backup' }))).toMatchInlineSnapshot(`
      "WATCH  64 KiB (order 4), GFP_KERNEL for "backup" was refused.
      means  Only a warning: the operation that asked returns ENOMEM; look for its own message right after the report.
      often  Seen once. A problem from about 6 an hour.
      why    most likely enough was free, but not in one piece.
      try    If it comes back: compact memory once, then repeat what failed: if it works, fragmentation was the cause. Type: echo 1 > /proc/sys/vm/compact_memory"
    `);
  });

  it('a count without a report', () => {
    expect(said(failureEvent({ kind: 'suppressed', suppressed: 125_849 }))).toMatchInlineSnapshot(`
      "WATCH  125849 reports held back by the kernel.
      means  Only a warning: more was refused than the log shows.
      often  Seen 125849 times. A problem from about 6 an hour.
      why    the report does not say.
      try    Look at the reports around it: most of what was held back is of the same kind as the one that comes next. Type: dmesg | grep -A12 "page allocation failure""
    `);
  });
});

describe('its forms', () => {
  const event = refused({ comm: 'nginx', flags: 'GFP_ATOMIC', stack: RECEIVE, site: '__netdev_alloc_skb', zones: [low] });

  it('as data it survives JSON', () => {
    const message = messageOf(explain(event), event, { held: 3, heldSince: 1_700_000_000_000 });
    const old = refused({ ...event, detail: { printkSuppressed: 53 } });
    expect(messageOf(explain(old), old).held).toBe('Perhaps up to 53 more: so many messages of any kind the kernel held back just before.');
    expect(JSON.parse(JSON.stringify(message))).toEqual(message);
    expect(message.held).toBe('3 more like this since 22:13:20 UTC.');
  });

  it('a terminal dresses the parts, and only those', () => {
    const text = formatMessage(explain(event), event, {}, { severity: (part) => `<s>${part}</s>`, label: (part) => `<l>${part}</l>`, title: (part) => `<t>${part}</t>`, command: (part) => `<c>${part}</c>` });
    expect(text.replace(/<\/?[sltc]>/g, '')).toBe(said(event));
    expect(text.match(/<l>/g)).toHaveLength(4);
    expect(text).toContain('<s>WATCH  </s>');
  });

  it('a moment is written as the composer wants it', () => {
    expect(said(event, { held: 1, heldSince: 5, formatTime: (ms) => `T+${ms}` })).toContain('held   1 more like this since T+5.');
  });

  it('how often is what the ledger has seen, when it is told', () => {
    expect(said(event, { seen: 12, spanMs: 600_000 })).toContain('often  Seen 12 times in 10 min (1 a minute). A problem from about one a minute.');
  });
});
