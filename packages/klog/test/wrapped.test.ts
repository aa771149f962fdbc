import type { FailureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { parseLog } from '../src/index.js';
import { wrap } from './carriers.js';

/** Lines that are longer than a mailer lets them be, of each kind of report. */
const LOGS: Readonly<Record<string, readonly string[]>> = {
  'a cache': [
    'SLUB: Unable to allocate memory on node -1, gfp=0x220(GFP_ATOMIC|__GFP_ZERO)', '  cache: skbuff_fclone_cache, object size: 472, buffer size: 512, default order: 2, min order: 0', '  node 0: slabs: 12, objs: 384, free: 0',
  ],
  'vmalloc, with a reason of several words': [
    'modprobe: vmalloc error: size 18446744071562596352, exceeds total pages, mode:0xcc0(GFP_KERNEL), nodemask=(null),cpuset=/,mems_allowed=0-1', 'CPU: 2 PID: 812 Comm: modprobe Not tainted 6.1.0-13-amd64 #1', 'Call Trace:',
    ' dump_stack+0x1/0x2', ' warn_alloc+0x3/0x4', ' __vmalloc_node_range+0x5/0x6', ' a_ring_of_descriptors_and_their_buffers_setup+0x1a2/0x2b0 [a_driver]',
  ],
  'vmalloc in two lines': [
    'vmalloc: allocation failure: 17178820608 bytes', 'a-program: page allocation failure: order:0, mode:0x24000c2', 'CPU: 0 PID: 12 Comm: a-program Not tainted 4.4.114 #1',
  ],
  'a stall': ['a-program: page allocation stalls for 10032ms, order:0, mode:0x24201ca(GFP_HIGHUSER_MOVABLE|__GFP_COLD), nodemask=(null)', 'a-program cpuset=/ mems_allowed=0', 'CPU: 1 PID: 7 Comm: a-program Not tainted 4.12.0 #1'],
  'a fault that was injected': ['FAULT_INJECTION: forcing a failure.', 'name fail_page_alloc, interval 1, probability 100, space 0, times 1', 'CPU: 1 UID: 0 PID: 7 Comm: a-program Not tainted 6.12.1 #1'],
  'an area of CMA': ['cma: cma_alloc: reserved: alloc failed, req-size: 2048 pages, ret: -12'],
  'an order that no kernel serves': ['WARNING: CPU: 1 PID: 12434 at mm/page_alloc.c:4832 __alloc_pages_noprof+0x156/0x1e0', 'CPU: 1 UID: 0 PID: 12434 Comm: a-program Not tainted 6.12.1 #1'],
  'such an order on a kernel of old, built in a folder of its own': [
    'WARNING: at /home/a-builder/kernels/linux-2.6.32/mm/page_alloc.c:1812 __alloc_pages_nodemask+0x617/0x730()', 'Hardware name: a machine', 'Pid: 7, comm: a-program Not tainted 2.6.32 #1',
  ],
  'a kill of old': [
    'a-program invoked oom-killer: gfp_mask=0x200da, order=0, oom_adj=-17, oom_score_adj=-1000', 'Killed process 28600 (a-program) total-vm:5012428kB, anon-rss:4959416kB, file-rss:12940kB',
  ],
  'a kill': [
    'a-program invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0', 'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a,task=b,pid=7,uid=0',
    'Memory cgroup out of memory: Killed process 7 (b) total-vm:5012428kB, anon-rss:4959416kB, file-rss:12940kB, shmem-rss:0kB, UID:0 pgtables:10160kB oom_score_adj:0',
  ],
  'a list of tasks': [
    'a-program invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0', '[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name',
    '[    812]  1000   812    25730     4181    94208        0             0 a-small-one', '[    813]  1000   813   725730   224181  5094208        0          -200 one-large', '[    814]     0   814   725730   214181  5094208     1200             0 one-large',
    'Out of memory: Killed process 813 (one-large) total-vm:2902920kB, anon-rss:896724kB, file-rss:0kB, shmem-rss:0kB, UID:1000 pgtables:4975kB oom_score_adj:-200',
  ],
  'frames of a Power machine': [
    'a-program: page allocation failure: order:5, mode:0x40dc0(GFP_KERNEL|__GFP_COMP|__GFP_ZERO), nodemask=(null),cpuset=/,mems_allowed=0', 'CPU: 5 PID: 344 Comm: a-program Not tainted 5.10.0-rc7.ppc64le #1', 'Call Trace:',
    '[c000000007eeb370] [c00000000079cce0] dump_stack+0xc4/0x114 (unreliable)', '[c000000007eeb3b0] [c00000000044cf4c] warn_alloc+0x12c/0x1c0', '[c000000007eeb450] [c000000000442f9c] ring_refill+0x7dc/0xa30 [nic]', '[c000000007eeb550] [c000000000443f9c] ring_open+0x7dc/0xa30 [nic 40df44e07c05479f7a6e7b90fba9f0e0031a7814]',
  ],
  'frames of an ARM machine': [
    'a-program: page allocation failure: order:5, mode:0x40dc0(GFP_KERNEL|__GFP_COMP|__GFP_ZERO), nodemask=(null),cpuset=/,mems_allowed=0', 'CPU: 0 PID: 344 Comm: a-program Not tainted 5.18.0 #1',
    ' dump_stack_lvl from warn_alloc+0xcc/0x17c', ' warn_alloc from __alloc_pages_slowpath.constprop.0+0xa0c/0xb84', ' __alloc_pages_slowpath.constprop.0 from __alloc_pages+0x1ac/0x1f8', ' __alloc_pages from a_ring_of_descriptors_and_their_buffers_setup+0x270/0x9e0',
  ],
  'a long word for a taint': ['a-program: page allocation failure. order:1, mode:0x20', 'Pid: 0, comm: a-program Tainted: G           --------------- H  2.6.32-279.9.1.el6.x86_64 #1', 'Call Trace:', ' [<ffffffff8112789f>] ? __alloc_pages_nodemask+0x77f/0x940'],
};

function told(event: FailureEvent): unknown {
  const { at: _at, source: _source, layout: _layout, ...rest } = event;
  return rest;
}

const PREFIXES: Readonly<Record<string, string>> = { none: '', stamps: '[  100.000001] ', syslog: 'Dec  5 01:07:09 host kernel: ' };

describe.each(Object.entries(LOGS))('a report whose lines a mailer has wrapped: %s', (_name, log) => {
  it.each(Object.entries(PREFIXES))('reads as it was, at any width; prefix: %s', (_prefix, prefix) => {
    const lines = log.map((line) => `${prefix}${line}`);
    const whole = parseLog(lines.join('\n')).map(told);
    for (let width = 62; width <= 110; width++) {
      for (const quote of ['', '> ']) {
        expect(parseLog(lines.flatMap((line) => wrap(line, width)).map((line) => `${quote}${line}`).join('\n')).map(told), `${width} columns, ${quote}`).toEqual(whole);
      }
    }
  });

  it.each([1, 2, 3])('reads as it was with %i blank lines between all of them', (blanks) => {
    for (const prefix of Object.values(PREFIXES)) {
      const lines = log.map((line) => `${prefix}${line}`);
      const spaced = ['A log', ...lines.flatMap((line) => wrap(line, 80))].join('\n'.repeat(blanks + 1));
      for (const text of [spaced, spaced.replaceAll('\n', '\r\n'), spaced.replace(/^/gm, '> ')]) expect(parseLog(text).map(told), prefix).toEqual(parseLog(lines.join('\n')).map(told));
    }
  });
});

it('the end of somebody\'s message is no frame, although it names a function and where in it', () => {
  const log = ['FAULT_INJECTION: forcing a failure.', 'name failslab, interval 1, probability 0, space 0, times 0', 'a-disk: metadata was damaged at\na_function_of_a_file_system+0x63c/0x760 [a_module] (a_file.c:1272).'].map((line) => `[   10.000001] ${line}`);
  expect(parseLog(log.join('\n'))).toMatchObject([{ kind: 'fault-injection', site: null, stack: [] }]);
});
