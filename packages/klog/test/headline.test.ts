import { describe, expect, it } from 'vitest';
import { kernelText, LogParser, parseLog } from '../src/index.js';

const one = (text: string, kernel?: string): unknown => {
  const events = parseLog(text, { kernel });
  expect(events).toHaveLength(1);
  return events[0];
};

describe('headlines', () => {
  it.each<[string, object]>([
    ['__alloc_pages: 0-order allocation failed.', { order: 0, comm: null, mode: null }],
    ['__alloc_pages: 1-order allocation failed (gfp=0x20/0)', { order: 1, mode: { mask: 0x20 }, detail: { memalloc: false } }],
    ['__alloc_pages: 0-order allocation failed (gfp=0x70/1).', { order: 0, mode: { mask: 0x70 }, detail: { memalloc: true } }],
    ['__alloc_pages: 0-order allocation failed (gfp=0x20/0) from c012e052', { detail: { caller: 'c012e052' } }],
    ['swapper: page allocation failure. order:1, mode:0x20', { comm: 'swapper', order: 1, mode: { mask: 0x20 } }],
    ['swapper/0: page allocation failure: order:1, mode:0x20', { comm: 'swapper/0', order: 1 }],
    ['java: page allocation failure: order:0, mode:0x2084120(GFP_ATOMIC|__GFP_COLD|__GFP_COMP)', { mode: { mask: 0x2084120, names: ['GFP_ATOMIC', '__GFP_COLD', '__GFP_COMP'], from: 'log', consistent: true } }],
    ['a: page allocation failure: order:0, mode:0xcc0(GFP_KERNEL), nodemask=(null),cpuset=/x,mems_allowed=0-1', { nodemask: '(null)', cpuset: '/x', memsAllowed: '0-1' }],
    ['a: page allocation failure: order:0,mode:0xcc0(GFP_KERNEL),nodemask=0,2-3,cpuset=x,mems_allowed=0', { nodemask: '0,2-3', cpuset: 'x' }],
    ['a: page allocation failure: order:0, mode:0x0()', { mode: { mask: 0, names: [], from: 'log', consistent: true } }],
    ['a: page allocation failure: order:0, mode:0x40(__GFP_IO), nodemask=(null)', { mode: { mask: 0x40, names: ['__GFP_IO'] } }],
    ['rsync: page allocation stalls for 2102516ms, order:0, mode:0x26040d0(GFP_TEMPORARY|__GFP_COMP|__GFP_NOTRACK)', { kind: 'allocation-stall', comm: 'rsync', detail: { stallMs: 2102516 } }],
    ['dd(42): page allocation stalls for 10ms, order:0 mode:0x14000c0(GFP_KERNEL)', { kind: 'allocation-stall', comm: 'dd', pid: 42, order: 0 }],
    ['dd: page alloction stalls for 10ms, order:0, mode:0x24000c0(GFP_KERNEL)', { kind: 'allocation-stall' }],
    ['modprobe: vmalloc: allocation failure: 425984 bytes, mode:0x14000c0(GFP_KERNEL), nodemask=(null)', { kind: 'vmalloc-failure', bytes: 425984, order: null }],
    ['a: vmalloc: allocation failure, allocated 4097114112 of 17179934720 bytes, mode:0x14000c0(GFP_KERNEL)', { bytes: 17179934720, detail: { allocatedBytes: 4097114112 } }],
    ['a: vmalloc error: size 0, exceeds total pages, mode:0xcc0(GFP_KERNEL), nodemask=(null)', { kind: 'vmalloc-failure', bytes: 0, detail: { why: 'exceeds total pages' } }],
    ['a: vmalloc error: size 2097152, page order 9, failed to allocate pages, mode:0xcc0(GFP_KERNEL)', { bytes: 2097152, detail: { why: 'page order 9, failed to allocate pages' } }],
    ['vmalloc: allocation failure: 2214858752 bytes\ncamsrc:src: page allocation failure: order:0, mode:0x80d2', { kind: 'vmalloc-failure', comm: 'camsrc:src', bytes: 2214858752, order: 0, mode: { mask: 0x80d2 } }],
    ['vmalloc: allocation failure: 4096 bytes', { kind: 'vmalloc-failure', bytes: 4096, comm: null, truncated: true }],
    ['kworker/0:2 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=-1, oom_score_adj=0', { kind: 'oom-kill', order: -1, bytes: null, detail: { oomScoreAdj: 0 } }],
    ['a invoked oom-killer: gfp_mask=0x14200ca(GFP_HIGHUSER_MOVABLE), nodemask=(null),  order=2, oom_score_adj=5', { order: 2, nodemask: '(null)' }],
    ['a invoked oom-killer: gfp_mask=0xd0, order=2, oom_adj=-17, oom_score_adj=-1000', { detail: { oomAdj: -17, oomScoreAdj: -1000 } }],
    ['SLUB: Unable to allocate memory on node -1 (gfp=0x20)', { kind: 'slub-failure', mode: { mask: 0x20 }, detail: { node: -1 }, truncated: true }],
    ['SLUB: Unable to allocate memory on node -1, gfp=0xa20(GFP_ATOMIC)\n  cache: skbuff, object size: 208, buffer size: 640, default order: 0, min order: 0', { truncated: false, detail: { cache: 'skbuff', objectBytes: 208 } }],
    ['cma: cma_alloc: reserved: alloc failed, req-size: 1 pages, ret: -16', { kind: 'cma-failure', detail: { area: 'reserved', pages: 1, error: -16 } }],
    ['FAULT_INJECTION: forcing a failure.\nname failslab, interval 1, probability 0, space 0, times 0', { kind: 'fault-injection', detail: { name: 'failslab' }, truncated: false }],
    ['WARNING: CPU: 3 PID: 123 at mm/page_alloc.c:4832 __alloc_pages_noprof+0x156/0x1e0', { kind: 'order-too-large', pid: 123, cpu: 3, order: null, detail: { function: '__alloc_pages_noprof' } }],
    ['WARNING: mm/page_alloc.c:5190 at __alloc_frozen_pages_noprof+0x2c/0x30', { kind: 'order-too-large', comm: null, pid: null, detail: { sourceLine: 5190 } }],
    ['x: page allocation failure: order:1, mode:0xcc0(GFP_KERNEL)\nCPU: 0 PID: 1 Comm: x Not tainted 6.1.0 #1\n dump_stack+0x1/0x2\n warn_alloc+0x1/0x2\n ? __get_vm_area_node+0x340/0x340\n ? ring_refill+0x86/0x172', { site: 'ring_refill', stack: ['dump_stack', 'warn_alloc', 'ring_refill'] }],
    ['x: page allocation failure: order:1, mode:0xcc0(GFP_KERNEL)\nCPU: 0 PID: 1 Comm: x Not tainted 6.1.0 #1\n show_stack (arch/arm64/kernel/stacktrace.c:191)', { arch: 'arm64' }],
    ['x: page allocation failure: order:1, mode:0xcc0(GFP_KERNEL)\nCPU: 0 PID: 1 Comm: x Not tainted 6.8.0-1020-nvidia-64k #1', { arch: 'arm64', kernel: '6.8.0-1020-nvidia-64k' }],
    ['WARNING: mm/page_alloc.c:5190 at __alloc_frozen_pages_noprof+0x2c/0x30, CPU#3: foo/123', { kind: 'order-too-large', comm: 'foo', pid: 123, cpu: 3 }],
    ['warn_alloc: 125849 callbacks suppressed', { kind: 'suppressed', suppressed: 125849 }],
    ['allocation failed: out of vmalloc space - use vmalloc=<size> to increase size.', { kind: 'vmalloc-failure', bytes: null, truncated: false }],
    ['vmalloc_node_range for size 12288 failed: Address range restricted to 0xf0800000 - 0xff800000', { kind: 'vmalloc-failure', bytes: 12288, truncated: false, detail: { range: '0xf0800000 - 0xff800000' } }],
    ['cma: __cma_alloc: reserved: alloc failed, req-size: 512 pages, ret: -12', { kind: 'cma-failure', detail: { function: '__cma_alloc', area: 'reserved', pages: 512 } }],
    ['cma: cma_alloc: alloc failed, req-size: 900 pages, ret: -12\ncma: number of available pages: 72@184+640@3456=> 712 free of 4096 total pages', { kind: 'cma-failure', detail: { pages: 900, freePages: 712, areaPages: 4096, largestPages: 640 } }],
    ['[3: gizmod: 740] cma: cma_alloc: alloc failed, req-size: 256 pages, ret: -12\n[3: gizmod: 740] number of available pages: 4+7+126=>137 pages, total: 2048 pages', { detail: { freePages: 137, areaPages: 2048, largestPages: 126 } }],
    ['gizmod: page allocation failure: order:7, mode:0xcc0(GFP_KERNEL)\nMem-Info:\n2048 pages RAM\n120 pages reserved\nAllocation of length 331776 from process 61 (gizmod) failed', { kind: 'page-allocation-failure', pid: 61, detail: { mmapBytes: 331_776 } }],
    ['cma: cma_alloc: alloc failed, req-size: 9 pages, ret: -12\ncma: number of available pages: => 0 free of 64 total pages', { detail: { freePages: 0, areaPages: 64, largestPages: 0 } }],
    ['cma: cma_alloc: alloc failed, req-size: 9 pages, ret: -12\ncma: number of available pages: => 12 free of 64 total pages', { detail: { pages: 9, freePages: 12, areaPages: 64 } }],
    ['gizmod invoked oom-killer: gfp_mask=0xd0, order=2, oomkilladj=0\nCPU: 3 Not tainted 2.6.28 #1\nProcess gizmod (pid: 71, task: 000000007b00a838, ksp: 0000000063860968)', { kernel: '2.6.28', pid: 71, cpu: 3 }],
    ['x: page allocation failure. order:4, mode:0xd0\nCall Trace: \n6792bb88:  [<60051234>] __alloc_pages_internal+0x1/0x2\n6792bc08:  [<60052345>] __might_sleep+0x1/0x2\n6792bc88:  [<6006567e>] ring_refill+0x1/0x2', { site: 'ring_refill' }],
    ['x: page allocation stalls for 5012 ms, order: 2, mode:0x14000c0(GFP_KERNEL)', { kind: 'allocation-stall', comm: 'x', order: 2, detail: { stallMs: 5012 } }],
    ['cma_alloc: 25 callbacks suppressed\ncma: cma_alloc: alloc failed, req-size: 512 pages, ret: -12', { kind: 'cma-failure', suppressed: 25 }],
    ['a.py invoked oom-killer: gfp_mask=0x1201d2, order=0, oomkilladj=-3', { kind: 'oom-kill', detail: { oomKillAdj: -3 } }],
    ['SLAB: Unable to allocate memory on node 1, gfp=0x14000c0(GFP_KERNEL)\n  cache: kmalloc-4194304, object size: 4194304, order: 10\n  node 0: slabs: 3/3, objs: 3/3', { kind: 'slub-failure', detail: { node0: 'slabs: 3/3, objs: 3/3' } }],
    ['x: page allocation failure: order:1', { order: null, truncated: true }],
    ['x: page allocation failure: order:0, mode:0x40cc0(GFP_KERNEL|__GFP_C', { mode: { mask: 0x40cc0, names: ['GFP_KERNEL', '__GFP_COMP'], from: 'decoded' }, truncated: true }],
    ['x: page allocation failure: order:0, mode:0x4\nCPU: 0 PID: 1 Comm: x Not tainted 6.8.0-45-generic #1', { mode: null, truncated: true }],
    ['x: page allocation failure. order:1, mode:0x20\n [__alloc_pages+732/848] __alloc_pages+0x2dc/0x350\n [<c0141a1c>] alloc_skb+0x2c/0x50\n [nic:ring_refill+0x62/0x350]', { stack: ['__alloc_pages', 'alloc_skb', 'ring_refill'], detail: { requester: 'ring_refill', module: 'nic' } }],
    ['x: page allocation failure. order:0, mode:0x20\n [<ffffffff8020f687>] __alloc_pages+0x2b5/0x2ce\n [<ffffffff88012345>] :nic:ring_refill+0x62/0x350\n [<ffffffff88012399>]\n:nic:nic_poll+0x1/0x2', { stack: ['__alloc_pages', 'ring_refill', 'nic_poll'], detail: { requester: 'ring_refill', module: 'nic' } }],
    ['x: page allocation failure. order:0, mode:0x20\n <c0134567> __alloc_pages+0x1/0x2  <c0145678> ring_refill+0x2a6/0x45c [nic]\n<c0145679>\nnic_poll+0x1/0x2 [nic]   <c0145680> do_IRQ+0x1/0x2', { stack: ['__alloc_pages', 'ring_refill', 'nic_poll', 'do_IRQ'], detail: { module: 'nic' } }],
    ['_alloc_pages: 1-order allocation failed (gfp=0x1d2/0)', { kind: 'page-allocation-failure', order: 1, mode: { mask: 0x1d2 } }],
    ['__alloc_pages: 0-order allocation failed (gfp=0x1d 2/0) from c0123456', { order: 0, mode: null, detail: { caller: 'c0123456' } }],
    ['x: page allocation failure: order:6, mode:0xd0\nCPU: 0 PID: 1 Comm: x 4.0.5-own1 #1', { comm: 'x', kernel: '4.0.5-own1' }],
    ['x: page allocation failure. order:0, mode:0x20\n__alloc_pages+0x1/0x2\nscheduler_tick+0x1/0x2\n__wake_up_common+0x1/0x2\n__get_free_pages+0x1/0x2\nring_refill+0x1/0x2', { site: 'ring_refill' }],
    ['x: page allocation failure. order:0, mode:0x20\n__alloc_pages+0x1/0x2\ncache_alloc_refill+0x1/0x2\nstale+0x1/0x2\n__kmalloc+0x1/0x2\nring_refill+0x1/0x2', { site: 'ring_refill' }],
    ['x: page allocation failure. order:4, mode:0x50\n__alloc_pages+0x1/0x2\ncache_alloc_refill+0x1/0x2\n__kmalloc+0x1/0x2\nkmem_alloc+0x1/0x2 [xfs]\nkmem_realloc+0x1/0x2 [xfs]\nxfs_grow_list+0x1/0x2 [xfs]', { site: 'xfs_grow_list' }],
    ['__alloc_pages: 0-order allocation failed (gfp=0x1d2/0)\nVM: killing process a b', { order: 0, detail: { victim: 'a b' } }],
    ['x: page allocation failure. order:5, mode:0xd0\n__alloc_pages+0x1/0x2\nkmem_getpages+0x1/0x2\nstale+0x1/0x2\nstale+0x1/0x2\ncache_alloc_refill+0x1/0x2\n__kmalloc+0x1/0x2\nring_refill+0x1/0x2\nstale+0x1/0x2\ncache_reap+0x1/0x2', { site: 'ring_refill' }],
    ['x: page allocation failure: order:1, mode:0xcc0(GFP_KERNEL)\nCPU: 0 PID: 1 Comm: x Not tainted 5.15.68 #1\n[<ffffffff80004828>] dump_backtrace+0x1c/0x24\n[<ffffffff80438e42>] ring_refill+0x86/0x172', { arch: 'riscv', site: 'ring_refill' }],
    ['x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\nCPU: 0 PID: 1 Comm: x Not tainted 5.15.68 #1\n out_of_memory+0x1/0x2\n mem_cgroup_out_of_memory+0x1/0x2\n try_charge_memcg+0x1/0x2\n charge_memcg+0x1/0x2\n do_anonymous_page+0x1/0x2', { site: 'do_anonymous_page' }],
    ['DMA free:728kB min:12kB low:24kB high:36kB active:788kB inactive:7848kB present:16384kB\nprotections[]: 0 0 0', { kind: 'mem-info', zones: [{ name: 'DMA', freePages: 182, minPages: 3 }] }],
    ['oom-killer: gfp_mask=0x1d2', { kind: 'oom-kill', comm: null, order: null, permits: { sleep: true }, mode: { mask: 0x1d2 } }],
    ['oom-killer: gfp_mask=0xd1, order=0\nMem-info:\nFree pages:       12060kB (7488kB HighMem)\nActive:1 inactive:1 dirty:0 writeback:0 unstable:0 free:3015 slab:9 mapped:2 pagetables:1', { kind: 'oom-kill', order: 0, mode: { mask: 0xd1, names: ['GFP_KERNEL', 'GFP_DMA'] }, memory: { free: 3015 } }],
    ['x invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0\nCall Trace:\n out_of_memory+0x1/0x2\n mem_cgroup_oom_synchronize+0x1/0x2\n pagefault_out_of_memory+0x1/0x2\n mm_fault_error+0x1/0x2', { site: 'mm_fault_error' }],
    ['x invoked oom-killer: gfp_mask=0xd0, order=0, oom_adj=0\nCall Trace:\n ? cpuset_print_task_mems_allowed+0x1/0x3\n ? dump_header+0x1/0x3\n ? may_kill+0x1/0x3\n ? oom_kill_process+0x1/0x3\n ? badness+0x1/0x3\n ? out_of_memory+0x1/0x3\n ? __alloc_pages_nodemask+0x1/0x3\n ? __pollwait+0x1/0x3', { site: '__pollwait' }],
    ['x invoked oom-killer: gfp_mask=0xd0, order=0, oom_adj=0\nCall Trace:\n ? cpuset_print_task_mems_allowed+0x1/0x3\n dump_header+0x1/0x3', { site: null }],
    ['x invoked oom-killer: gfp_mask=0xd0, order=0, oom_adj=0\nCall Trace:\n ? dump_stack+0x1/0x3\n ? dump_header+0x1/0x3\n ? poke_task+0x1/0x3', { site: null }],
    ['x invoked oom-killer: gfp_mask=0x280da, order=0, oom_adj=0', { mode: { names: ['GFP_HIGHUSER_MOVABLE', '__GFP_ZERO'], from: 'decoded' } }],
    ['x invoked oom-killer: gfp_mask=0xd0, order=0, oom_adj=0, oom_score_adj=0', { mode: { names: ['GFP_KERNEL'], from: 'decoded' } }],
    ['x: page allocation failure, order:2, mode:0xcc0(GFP_KERNEL)', { order: 2, comm: 'x', mode: { names: ['GFP_KERNEL'] } }],
    ['x: page allocation failure: order:2, mode:0xcc0(...)', { order: 2, truncated: true, mode: { names: ['GFP_KERNEL'], from: 'decoded', consistent: true } }],
    ['x: page allocation failure, order:2, mode:0xc0de0\nNode 0 Normal free:900kB min:6400kB zspages:80kB', { truncated: true, mode: { names: ['GFP_KERNEL', '__GFP_HIGH', '__GFP_COMP', '__GFP_ZERO', '__GFP_NOMEMALLOC'], from: 'decoded' } }],
    ["  { time: ago(240), text: 'x invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0' },", { comm: 'x', order: 0 }],
    ['*   x invoked oom-killer: gfp_mask=0x200da, order=0, oom_adj=0', { comm: 'x' }],
    ['zed: page allocation failure. order:0, mode:0x20\n\\<IRQ\\> \\[\\<ffffffff81000010\\>\\] ? \\_\\_alloc_pages_nodemask+0x1/0x3\n\\[\\<ffffffff81000020\\>\\] ? gizmo_poll+0x1/0x3', { site: 'gizmo_poll', stack: ['__alloc_pages_nodemask', 'gizmo_poll'] }],
    ['Total swap = 0kB\n1000 pages RAM\nOut of memory: Kill process 12 (daemon) score 900 or sacrifice child\nKilled process 12 (daemon) total-vm:900kB, anon-rss:800kB, file-rss:0kB', { kind: 'oom-kill', comm: null, truncated: true, detail: { victim: 'daemon', victimAnonKb: 800 } }],
    ['x: page allocation failure: order:0, mode:0xd0\nCall Trace:\n warn_alloc_failed+0x1/0x2\n __mem_cgroup_try_charge+0x1/0x2\n mem_cgroup_charge_common+0x1/0x2\n __memcg_kmem_newpage_charge+0x1/0x2\n wp_page_copy+0x1/0x2', { site: 'wp_page_copy' }],
    ['Memory cgroup stats for /docker/a: cache:32KB rss:524188KB inactive_anon:267804KB\nMemory cgroup stats for /docker/a/b: cache:0KB\n[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name\n[28438]     0 28438  5063909   119961    1661   136409          -998 java\nMemory cgroup out of memory: Kill process 24572 (java) score 0 or sacrifice child\nKilled process 28438 (java) total-vm:20255636kB, anon-rss:466160kB, file-rss:13684kB', { kind: 'oom-kill', detail: { cgroup: '/docker/a', cgroupLimit: true, victimPid: 28438, victimAnonKb: 466160 } }],
    ['166255 Apr 18 00:37:34   kernel: [14049899.298773] Task in /docker/a/kubepods/b killed as a result of limit of /docker/a', { kind: 'oom-kill', at: 14_049_899_298.773, truncated: true, detail: { cgroup: '/docker/a' } }],
    ['[193038.106468] Task in /docker/a killed as a result of limit of /docker/a[193038.106478] memory: usage 524288kB, limit 524288kB, failcnt 77[193038.106480] kmem: usage 0kB', { kind: 'oom-kill', detail: { cgroup: '/docker/a' } }],
    ['... invoked oom-killer: gfp_mask=0x200da, order=0, oom_adj=2, oom_score_adj=134', { kind: 'oom-kill', comm: null, order: 0 }],
    ['Killed process 12 (indexer)Out of memory: kill process 34 (guest) score 78 or a childKilled process 34 (guest)', { kind: 'oom-kill', detail: { victim: 'indexer', victimPid: 12 } }],
    ['oom-kill: constraint=CONSTRAINT_CPUSET,nodemask=7,cpuset=/a,mems_allowed=7\nOut of Memory: Killed process 649 (sh).', { kind: 'oom-kill', detail: { constraint: 'CONSTRAINT_CPUSET', victim: 'sh', victimPid: 649 } }],
    ['Out of memory: Killed process 649 (tmux: server) total-vm:216868kB, anon-rss:896kB', { kind: 'oom-kill', truncated: true, detail: { victim: 'tmux: server', victimPid: 649, victimAnonKb: 896 } }],
  ])('%s', (text, expected) => {
    expect(one(`${text}\n`)).toMatchObject(expected);
  });

  it.each(['DOM Worker', 'sync svc 43', 'camsrc:src', 'irq/5-600c0004.', 'qemu:deb12-virt', 'lowpool[2]', '.dataservices', '(.mlocate)', 'runc:[2:INIT]', 'kworker/u17:0', 'tmux: server', 'video_source:sr', 'kworker/1: 0', 'vmalloc_test', 'a.out'])('reads the process name %s', (comm) => {
    for (const headline of [`${comm}: page allocation failure: order:0, mode:0x20`, `${comm} invoked oom-killer: gfp_mask=0xd0, order=0`]) {
      for (const prefix of ['', '[   10.000001] ', 'Dec  5 01:07:09 host kernel: [   10.000001] ', '<4>[   10.000001][ T12] ']) expect(one(prefix + headline)).toMatchObject({ comm });
    }
  });

  it.each([
    ['Starting sshd: [  OK  ]swapper', 'Comm: swapper ', 'swapper'], ['[ ok ] cat', '', 'cat'], ['[FAILED] Failed to start X.cat', 'Comm: cat ', 'cat'], ['Starting cron...done.kworker/0:1', 'Comm: kworker/0:1 ', 'kworker/0:1'],
    ['host login: java', 'Comm: java ', 'java'], ['pper', 'Comm: swapper ', 'swapper'], ['tmux: server', 'Comm: tmux: server ', 'tmux: server'], ['cc1', 'Comm: other ', 'cc1'],
    ['[<c0134567>]<4>swapper', '', 'swapper'], ['[12345] mysqld', '', 'mysqld'],
  ])('takes %j in front of a headline, and what the stack part says, for one name', (before, stack, comm) => {
    const cpu = stack === '' ? '' : `CPU: 0 PID: 1 ${stack}Not tainted 4.4.0 #1\n`;
    expect(one(`${before}: page allocation failure: order:0, mode:0x2080020\n${cpu}`)).toMatchObject({ comm });
    expect(one(`${before} invoked oom-killer: gfp_mask=0x24000c0, order=0, oom_score_adj=0\n${cpu}`)).toMatchObject({ comm });
  });

  it.each([
    'x: page allocation failure: order:0,\nmode:0xcc0(GFP_KERNEL)',
    'x: page allocation\nfailure: order:0, mode:0xcc0(GFP_KERNEL)',
    'x: page\nallocation failure: order:0, mode:0xcc0(GFP_KERNEL)',
    'x: page allocation failure: order:0, mode:0xcc0(GFP_\nKERNEL)',
    'x: page allocation failure: order:0, mode:0xcc=\n0(GFP_KERNEL)',
    'x: page allocation failure: order:0, mode:0xcc0(GF=\nP_KERNEL), nodemask=3D(null)',
    'x: page allocation failure:\norder:0, mode:0xcc0(GFP_KERNEL),\nnodemask=(null),cpuset=/,mems_allowed=0^M',
  ])('puts a broken headline together: %j', (text) => {
    expect(one(`${text}\nCPU: 1 PID: 2 Comm: x Not tainted 6.1.0 #1\n`)).toMatchObject({ comm: 'x', order: 0, kernel: '6.1.0', mode: { mask: 0xcc0, names: ['GFP_KERNEL'] } });
  });

  it.each([
    'SLUB: Unable to allocate memory on node -1,\ngfp=0x820(GFP_ATOMIC)', 'SLUB: Unable to allocate memory on\nnode -1, gfp=0x820(GFP_ATOMIC)',
    'SLUB: Unable to allocate memory on CPU 3 (of node 0) on\nnode -1, gfp=0x820(GFP_ATOMIC)',
  ])('puts a broken line on a cache together in the middle of a report: %j', (slub) => {
    const log = `[ 1.000001] x: page allocation failure: order:0, mode:0x820(GFP_ATOMIC)\n[ 1.000002] CPU: 1 PID: 2 Comm: x Not tainted 6.12.0 #1\n[ 1.000003] ${slub}\n[ 1.000004]   cache: gizmos, object size: 64, buffer size: 64, default order: 0, min order: 0`;
    expect(parseLog(log)).toMatchObject([{ kind: 'page-allocation-failure' }, { kind: 'slub-failure', mode: { mask: 0x820 }, detail: { cache: 'gizmos' } }]);
  });

  it.each([
    ['age allocation failure. order:0, mode:0x50', 0, 0x50], ['ion failure: order:3, mode:0x20', 3, 0x20], ['failure. order:0, mode:0xd0', 0, 0xd0],
    ['_pages: 2-order allocation failed (gfp=0x20/0)', 2, 0x20], ['s: 0-order allocation failed.', 0, null], ['0-order allocation failed.', 0, null], ['ocation failed (gfp=0x70/1).', null, 0x70],
  ])('tells a headline whose beginning was written over in a ring: %s', (rest, order, mask) => {
    for (const prefix of ['', 'Dec  5 01:07:09 host kernel: ']) {
      expect(one(`${prefix}${rest}\nDec  5 01:08:09 host last message repeated 4 times\n`)).toMatchObject({ kind: 'page-allocation-failure', comm: null, order, mode: mask === null ? null : { mask }, repeats: 5, truncated: true });
    }
  });

  it('takes an encoded line break for one, whatever else the mailer put behind it', () => {
    const log = ['vmap allocation for size 36864 failed: use vmalloc=3D<size> to increase=', ' size=0A=', '=0A=', '\tx: vmalloc error: size 32768, vm_struct allocation failed, mode:0x=', 'cc0(GFP_KERNEL), nodemask=3D(null),cpuset=3D/,mems_allowed=3D0=0D=0A=', '\tCPU: 46 PID: 1977 Comm: x Tainted: G            E      6.10.0-rc1+ #7=', '9=0A=', '\tCall trace:=0A=', '\t\tgizmo_init+0xb4/0xfff8 [gizmo]=0A='];
    expect(one(log.join('\n'))).toMatchObject({ comm: 'x', bytes: 32_768, kernel: '6.10.0-rc1+', mode: { mask: 0xcc0 }, site: 'gizmo_init', detail: { mappingBytes: 36_864 } });
  });

  it.each([
    'ACPI Error: Package allocation failure (20190405/utcopy-908)', 'disk failure. order:12 new drives', 'the order: 3-order allocation failed once', 'Here is why the page allocation failure in my log worries me.', 'audit_printk_skb: 6 callbacks suppressed',
    'pr_warn("SLUB: Unable to allocate memory on node %d\\n");', '+\tpr_notice("FAULT_INJECTION: forcing a failure\\n");', 'cma: cma_alloc(): memory range at b7ec8000 is busy, retrying', 'ratelimit.c: 2 events suppressed',
    'WARNING: CPU: 0 PID: 1 at mm/page_alloc.c:1400 free_pages_bad+0x1/0x2',
  ])('takes nothing for a report that is none: %s', (text) => {
    expect(parseLog(`${text}\n`)).toEqual([]);
  });

  it('adds what was repeated and what was held back', () => {
    const log = [
      'Oct 28 11:50:24 host kernel: warn_alloc_failed: 5676 callbacks suppressed', 'Oct 28 11:50:24 host kernel: x: page allocation failure: order:3, mode:0x20', 'Oct 28 11:51:08 host last message repeated 3 times',
      'Oct 28 11:50:24 host kernel: message repeated 2 times: [ x: page allocation failure: order:1, mode:0x20]',
    ].join('\n');
    expect(parseLog(log)).toMatchObject([{ order: 3, suppressed: 5676, repeats: 4 }, { order: 1, suppressed: 0, repeats: 2 }]);
  });

  it('tells with a kill what was held back before it', () => {
    expect(one('printk: 89 messages suppressed.\nx invoked oom-killer: gfp_mask=0x2d0, order=0, oomkilladj=0')).toMatchObject({ suppressed: 0, detail: { printkSuppressed: 89 } });
  });

  it('counts blocks that were held back apart from warnings', () => {
    expect(parseLog('x: page allocation failure: order:3, mode:0x480020(GFP_ATOMIC), nodemask=(null)\nwarn_alloc_show_mem: 7 callbacks suppressed\nMem-Info:')).toMatchObject([{ kind: 'page-allocation-failure', suppressed: 0 }]);
    expect(one('warn_alloc_show_mem: 7 callbacks suppressed\nx: page allocation failure: order:3, mode:0x480020(GFP_ATOMIC), nodemask=(null)')).toMatchObject({ suppressed: 0, detail: { memInfoSuppressed: 7 } });
  });

  it.each([
    ['host kernel: message repeated 3 times: [ x: page allocation failure. order:3, mode:0x4020]', 4],
    ['host rsyslogd: message repeated 3 times: [x: page allocation failure. order:3, mode:0x4020]', 4],
    ['host last message repeated 3 times', 4],
    ["host syslog-ng[1]: Last message 'kernel: x: page allocation' repeated 3 times, suppressed by syslog-ng on host", 4],
  ])('counts what a daemon says was repeated: %s', (line, times) => {
    const events = parseLog(`Nov 30 23:42:50 host kernel: x: page allocation failure. order:3, mode:0x4020\nNov 30 23:42:51 ${line}`);
    expect(events.reduce((sum, { repeats }) => sum + repeats, 0)).toBe(times);
  });

  it.each<[string, string, object]>([
    ['a mark in front of its trace', 'Call Trace:\n <IRQ>\n dump_stack_lvl+0x1/0x2\n ring_refill+0x1/0x2\n </IRQ>\n <TASK>\n app+0x1/0x2', { inInterrupt: true }],
    ['an old mark beside a frame', 'Call Trace:\n <IRQ>  [<ffffffff81113e44>] ? ring_refill+0x5f4/0x830\n <EOI>  [<ffffffff8103be72>] ? default_idle+0x62/0x70', { inInterrupt: true, stackVouched: false }],
    ['the mark of a task', 'Call Trace:\n <TASK>\n dump_stack_lvl+0x1/0x2\n ring_refill+0x1/0x2', { inInterrupt: false }],
  ])('says from %s where the request was made', (_name, trace, detail) => {
    expect(one(`x: page allocation failure: order:3, mode:0x820(GFP_ATOMIC), nodemask=(null),cpuset=/,mems_allowed=0\nCPU: 0 PID: 1 Comm: x Not tainted 6.8.0 #1\n${trace}`)).toMatchObject({ site: 'ring_refill', detail });
  });

  it('says nothing of interrupts where the trace has no mark', () => {
    expect(parseLog('x: page allocation failure. order:3, mode:0x20\n ring_refill+0x1/0x2').map(({ detail }) => 'inInterrupt' in detail)).toEqual([false]);
  });

  it('takes a line about room for a mapping for a failure of its own, unless vmalloc tells of it next', () => {
    const room = 'vmap allocation for size 36864 failed: use vmalloc=<size> to increase size';
    expect(parseLog(`${room}\n${room}\n`)).toMatchObject([{ kind: 'vmalloc-failure', bytes: 36864, repeats: 2, truncated: false }]);
    const told = `${room}\n${room}\n${room}\nwarn_alloc: 2 callbacks suppressed\nx: vmalloc: allocation failure: 32768 bytes, mode:0xcc0(GFP_KERNEL), nodemask=(null),cpuset=/,mems_allowed=0\n`;
    expect(parseLog(told)).toMatchObject([{ kind: 'vmalloc-failure', comm: 'x', bytes: 32768, suppressed: 2, repeats: 1, detail: { mappingBytes: 36864 } }]);
  });

  it.each(['last message repeated 3 times', '-- last message repeated 3 times --', '[kernel] Last output repeated 3 times', 'above message repeats 3 times', "Last message 'kernel: x' repeated 3 times, suppressed by syslog-ng on host"])('counts what a daemon says of the line before: %s', (line) => {
    const log = ['Dec  5 01:07:09 host kernel: x: page allocation failure. order:0, mode:0x20', `Dec  5 01:07:09 host ${line}`];
    expect(one(log.join('\n'))).toMatchObject({ repeats: 4 });
    expect(one(log.toSpliced(1, 0, 'Dec  5 01:07:09 host sshd[1]: hello').join('\n'))).toMatchObject({ repeats: 1 });
  });

  it('tells two headlines apart that two CPUs printed into each other, and gives neither the other\'s name', () => {
    const log = ['a/8: ', 'b/6: ', 'page allocation failure: order:0page allocation failure: order:0, mode:0x2080020(GFP_ATOMIC)', ', mode:0x2080020(GFP_ATOMIC)', 'CPU: 8 PID: 7 Comm: a/8 Not tainted 4.9.0 #1'].map((line) => `Feb 19 16:20:13 host kernel: ${line}`);
    expect(parseLog(log.join('\n')).map(({ comm, order }) => [comm, order])).toEqual([[null, 0], ['a/8', 0]]);
  });

  it('puts together a name, a headline and its mask between the pieces of another CPU\'s stack, and takes none of its numbers for digits', () => {
    const pieces = ['CPU: 0 PID: 0 Comm: swapper/0 Not tainted 4.14.5 #0', 'worker/3: ', 'Stack : 00000000 00000000', 'page allocation failure: order:0', ' 01080020', ', mode:0x1080020(GFP_ATOMIC), nodemask=', ' 80071de8 805f0000', '(null)', 'worker/3 cpuset='];
    const log = pieces.map((text, at) => `[ 6204.38${at}552] ${text}`).join('\n');
    expect(one(log)).toMatchObject({ comm: 'worker/3', order: 0, mode: { names: ['GFP_ATOMIC'] }, kernel: '4.14.5' });
  });

  it.each(['x: page allocation failure: order:1080020, mode:0x20', 'x invoked oom-killer: gfp_mask=0xd0, order=1080020, oom_score_adj=0'])('takes nothing for an order that no kernel can ask for: %s', (line) => {
    expect(one(line)).toMatchObject({ comm: 'x', order: null });
  });

  it('gives each of two vmalloc failures that two CPUs printed into each other the headline that is left for it', () => {
    const failures = ['vmap allocation for size 3866624 failed: use vmalloc=<size> to increase size.', 'vmalloc: allocation failure: 3760332 bytes'];
    const log = [...failures, ...failures, 'a: page allocation failure: order:0, mode:0x24000c0', 'b: page allocation failure: order:0, mode:0x24000c0'].join('\n');
    expect(parseLog(log).map(({ kind, comm, detail }) => [kind, comm, detail['mappingBytes']])).toEqual([['vmalloc-failure', 'b', 3866624], ['vmalloc-failure', 'a', 3866624]]);
  });

  it('takes the machine, which some vendors call host, for no control group', () => {
    expect(parseLog('x invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\nTask in / killed as a result of limit of host').map(({ detail }) => Object.keys(detail))).toEqual([['oomScoreAdj']]);
  });

  it('keeps the trace in front of a memory part whose headline is lost, if it is one of an allocation', () => {
    const report = (innermost: string, ...between: string[]): string => [`CPU: 0 PID: 1 Comm: dump Not tainted 6.1.0 #1`, ` ${innermost}+0x1/0x2`, ' kmalloc_order+0x1/0x2', ' core_dump+0x1/0x2', ...between, 'Mem-Info:', 'active_anon:1 inactive_anon:2 isolated_anon:0', 'Node 0 DMA free:16kB min:4kB low:8kB high:12kB'].join('\n');
    expect(one(report('__alloc_pages_slowpath'))).toMatchObject({ kind: 'mem-info', comm: 'dump', pid: 1, cpu: 0, kernel: '6.1.0', site: 'core_dump', truncated: true });
    expect(one(report('wait_for_completion'))).toMatchObject({ kind: 'mem-info', comm: null, stack: [] });
    expect(one(report('__alloc_pages_slowpath', 'a', 'b', 'c', 'd'))).toMatchObject({ kind: 'mem-info', stack: [] });
    expect(one(report('__alloc_pages_slowpath', 'CPU: 1 PID: 2 Comm: x Not tainted 6.1.0 #1', ' idle+0x1/0x2'))).toMatchObject({ stack: [] });
  });

  it('takes each lone line of a kill for a kill', () => {
    const line = (pid: number): string => `Killed process ${pid} (node), UID 1000, total-vm:606096kB, anon-rss:68308kB, file-rss:13648kB`;
    expect(parseLog(`${line(7)}\n${line(8)}`)).toMatchObject([{ kind: 'oom-kill', detail: { victim: 'node', victimPid: 7 } }, { detail: { victimPid: 8 } }]);
  });

  it('says when number, names and kernel can\'t belong together', () => {
    expect(one('a: page allocation failure: order:0, mode:0x24040c0(GFP_KERNEL|__GFP_COMP|__GFP_NORETRY)', '5.15.0')).toMatchObject({ mode: { consistent: false } });
  });

  it('takes the kernel that is named next to a report, not the one that is booted later, however the log comes in pieces', () => {
    const log = ['x: page allocation failure. order:1, mode:0x20', 'Linux version 2.6.18.2 (a@b) #1', 'y: page allocation failure. order:1, mode:0x20', 'Linux version 6.8.0 (a@b) #1'].join('\n');
    const kernels = [null, '2.6.18.2'];
    expect(parseLog(log).map(({ kernel }) => kernel)).toEqual(kernels);
    const parser = new LogParser();
    const events = [...new TextEncoder().encode(log)].flatMap((byte) => parser.push(Uint8Array.of(byte)));
    expect([...events, ...parser.flush()].map(({ kernel }) => kernel)).toEqual(kernels);
  });

  it('keeps the release of the boot banner and of the stack part above what the caller says', () => {
    expect(one('Linux version 2.6.18.2 (a@b) #1\nx: page allocation failure. order:1, mode:0x20', '4.4')).toMatchObject({ kernel: '2.6.18.2' });
    expect(one('x: page allocation failure. order:1, mode:0x20', '4.4')).toMatchObject({ kernel: '4.4' });
    expect(one('x: page allocation failure. order:1, mode:0x20')).toMatchObject({ kernel: null });
  });

  it.each([
    'x: page allocation failure. order:1, mode:0x20', 'x: page allocation failure: order:1, mode:0x20', '__alloc_pages: 0-order allocation failed (gfp=0x70/1)', 'a invoked oom-killer: gfp_mask=0xd0, order=2, oom_adj=-17, oom_score_adj=-1000',
    'x: page allocation failure: order:0, mode:0xcc0(GFP_KERNEL), nodemask=(null),cpuset=/,mems_allowed=0', 'x: page allocation failure: order:0, mode:0x14000c0(GFP_KERNEL), nodemask=(null)\nx cpuset=/ mems_allowed=0',
    'dd: page allocation stalls for 10ms, order:0, mode:0x24000c0(GFP_KERNEL)', 'a: vmalloc error: size 4096, page order 9, failed to allocate pages, mode:0xcc0(GFP_KERNEL), nodemask=(null)',
    'vmap allocation for size 36864 failed: use vmalloc=<size> to increase size', 'vmalloc: allocation failure: 2214858752 bytes\ncamsrc:src: page allocation failure: order:0, mode:0x80d2', 'SLUB: Unable to allocate memory on node -1 (gfp=0x20)', 'cma: cma_alloc: reserved: alloc failed, req-size: 1 pages, ret: -16',
    'FAULT_INJECTION: forcing a failure.\nname failslab, interval 1, probability 0, space 0, times 0', 'warn_alloc: 5 callbacks suppressed',
    'a invoked oom-killer: gfp_mask=0x14200ca(GFP_HIGHUSER_MOVABLE), nodemask=(null),  order=2, oom_score_adj=5',
  ])('prints a headline back as it was: %j', (text) => {
    const [event] = parseLog(text);
    expect(event === undefined ? '' : kernelText(event)).toBe(`${text}\n`);
  });
});
