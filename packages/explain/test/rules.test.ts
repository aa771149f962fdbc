import { failureEvent, type FailureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { defaultRules, explain, factsOf, type Cause, type Rule, type Severity } from '../src/index.js';
import { blocks, IOCTL, MOUNT, RECEIVE, refused, zone, type Asked } from './build.js';

function rule(name: string): Rule {
  const found = defaultRules.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no rule ${name}`);
  return found;
}

const applied = (name: string, event: FailureEvent): ReturnType<Rule['applies']> => rule(name).applies(event, factsOf(event));

interface Case {
  readonly rule: string;
  readonly cause: Cause;
  readonly severity: Severity;
  readonly holds: FailureEvent;
  readonly fails: FailureEvent;
}

const low = zone({ freePages: 300 });
const maskless = (one: FailureEvent['zones'][number]): FailureEvent => failureEvent({ kind: 'page-allocation-failure', order: 0, zones: [one] });
const vmalloc = (bytes: number | null, detail: FailureEvent['detail'] = {}, more: Asked = {}): FailureEvent => refused({ kind: 'vmalloc-failure', bytes, detail, ...more });
const dma = zone({ name: 'DMA', freePages: 2, minPages: 70, managedPages: 3840, lowmemReserve: [0, 200, 200, 200], freeBlocks: blocks('2U') });
/** A 32-bit machine whose HighMem is left out. */
const unlisted = (freePages: number): FailureEvent['zones'] => [zone({ name: 'DMA', node: null, freePages: 100, minPages: 30, managedPages: 3977, lowmemReserve: [0, 833, 3008, 3008] }), zone({ node: null, freePages, managedPages: 213_582, lowmemReserve: [0, 0, 17_400, 17_400] })];
const highmem = zone({ name: 'HighMem', freePages: 200_000, minPages: 128 });
const cmaOnly = zone({ freePages: 60_000, freeCmaPages: 59_500, freeBlocks: blocks('300U 50U 0 0 0 0 0 0 0 0 58C') });
const highOnly = zone({ freePages: 2700, minPages: 1500, freeBlocks: blocks('505H 357H 201H 65H 1H') });
const spent = (active_file: number): FailureEvent => refused({
  order: 8, memory: { active_anon: 0, inactive_anon: 0, active_file, inactive_file: 0, slab_unreclaimable: 3_900_000, total_swap: 0 }, zones: [zone({ freePages: 1400, freeBlocks: blocks('400U 500U') })],
});
const hugeStack = ['warn_alloc', '__alloc_pages', 'vma_alloc_folio', 'do_huge_pmd_anonymous_page', '__handle_mm_fault'];

const CASES: readonly Case[] = [
  { rule: 'fault-injected', cause: 'injected', severity: 'benign', holds: failureEvent({ kind: 'fault-injection' }), fails: refused() },
  { rule: 'fault-injected', cause: 'injected', severity: 'benign', holds: failureEvent({ kind: 'fault-injection', reason: 'injected', bytes: 64 }), fails: failureEvent({ kind: 'page-allocation-failure', bytes: 64 }) },
  { rule: 'runtime-refused', cause: 'exhausted', severity: 'watch', holds: failureEvent({ kind: 'page-allocation-failure', bytes: 2 ** 40 }), fails: failureEvent({ kind: 'page-allocation-failure', source: { file: null, line: 1 } }) },
  { rule: 'runtime-refused', cause: 'constraint', severity: 'watch', holds: failureEvent({ kind: 'page-allocation-failure', bytes: 65_536, reason: 'limit' }), fails: failureEvent({ kind: 'page-allocation-failure', bytes: 65_536, order: 0, kernel: 'linux-6.12', reason: 'limit' }) },
  { rule: 'order-too-large', cause: 'size', severity: 'watch', holds: failureEvent({ kind: 'order-too-large' }), fails: refused({ order: 10 }) },
  { rule: 'order-too-large', cause: 'size', severity: 'watch', holds: refused({ order: 11, zones: [zone()] }), fails: refused({ order: 11, zones: [zone({ freeBlocks: [...blocks('90000U'), { count: 0, types: '' }] })] }) },
  { rule: 'order-too-large', cause: 'size', severity: 'watch', holds: refused({ order: 11, kernel: '2.6.18' }), fails: refused({ order: 11 }) },
  { rule: 'vmalloc-size', cause: 'size', severity: 'watch', holds: vmalloc(18_446_744_071_562_596_000), fails: vmalloc(32_768) },
  { rule: 'vmalloc-size', cause: 'size', severity: 'watch', holds: vmalloc(3_000_000_000), fails: vmalloc(3_000_000_000, { allocatedBytes: 1_000_000 }, { arch: 'ppc' }) },
  { rule: 'vmalloc-size', cause: 'size', severity: 'watch', holds: vmalloc(0), fails: vmalloc(4096) },
  { rule: 'vmalloc-size', cause: 'size', severity: 'watch', holds: vmalloc(0, { why: 'vm_struct allocation failed' }), fails: vmalloc(0, { why: 'failed to allocate pages' }) },
  { rule: 'vmalloc-pages', cause: 'exhausted', severity: 'act', holds: vmalloc(0, { why: 'failed to allocate pages' }), fails: refused() },
  { rule: 'vmalloc-pages', cause: 'exhausted', severity: 'watch', holds: vmalloc(0, { why: 'failed to allocate pages' }, { flags: 'GFP_KERNEL|__GFP_HIGHMEM|__GFP_NORETRY' }), fails: refused() },
  { rule: 'highatomic-held', cause: 'highatomic-held', severity: 'act', holds: refused({ kind: 'oom-kill', kernel: '4.8.0', zones: [highOnly] }), fails: refused({ kind: 'oom-kill', kernel: '6.5.0', zones: [zone({ freePages: 1500, reservedHighatomicPages: 1024 })] }) },
  { rule: 'nowait', cause: 'opportunistic', severity: 'watch', holds: refused({ flags: '__GFP_ZERO', comm: 'swapper/0', pid: 0, at: 1_941_624 }), fails: refused({ flags: '__GFP_KSWAPD_RECLAIM', comm: 'swapper/0', pid: 0, at: 1_941_624 }) },
  { rule: 'too-early', cause: 'too-early', severity: 'watch', holds: refused({ flags: '__GFP_ZERO', comm: 'swapper/0', pid: 0, at: 1_900 }), fails: refused({ flags: '__GFP_ZERO', comm: 'swapper/0', pid: 0, at: 1_941_624 }) },
  { rule: 'cgroup-oom', cause: 'cgroup-limit', severity: 'act', holds: failureEvent({ kind: 'oom-kill', detail: { victim: null, wentOn: true } }), fails: failureEvent({ kind: 'oom-kill', order: -1, detail: { victim: null, wentOn: true } }) },
  { rule: 'cgroup-oom', cause: 'cgroup-limit', severity: 'act', holds: refused({ kind: 'oom-kill', flags: 'GFP_NOFS' }), fails: refused({ kind: 'oom-kill', flags: 'GFP_NOFS|__GFP_NOFAIL' }) },
  { rule: 'cgroup-oom', cause: 'cgroup-limit', severity: 'act', holds: failureEvent({ kind: 'oom-kill', detail: { victim: 'a', cgroupLimit: true } }), fails: failureEvent({ kind: 'oom-kill', detail: { victim: 'a' } }) },
  { rule: 'cgroup-oom', cause: 'cgroup-limit', severity: 'act', holds: refused({ kind: 'oom-kill', stack: ['oom_kill_process', '__mem_cgroup_try_charge', 'mem_cgroup_charge_common', 'do_read_fault', '__alloc_pages_nodemask'] }), fails: refused({ kind: 'oom-kill', stack: ['oom_kill_process', 'out_of_memory', '__alloc_pages_nodemask', 'mem_cgroup_charge_common'] }) },
  { rule: 'cgroup-oom', cause: 'cgroup-limit', severity: 'act', holds: refused({ kind: 'oom-kill', stack: ['dump_header', 'find_lock_task_mm', 'try_get_mem_cgroup_from_mm'] }), fails: refused({ kind: 'oom-kill', stack: ['dump_header', 'find_lock_task_mm'] }) },
  { rule: 'cgroup-oom', cause: 'cgroup-limit', severity: 'act', holds: refused({ kind: 'oom-kill', detail: { oomScoreAdj: 968 } }), fails: refused({ kind: 'oom-kill', detail: { oomScoreAdj: -999 } }) },
  { rule: 'cgroup-oom', cause: 'cgroup-limit', severity: 'act', holds: refused({ kind: 'oom-kill', detail: { oomScoreAdj: -997 } }), fails: refused({ kind: 'oom-kill', detail: { oomScoreAdj: -900 } }) },
  { rule: 'cgroup-oom', cause: 'cgroup-limit', severity: 'act', holds: refused({ kind: 'oom-kill', detail: { oomScoreAdj: 0 } }), fails: refused({ kind: 'oom-kill', flags: 'GFP_HIGHUSER_MOVABLE', detail: { oomScoreAdj: 0 } }) },
  { rule: 'cgroup-oom', cause: 'cgroup-limit', severity: 'act', holds: refused({ kind: 'oom-kill', detail: { oomScoreAdj: 0 } }), fails: refused({ kind: 'oom-kill', detail: { oomScoreAdj: 0, victim: 'gizmo' } }) },
  { rule: 'oom-kill', cause: 'exhausted', severity: 'act', holds: refused({ kind: 'oom-kill', order: 2 }), fails: refused({ order: 2 }) },
  { rule: 'exhausted', cause: 'exhausted', severity: 'act', holds: spent(0), fails: spent(900_000) },
  { rule: 'vmalloc-size', cause: 'size', severity: 'watch', holds: vmalloc(2_214_858_752, {}, { arch: 'arm', kernel: '3.12.23' }), fails: vmalloc(2_214_858_752, {}, { arch: 'x86_64' }) },
  { rule: 'vmalloc-size', cause: 'size', severity: 'watch', holds: vmalloc(99_999_999, { why: 'exceeds total pages' }), fails: vmalloc(99_999_999, { why: 'failed to allocate pages' }) },
  { rule: 'vmalloc-space', cause: 'vmalloc-space', severity: 'act', holds: vmalloc(1_189_956, { why: 'vm_struct allocation failed' }), fails: vmalloc(1_189_956, { why: 'failed to allocate pages' }) },
  { rule: 'vmalloc-space', cause: 'vmalloc-space', severity: 'act', holds: vmalloc(8192, { why: 'vm_struct allocation failed' }, { arch: 'arm64' }), fails: vmalloc(8192, { why: 'failed to map pages' }, { kind: 'oom-kill' }) },
  { rule: 'vmalloc-pages', cause: 'exhausted', severity: 'act', holds: vmalloc(4_194_304, { why: 'failed to allocate pages' }), fails: refused() },
  { rule: 'vmalloc-pages', cause: 'transient', severity: 'watch', holds: vmalloc(4_194_304, { why: 'failed to allocate pages' }, { zones: [zone()] }), fails: refused({ zones: [zone()] }) },
  { rule: 'vmalloc-pages', cause: 'exhausted', severity: 'watch', holds: vmalloc(409_600, { why: 'failed to map pages' }), fails: refused() },
  { rule: 'vmalloc-pages', cause: 'unknown', severity: 'watch', holds: vmalloc(409_600, { why: 'failed to map pages' }, { zones: [zone()] }), fails: vmalloc(409_600, { why: 'vm_struct allocation failed' }, { zones: [zone()] }) },
  { rule: 'vmalloc-pages', cause: 'opportunistic', severity: 'benign', holds: vmalloc(4_194_304, { why: 'page order 9, failed to allocate pages' }), fails: refused() },
  { rule: 'allocation-stall', cause: 'exhausted', severity: 'act', holds: refused({ kind: 'allocation-stall', kernel: '4.12.0', detail: { stallMs: 10_273 } }), fails: refused() },
  { rule: 'allocation-stall', cause: 'opportunistic', severity: 'benign', holds: refused({ kind: 'allocation-stall', kernel: '4.12.0', order: 9, comm: 'khugepaged' }), fails: refused() },
  { rule: 'allocation-stall', cause: 'opportunistic', severity: 'act', holds: refused({ kind: 'allocation-stall', kernel: '4.12.0', order: 9, stack: hugeStack }), fails: refused({ kind: 'allocation-stall', kernel: '4.12.0', order: 9, comm: 'khugepaged', stack: ['khugepaged'] }) },
  { rule: 'cgroup-oom', cause: 'cgroup-limit', severity: 'act', holds: refused({ kind: 'oom-kill', detail: { constraint: 'CONSTRAINT_MEMCG', cgroup: '/docker/x' } }), fails: refused({ kind: 'oom-kill', detail: { constraint: 'CONSTRAINT_NONE' } }) },
  { rule: 'oom-kill', cause: 'exhausted', severity: 'act', holds: refused({ kind: 'oom-kill', zones: [zone({ freePages: 900 })] }), fails: refused() },
  { rule: 'oom-constraint', cause: 'constraint', severity: 'act', holds: refused({ kind: 'oom-kill', detail: { constraint: 'CONSTRAINT_CPUSET' } }), fails: refused() },
  { rule: 'oom-fragmentation', cause: 'fragmentation', severity: 'act', holds: refused({ kind: 'oom-kill', order: 3, zones: [zone({ freeBlocks: blocks('90000U 5000U') })] }), fails: refused() },
  { rule: 'oom-fragmentation', cause: 'fragmentation', severity: 'act', holds: refused({ kind: 'oom-kill', order: 3, zones: [zone({ freePages: 25_000, freeBlocks: [] })] }), fails: refused({ kind: 'oom-kill', order: 3, zones: [zone({ freePages: 1200, freeBlocks: [] })] }) },
  { rule: 'slub-shortage', cause: 'opportunistic', severity: 'benign', holds: refused({ kind: 'slub-failure', kernel: '5.0.4', flags: '__GFP_KSWAPD_RECLAIM', detail: { cache: 'bt_work' } }), fails: refused({ flags: '__GFP_KSWAPD_RECLAIM' }) },
  { rule: 'oom-of-fault', cause: 'unknown', severity: 'act', holds: refused({ kind: 'oom-kill', flags: '', stack: ['pagefault_out_of_memory', 'do_page_fault'], zones: [zone()] }), fails: refused({ kind: 'oom-kill', flags: '', stack: ['bpf_out_of_memory'] }) },
  { rule: 'oom-of-fault', cause: 'unknown', severity: 'act', holds: refused({ kind: 'oom-kill', flags: '' }), fails: refused({ kind: 'oom-kill', flags: '', zones: [zone({ freePages: 900 })] }) },
  { rule: 'oom-by-hand', cause: 'unknown', severity: 'benign', holds: refused({ kind: 'oom-kill', order: -1 }), fails: refused() },
  { rule: 'slub-shortage', cause: 'opportunistic', severity: 'benign', holds: refused({ kind: 'slub-failure', flags: 'GFP_KERNEL|__GFP_NORETRY', detail: { cache: 'kmalloc-16k' } }), fails: refused({ flags: 'GFP_KERNEL|__GFP_NORETRY' }) },
  { rule: 'slub-shortage', cause: 'fragmentation', severity: 'watch', holds: refused({ kind: 'slub-failure', detail: { cache: 'page_table', objectBytes: 32_768, bufferBytes: 65_536, minOrder: 4 } }), fails: refused() },
  { rule: 'slub-shortage', cause: 'fragmentation', severity: 'watch', holds: refused({ kind: 'slub-failure', flags: 'GFP_ATOMIC', detail: { cache: 'kmalloc-4k', objectBytes: 4096, bufferBytes: 8192, minOrder: 1 } }), fails: refused() },
  { rule: 'no-headline', cause: 'exhausted', severity: 'watch', holds: failureEvent({ kind: 'mem-info', zones: [zone({ name: 'DMA', freePages: 3977, minPages: 41, lowmemReserve: [0, 2819, 6323, 6323] }), zone({ freePages: 900 })] }), fails: refused() },
  { rule: 'no-headline', cause: 'exhausted', severity: 'watch', holds: failureEvent({ kind: 'mem-info', zones: [zone({ freePages: 900 })] }), fails: failureEvent({ kind: 'mem-info', zones: [zone({ name: 'DMA', freePages: 3977, minPages: 41, lowmemReserve: [0, 2819, 6323, 6323] })] }) },
  { rule: 'slub-cgroup', cause: 'cgroup-limit', severity: 'act', holds: refused({ kind: 'slub-failure', kernel: '4.4.0', flags: 'GFP_ATOMIC', detail: { cache: 'kmalloc-128(1793:c8edefa9)' } }), fails: refused({ kind: 'slub-failure', kernel: '4.4.0', flags: 'GFP_ATOMIC', detail: { cache: 'kmalloc-128' } }) },
  { rule: 'slub-shortage', cause: 'atomic-reserve', severity: 'watch', holds: refused({ kind: 'slub-failure', flags: 'GFP_ATOMIC', detail: { cache: 'skbuff_head_cache' } }), fails: refused({ flags: 'GFP_ATOMIC' }) },
  { rule: 'cgroup-oom', cause: 'cgroup-limit', severity: 'act', holds: refused({ kind: 'oom-kill', stack: ['out_of_memory', 'mem_cgroup_out_of_memory', 'try_charge'] }), fails: refused({ kind: 'oom-kill', stack: ['out_of_memory', '__alloc_pages_slowpath'] }) },
  { rule: 'slub-node', cause: 'constraint', severity: 'act', holds: refused({ kind: 'slub-failure', detail: { cache: 'kmalloc-192', node: 2, node0: 'slabs: 1', node1: 'slabs: 1' } }), fails: refused({ kind: 'slub-failure', detail: { cache: 'kmalloc-192', node: -1, node0: 'slabs: 1' } }) },
  { rule: 'cma-failure', cause: 'cma-held', severity: 'act', holds: failureEvent({ kind: 'cma-failure', detail: { pages: 2048, error: -12 } }), fails: refused() },
  { rule: 'cma-failure', cause: 'cma-held', severity: 'watch', holds: failureEvent({ kind: 'cma-failure', detail: { pages: 1, error: -16 } }), fails: refused() },
  { rule: 'too-early', cause: 'too-early', severity: 'watch', holds: refused({ comm: 'swapper', pid: 0, at: 0, zones: [zone({ freePages: 0, managedPages: 0 })] }), fails: refused({ comm: 'swapper/0', pid: 1, at: 1200, zones: [zone()] }) },
  { rule: 'too-early', cause: 'too-early', severity: 'watch', holds: refused({ comm: 'swapper', pid: 0, at: 0, flags: '__GFP_ZERO' }), fails: refused({ comm: 'swapper', pid: 0, at: 0, flags: '__GFP_KSWAPD_RECLAIM|__GFP_ZERO' }) },
  { rule: 'named-try', cause: 'opportunistic', severity: 'benign', holds: refused({ order: 8, site: 'try_alloc_ios' }), fails: refused({ order: 8, site: 'alloc_ios' }) },
  { rule: 'exhausted', cause: 'exhausted', severity: 'act', holds: refused({ order: 4, memory: { active_anon: 1_200_000, inactive_anon: 8_800_000, active_file: 1200, inactive_file: 1300, total_swap: 2_883_584, free_swap: 0 } }), fails: refused({ order: 4, memory: { active_anon: 1_200_000, inactive_anon: 800_000, active_file: 901_200, inactive_file: 1300, total_swap: 0, free_swap: 0 } }) },
  { rule: 'dma-zone', cause: 'zone-limit', severity: 'act', holds: refused({ order: 2, flags: 'GFP_KERNEL|GFP_DMA32', stack: ['dma_alloc_attrs', 'gizmo_probe'] }), fails: refused({ order: 2, stack: ['dma_alloc_attrs', 'gizmo_probe'] }) },
  { rule: 'dma-zone', cause: 'zone-limit', severity: 'watch', holds: refused({ order: 3, flags: 'GFP_KERNEL|GFP_DMA32' }), fails: refused({ order: 7, flags: 'GFP_NOIO|GFP_DMA32' }) },
  { rule: 'dma-zone', cause: 'zone-limit', severity: 'watch', holds: refused({ order: 8, flags: 'GFP_KERNEL|GFP_DMA32', comm: 'swapper/0', pid: null }), fails: refused({ order: 8, flags: 'GFP_KERNEL|GFP_DMA32', comm: 'swapper', pid: null }) },
  { rule: 'retry-not-wanted', cause: 'opportunistic', severity: 'benign', holds: refused({ order: 4, flags: 'GFP_KERNEL|__GFP_RETRY_MAYFAIL', kernel: '4.14.0' }), fails: refused({ order: 4, flags: 'GFP_KERNEL|__GFP_REPEAT', kernel: '4.9.0' }) },
  { rule: 'reserves-gone', cause: 'exhausted', severity: 'act', holds: refused({ flags: 'GFP_ATOMIC|__GFP_MEMALLOC' }), fails: refused({ order: 3, flags: 'GFP_ATOMIC|__GFP_MEMALLOC' }) },
  { rule: 'vmalloc-space', cause: 'vmalloc-space', severity: 'act', holds: vmalloc(430_080, { why: 'vm_struct allocation failed' }, { comm: 'modprobe' }), fails: vmalloc(0, { why: 'x' }, { kind: 'oom-kill' }) },
  { rule: 'suppressed-only', cause: 'unknown', severity: 'watch', holds: failureEvent({ kind: 'suppressed', suppressed: 7 }), fails: refused() },
  { rule: 'no-headline', cause: 'exhausted', severity: 'act', holds: failureEvent({ kind: 'mem-info', zones: [zone({ freePages: 300 })] }), fails: failureEvent({ kind: 'mem-info', zones: [zone({ freePages: 400 })] }) },
  { rule: 'no-headline', cause: 'unknown', severity: 'benign', holds: failureEvent({ kind: 'mem-info', zones: [zone()] }), fails: refused() },
  { rule: 'no-headline', cause: 'unknown', severity: 'watch', holds: failureEvent({ kind: 'mem-info', zones: [zone({ freePages: 900, lowmemReserve: [0, 0, 99] }), zone({ name: 'HighMem' })] }), fails: refused() },
  { rule: 'no-headline', cause: 'exhausted', severity: 'watch', holds: failureEvent({ kind: 'mem-info', zones: [zone({ freePages: 900 })] }), fails: refused() },
  { rule: 'huge-page', cause: 'opportunistic', severity: 'benign', holds: refused({ order: 9, stack: hugeStack }), fails: refused({ order: 9, stack: IOCTL }) },
  { rule: 'memory-hotplug', cause: 'opportunistic', severity: 'benign', holds: refused({ order: 9, stack: ['__alloc_pages', 'vmemmap_alloc_block', 'vmemmap_populate', 'add_memory'] }), fails: refused({ order: 9, stack: MOUNT }) },
  { rule: 'retry-not-wanted', cause: 'opportunistic', severity: 'benign', holds: refused({ order: 3, flags: 'GFP_KERNEL|__GFP_NORETRY' }), fails: refused({ order: 3, flags: 'GFP_KERNEL' }) },
  { rule: 'retry-not-wanted', cause: 'opportunistic', severity: 'benign', holds: refused({ order: 2, flags: 'GFP_NOFS|__GFP_RETRY_MAYFAIL' }), fails: refused({ order: 0, flags: 'GFP_NOFS|__GFP_RETRY_MAYFAIL' }) },
  { rule: 'retry-not-wanted', cause: 'opportunistic', severity: 'watch', holds: refused({ order: 5, flags: 'GFP_KERNEL|__GFP_NORETRY', stack: MOUNT }), fails: refused({ order: 5, stack: MOUNT }) },
  { rule: 'no-reserves-wanted', cause: 'opportunistic', severity: 'benign', holds: refused({ flags: '__GFP_KSWAPD_RECLAIM|__GFP_NOMEMALLOC', order: 3 }), fails: refused({ flags: 'GFP_ATOMIC', order: 3 }) },
  { rule: 'no-reserves-wanted', cause: 'opportunistic', severity: 'benign', holds: refused({ flags: 'GFP_NOFS|__GFP_NOMEMALLOC', comm: 'kswapd0' }), fails: refused({ flags: 'GFP_NOFS|__GFP_NOMEMALLOC' }) },
  { rule: 'node-constraint', cause: 'constraint', severity: 'act', holds: refused({ memsAllowed: '0', zones: [low, zone({ node: 1 })] }), fails: refused({ memsAllowed: '0-1', zones: [low, zone({ node: 1 })] }) },
  { rule: 'node-constraint', cause: 'constraint', severity: 'benign', holds: refused({ flags: 'GFP_KERNEL|__GFP_THISNODE', zones: [low] }), fails: refused({ zones: [low] }) },
  { rule: 'dma-zone', cause: 'zone-limit', severity: 'watch', holds: refused({ flags: 'GFP_ATOMIC|GFP_DMA', zones: [dma] }), fails: refused({ flags: 'GFP_ATOMIC', zones: [dma, low] }) },
  { rule: 'dma-zone', cause: 'zone-limit', severity: 'watch', holds: refused({ flags: 'GFP_KERNEL|GFP_DMA', zones: [{ ...dma, managedPages: 0, freePages: 0 }] }), fails: refused({ flags: 'GFP_KERNEL|GFP_DMA', zones: [{ ...dma, freePages: 3000, freeBlocks: blocks('0 0 0 0 0 0 0 0 0 0 3U') }] }) },
  { rule: 'reserves-gone', cause: 'exhausted', severity: 'act', holds: refused({ flags: 'GFP_KERNEL|__GFP_MEMALLOC', zones: [zone({ freePages: 0, freeBlocks: blocks('0') })] }), fails: refused({ zones: [low] }) },
  { rule: 'reserves-gone', cause: 'exhausted', severity: 'act', holds: refused({ flags: 'GFP_ATOMIC|__GFP_MEMALLOC' }), fails: refused({ flags: 'GFP_ATOMIC' }) },
  { rule: 'cma-held', cause: 'cma-held', severity: 'watch', holds: refused({ order: 10, flags: 'GFP_ATOMIC', zones: [cmaOnly] }), fails: refused({ order: 10, flags: 'GFP_HIGHUSER_MOVABLE', zones: [cmaOnly] }) },
  { rule: 'cma-held', cause: 'cma-held', severity: 'watch', holds: refused({ order: 4, zones: [zone({ freePages: 1100, freeCmaPages: 150 })] }), fails: refused({ order: 4, zones: [zone({ freePages: 1100, freeCmaPages: 90 })] }) },
  { rule: 'tiny-machine', cause: 'exhausted', severity: 'act', holds: refused({ order: 9, zones: [zone({ managedPages: 1600, freePages: 795, minPages: 100, freeBlocks: blocks('3U 0 0 1U 1U 1U 1U 1U 2U') })] }), fails: refused({ order: 9, zones: [low] }) },
  { rule: 'highatomic-held', cause: 'highatomic-held', severity: 'watch', holds: refused({ flags: 'GFP_ATOMIC', kernel: '4.19.0', zones: [highOnly] }), fails: refused({ flags: 'GFP_ATOMIC', order: 2, kernel: '4.19.0', zones: [highOnly] }) },
  { rule: 'highatomic-held', cause: 'highatomic-held', severity: 'watch', holds: refused({ kernel: '6.5.0', zones: [zone({ freePages: 1500, reservedHighatomicPages: 1024 })] }), fails: refused({ kernel: '6.5.0', zones: [zone({ freePages: 900 })] }) },
  { rule: 'highatomic-held', cause: 'highatomic-held', severity: 'watch', holds: refused({ kernel: '6.5.0', zones: [zone({ freePages: 1050, reservedHighatomicPages: 120 })] }), fails: refused({ kernel: '6.5.0', zones: [zone({ freePages: 1050, reservedHighatomicPages: 60 })] }) },
  { rule: 'highatomic-held', cause: 'highatomic-held', severity: 'watch', holds: refused({ order: 2, zones: [zone({ freeBlocks: blocks('900U 0 90H 10H 0 0 2H') })] }), fails: refused({ order: 5, zones: [zone({ freeBlocks: blocks('900U 0 90H 10H 0 0 2H') })] }) },
  { rule: 'lowmem-of-32-bit', cause: 'zone-limit', severity: 'act', holds: refused({ zones: unlisted(900) }), fails: refused({ zones: unlisted(9000) }) },
  { rule: 'lowmem-of-32-bit', cause: 'zone-limit', severity: 'act', holds: refused({ zones: unlisted(900) }), fails: refused({ flags: 'GFP_HIGHUSER_MOVABLE', zones: unlisted(900) }) },
  { rule: 'lowmem-of-32-bit', cause: 'zone-limit', severity: 'act', holds: refused({ kernel: '5.4.0', zones: [zone({ freePages: 900, lowmemReserve: [0, 0, 5000] }), highmem] }), fails: refused({ kernel: '5.4.0', zones: [zone(), highmem] }) },
  { rule: 'out-of-reach', cause: 'zone-limit', severity: 'act', holds: refused({ zones: [low], memory: { free: 90_000 } }), fails: refused({ zones: [low], memory: { free: 310 } }) },
  { rule: 'nowait', cause: 'opportunistic', severity: 'benign', holds: refused({ flags: '__GFP_KSWAPD_RECLAIM', zones: [low] }), fails: refused({ flags: 'GFP_ATOMIC', zones: [low] }) },
  {
    rule: 'lowmem-reserve', cause: 'lowmem-reserve', severity: 'watch',
    holds: refused({ zones: [zone({ name: 'DMA32', freePages: 120_000, minPages: 180, managedPages: 350_000, lowmemReserve: [0, 0, 126_000, 126_000] }), zone({ freePages: 900 })] }),
    fails: refused({ zones: [zone({ name: 'DMA32', freePages: 100, minPages: 180, managedPages: 350_000, lowmemReserve: [0, 0, 126_000, 126_000] }), zone({ freePages: 900 })] }),
  },
  { rule: 'atomic-reserve', cause: 'atomic-reserve', severity: 'watch', holds: refused({ flags: 'GFP_ATOMIC', stack: RECEIVE, zones: [low] }), fails: refused({ flags: 'GFP_ATOMIC', stack: RECEIVE, zones: [zone()] }) },
  { rule: 'atomic-reserve', cause: 'atomic-reserve', severity: 'benign', holds: refused({ flags: 'GFP_ATOMIC', stack: ['get_zeroed_page', 'iommu_map_page', 'scsi_dma_map'] }), fails: refused({ flags: 'GFP_KERNEL', stack: ['iommu_map_page'] }) },
  { rule: 'exhausted', cause: 'exhausted', severity: 'act', holds: refused({ zones: [low] }), fails: refused({ flags: 'GFP_ATOMIC', zones: [low] }) },
  { rule: 'exhausted', cause: 'exhausted', severity: 'act', holds: refused(), fails: refused({ order: 4 }) },
  { rule: 'exhausted', cause: 'exhausted', severity: 'act', holds: refused({ zones: [zone({ minPages: null })] }), fails: refused({ zones: [zone()] }) },
  { rule: 'exhausted', cause: 'exhausted', severity: 'watch', holds: maskless(low), fails: maskless(zone()) },
  { rule: 'atomic-reserve', cause: 'atomic-reserve', severity: 'watch', holds: refused({ flags: 'GFP_ATOMIC', stack: RECEIVE, zones: [zone({ minPages: null })] }), fails: refused({ flags: 'GFP_ATOMIC', order: 1, stack: RECEIVE, zones: [zone({ minPages: null })] }) },
  { rule: 'fragmentation', cause: 'fragmentation', severity: 'act', holds: refused({ order: 6, stack: MOUNT, zones: [zone({ freeBlocks: blocks('90000UM 5000UM') })] }), fails: refused({ order: 6, stack: MOUNT, zones: [low] }) },
  {
    rule: 'lately-fragmented', cause: 'fragmentation', severity: 'watch',
    holds: refused({ order: 4, stack: IOCTL, zones: [zone({ freePages: 4205, freeBlocks: blocks('508UME 242UME 730UM 21UME 5UME 2M') })] }),
    fails: refused({ order: 4, stack: IOCTL, zones: [zone({ freeBlocks: blocks('508UME 242UME 730UM 21UME 5UME 2M 0 0 0 0 90M') })] }),
  },
  { rule: 'transient', cause: 'transient', severity: 'watch', holds: refused({ flags: 'GFP_ATOMIC', zones: [zone()] }), fails: refused({ flags: 'GFP_ATOMIC', zones: [low] }) },
  { rule: 'marks-too-high', cause: 'unknown', severity: 'act', holds: refused({ kind: 'oom-kill', zones: [zone({ freePages: 90_000, minPages: 260_000, managedPages: 210_000 })] }), fails: refused({ kind: 'oom-kill', zones: [zone({ freePages: 900 })] }) },
  { rule: 'marks-too-high', cause: 'unknown', severity: 'act', holds: refused({ memory: { ram: 1_000_000 }, zones: [zone({ freePages: 40_000, minPages: 24_848_000_000, managedPages: null, presentPages: null })] }), fails: refused({ memory: { ram: 1_000_000 }, zones: [zone({ freePages: 40_000, minPages: 50_000, managedPages: null, presentPages: null })] }) },
  { rule: 'marks-too-high', cause: 'exhausted', severity: 'act', holds: refused({ zones: [zone({ freePages: 90_000, minPages: 100_000, managedPages: 210_000 })] }), fails: refused({ zones: [zone({ freePages: 90_000, minPages: 100_000, boostPages: 98_000, managedPages: 210_000 })] }) },
  { rule: 'marks-too-high', cause: 'exhausted', severity: 'act', holds: refused({ kind: 'oom-kill', zones: [zone({ freePages: 90_000, minPages: 100_000, managedPages: 210_000 })] }), fails: refused({ kind: 'oom-kill', zones: [zone({ freePages: 9000, minPages: 100_000, managedPages: 210_000 })] }) },
  { rule: 'likely-fragmentation', cause: 'fragmentation', severity: 'watch', holds: refused({ order: 2, flags: 'GFP_ATOMIC' }), fails: refused({ order: 0, flags: 'GFP_ATOMIC' }) },
  { rule: 'likely-fragmentation', cause: 'fragmentation', severity: 'act', holds: refused({ order: 5, stack: MOUNT }), fails: refused({ order: 3, stack: MOUNT }) },
];

describe('each rule finds its own and leaves the rest', () => {
  it.each(CASES.map((one) => [one.rule, one.cause, one.severity, one] as const))('%s finds %s (%s)', (name, cause, severity, { holds, fails }) => {
    expect(applied(name, holds)).toMatchObject({ cause, severity });
    const other = applied(name, fails);
    expect(other?.cause === cause && other.severity === severity).toBe(false);
  });

  it('every rule but the last has a case', () => {
    expect(defaultRules.map(({ name }) => name).filter((name) => name !== 'unknown' && !CASES.some((one) => one.rule === name))).toEqual([]);
  });

  it('the last rule finds something in any event', () => {
    expect(applied('unknown', failureEvent({ kind: 'page-allocation-failure' }))).toMatchObject({ cause: 'unknown', confidence: 'guess' });
  });

  it('names and sources are given, and no name twice', () => {
    const names = defaultRules.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(defaultRules.every(({ source }) => source.length > 10)).toBe(true);
  });

  it.each(CASES.map((one) => [one.rule, one.cause, one] as const))('%s: every sentence ends as one, and what must be typed is not empty (%s)', (name, _cause, { holds }) => {
    const finding = applied(name, holds);
    expect(finding?.why.length).toBeGreaterThan(0);
    for (const sentence of [...(finding?.why ?? []), ...(finding?.advice.map(({ text }) => text) ?? [])]) expect(sentence).toMatch(/^[A-Z_$v0-9].*[.]$/s);
    for (const advice of finding?.advice ?? []) expect(advice.id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  });
});

describe('the order of rules', () => {
  it('the first that finds something decides, the others are also true', () => {
    const explanation = explain(refused({ order: 7, flags: 'GFP_USER|__GFP_NORETRY', zones: [zone({ freeBlocks: blocks('90000U') })] }));
    expect(explanation).toMatchObject({ rule: 'retry-not-wanted', cause: 'opportunistic' });
    expect(explanation.alsoTrue).toMatchObject([{ rule: 'fragmentation', cause: 'fragmentation' }]);
  });

  it("a user's own rule comes first when it is put first, and sees the facts", () => {
    const mine: Rule = {
      name: 'our-dpu', source: 'runbook 17',
      applies: (event, { path }) => (path?.role === 'network-receive' && event.comm === 'worker'
        ? { cause: 'opportunistic', severity: 'benign', confidence: 'inferred', why: ['Our card refills from a pool of its own.'], advice: [] } : null),
    };
    const event = refused({ flags: 'GFP_ATOMIC', stack: RECEIVE, zones: [low] });
    expect(explain(event, { rules: [mine, ...defaultRules] })).toMatchObject({ rule: 'our-dpu', severity: 'benign', alsoTrue: [{ rule: 'atomic-reserve' }] });
  });

  it('without any rule the verdict is unknown, to be watched', () => {
    expect(explain(refused(), { rules: [] })).toMatchObject({ cause: 'unknown', severity: 'watch', confidence: 'guess', rule: 'none' });
  });
});
