import { failureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { explain, factsOf, messageOf } from '../src/index.js';
import { blocks, RECEIVE, refused, zone } from './build.js';

const ambiguous = { mask: 0x20, names: null, from: 'ambiguous' as const, consistent: true };
const ids = (event: Parameters<typeof explain>[0]): readonly string[] => explain(event).advice.map(({ id }) => id);

describe('a report that names no kernel', () => {
  it('takes a bare number as the compound word that one era finds in it', () => {
    const event = failureEvent({
      kind: 'page-allocation-failure', order: 0,
      mode: { ...ambiguous, candidates: [{ era: '2.4.9 to 4.1', text: 'GFP_ATOMIC', names: ['GFP_ATOMIC'] }, { era: '4.4 to 6.19', text: '__GFP_HIGH', names: ['__GFP_HIGH'] }] },
    });
    expect(factsOf(event).permits).toMatchObject({ sleep: false, reserves: 'atomic' });
  });

  it('is as old as its layout', () => {
    const age = (fields: Parameters<typeof refused>[0]): readonly (string | undefined)[] => {
      const found = factsOf(refused({ kernel: null, ...fields })).age;
      return [found?.oldest.text, found?.newest.text];
    };
    expect(age({ detail: { form: '2.4' } })).toEqual(['2.4.0', '2.4.37']);
    expect(age({ detail: { stop: true } })).toEqual(['2.5.0', '2.6.39']);
    expect(age({ nodemask: '(null)', cpuset: '/' })[0]).toBe('5.0');
    expect(age({ zones: [zone({ boostPages: 0 })] })[0]).toBe('5.16');
    expect(age({ zones: [zone({ boostPages: null, reservedHighatomicPages: 0 })] })).toEqual(['5.5', '5.15']);
  });

  it('fits a call site whose kernel is possible, and nothing that needs the kernel for certain', () => {
    const event = refused({ kernel: null, order: 5, nodemask: '(null)', cpuset: '/', stack: ['__kmalloc', 'nfsd_reply_cache_init'] });
    expect(explain(event).signatures.map(({ id }) => id)).toEqual(['nfsd-reply-cache']);
    expect(explain(refused({ kernel: null, order: 1, flags: 'GFP_ATOMIC' })).signatures).toEqual([]);
  });
});

describe('a caller that is known to cope', () => {
  const event = refused({ kernel: '5.15.0', order: 3, flags: 'GFP_ATOMIC|__GFP_COMP', stack: ['warn_alloc', '__alloc_pages', 'alloc_rx_agg', 'r8152_poll', '__napi_poll', 'net_rx_action'] });

  it('is benign, and says why', () => {
    const { severity, means } = explain(event);
    expect({ severity, means }).toEqual({ severity: 'benign', means: 'The r8152 network adapter goes on with smaller buffers; later kernels ask for the large ones without a warning.' });
  });

  it('is no reason to upgrade where no kernel is silent yet', () => {
    expect(ids(refused({ kernel: '6.12.0', order: 5, stack: ['__alloc_pages', 'dma_direct_alloc', 'uvc_alloc_urb_buffers', 'v4l2_ioctl'] }))).not.toContain('upgrade-kernel');
  });
});

describe('the numbers of a moment later', () => {
  const passes = { zones: [zone()] };

  it('are told as such whatever the cause', () => {
    expect(explain(refused({ flags: 'GFP_KERNEL|__GFP_NORETRY', ...passes })).why.join(' ')).toContain('By the numbers printed Node 0 Normal would serve it now');
  });

  it('of a small request that may wait: perhaps the task was being killed', () => {
    expect(explain(refused(passes)).why[0]).toContain('the task was just being killed');
    expect(explain(refused({ flags: 'GFP_ATOMIC', ...passes })).why[0]).toContain('another CPU took it first');
  });
});

it('the zone in the message is the one that had enough in small pieces, not one that is kept from the request', () => {
  const dma = zone({ name: 'DMA', freePages: 1992, minPages: 10, managedPages: 3965, boostPages: null, lowmemReserve: [0, 1988, 1988, 1988], freeBlocks: blocks('44 94 76 42 22') });
  const dma32 = zone({ name: 'DMA32', freePages: 1972, minPages: 1397, boostPages: null, managedPages: 509_575, freeBlocks: blocks('1972U') });
  const event = refused({ kernel: '4.2.3', order: 1, flags: 'GFP_ATOMIC|__GFP_COMP', zones: [dma, dma32] });
  expect(messageOf(explain(event), event).why).toBe('enough was free, but not in one piece (Node 0 DMA32: 7.7 MiB free, the largest block 4 KiB).');
});

it('ring and MTU are for whoever fills a receive ring, not for a socket made on the way up', () => {
  const socket = ['warn_alloc', '__alloc_pages', 'kmem_cache_alloc', 'sk_prot_alloc', 'sk_clone_lock', 'tcp_create_openreq_child', 'tcp_v4_rcv', 'ip_rcv', 'virtnet_poll', 'net_rx_action'];
  expect(ids(refused({ order: 1, flags: 'GFP_ATOMIC', stack: socket }))).not.toContain('lower-mtu');
  expect(explain(refused({ order: 1, flags: 'GFP_ATOMIC', stack: socket })).title).toContain('for a new TCP connection');
  expect(ids(refused({ order: 1, flags: 'GFP_ATOMIC', stack: RECEIVE }))).toContain('lower-mtu');
});

it('ZFS at work: its cache is given a limit of a quarter of the memory', () => {
  const event = refused({ comm: 'z_wr_iss', flags: 'GFP_ATOMIC', zones: [zone({ freePages: 300 })] });
  expect(explain(event).advice.find(({ id }) => id === 'limit-arc')).toMatchObject({ command: 'echo 4095737856 > /sys/module/zfs/parameters/zfs_arc_max' });
  expect(ids(refused({ comm: 'z_wr_iss/1' }))).toContain('limit-arc');
  expect(ids(refused({ comm: 'nginx', flags: 'GFP_ATOMIC', zones: [zone({ freePages: 300 })] }))).not.toContain('limit-arc');
});

describe('numbers beside a cause bear it out', () => {
  const short = zone({ name: 'DMA', freePages: 90, minPages: 69, managedPages: 3840, lowmemReserve: [0, 34, 34, 34] });
  const said = (event: ReturnType<typeof refused>): string => messageOf(explain(event), event).why;

  it('a zone that would serve the request now leaves no number to show', () => {
    expect(said(refused({ flags: 'GFP_KERNEL|__GFP_NORETRY', zones: [short, zone({ name: 'DMA32' })] }))).toBe('the caller asked for a light attempt only, and has something to fall back on.');
  });

  it('where the line with the blocks is lost, the zone with enough is shown and not the one without', () => {
    const cut = zone({ freePages: 3831, minPages: 697, freeBlocks: [] });
    expect(said(refused({ order: 5, zones: [short, cut] }))).toBe('most likely enough was free, but not in one piece (Node 0 Normal: 3800 pages free for it, more than 697 needed).');
  });

  it('a small zone at the bottom of a cut report says nothing of the machine', () => {
    const bottom = zone({ name: 'DMA', freePages: 3328, highPages: 24, managedPages: 3840, lowmemReserve: [0, 2660, 15_392] });
    const top = zone({ lowmemReserve: [0, 0, 0] });
    const verdict = (...zones: readonly (typeof top)[]): string => explain(failureEvent({ kind: 'mem-info', zones })).severity;
    expect([verdict(bottom), verdict(bottom, top)]).toEqual(['watch', 'benign']);
  });

  it('a memory part without room or anything to free is of a machine that ran out, whatever its headline was', () => {
    const full = zone({ freePages: 700, lowmemReserve: [0, 0, 0] });
    const verdict = (memory: Record<string, number>): string => explain(failureEvent({ kind: 'mem-info', zones: [full], memory: { active_anon: 3_000_000, inactive_anon: 9000, ram: 4_194_304, reserved: 90_000, ...memory } })).severity;
    expect([verdict({ active_file: 0, inactive_file: 30, total_swap: 0, free_swap: 0 }), verdict({ active_file: 400_000, inactive_file: 300_000 })]).toEqual(['act', 'watch']);
  });

  it('a memory part with room in it is no harmless one where a trace of an allocation stands before it', () => {
    const { severity, why } = explain(failureEvent({ kind: 'mem-info', site: 'core_dump', stack: ['__alloc_pages_slowpath', 'kmalloc_order', 'core_dump'], zones: [zone({ freePages: 51_007, highPages: 3019 })] }));
    expect([severity, why[0]]).toEqual(['watch', 'The headline is missing; by the trace that is left core_dump() asked for what was not there: most likely a block of many pages, as enough single ones were free.']);
  });
});

it('no knob is named that the kernel did not have', () => {
  const old = failureEvent({ kind: 'page-allocation-failure', order: 0, kernel: '2.4.28', mode: { mask: 0x20, names: ['GFP_ATOMIC'], from: 'decoded', consistent: true, candidates: [] } });
  expect(ids(old)).not.toContain('raise-min-free-kbytes');
  expect(ids({ ...old, kernel: '2.6.18' })).toContain('raise-min-free-kbytes');
});

it('what is benign needs no tuning first', () => {
  const event = refused({ flags: 'GFP_ATOMIC', stack: ['warn_alloc', '__alloc_pages', 'alloc_iova', 'iommu_dma_map_sg', 'scsi_dma_map', 'nvme_queue_rq'] });
  expect({ severity: explain(event).severity, first: messageOf(explain(event), event).try }).toEqual({ severity: 'benign', first: 'Nothing needs doing.' });
});

it('memory in inodes and dentries is told as such, and not as hidden', () => {
  const event = refused({ kind: 'allocation-stall', memory: { active_anon: 200_000, inactive_anon: 0, active_file: 1000, inactive_file: 1000, slab_reclaimable: 2_000_000, slab_unreclaimable: 10_000 }, zones: [zone({ freePages: 300 })] });
  expect(explain(event).advice.find(({ id }) => id === 'find-slab')?.text).toContain('hold 7.6 GiB');
});

describe('the age of a kernel that names itself nowhere', () => {
  const ageOf = (mask: number, names: string[], event: Parameters<typeof failureEvent>[0] = { kind: 'page-allocation-failure' }): string | undefined =>
    factsOf(failureEvent({ ...event, mode: { mask, names, from: 'decoded', consistent: true, candidates: [] } })).age?.oldest.text;

  it.each([
    ['a number that only kernels without names meant so', ageOf(0x20, ['GFP_ATOMIC']), '3.0'],
    ['a number whose names were left out', ageOf(0xcc0, ['GFP_KERNEL']), '4.6'],
    ['a field of the memory part', ageOf(0xcc0, ['GFP_KERNEL'], { kind: 'page-allocation-failure', zones: [{ ...zone(), counters: { zspages: 9 } }] }), '6.15'],
    ['the words of a kill', ageOf(0xd0, ['GFP_KERNEL'], { kind: 'oom-kill', detail: { oomAdj: 0 } }), '2.6.32'],
  ])('is told by %s', (_what, oldest, expected) => { expect(oldest).toBe(expected); });
});
