import type { FailureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { explain, messageOf } from '../src/index.js';
import { blocks, refused, zone, type Asked } from './build.js';

const killed = (fields: Asked): FailureEvent => refused({ kind: 'oom-kill', ...fields });
const low = zone({ freePages: 300 });

describe('where the memory of a kill went', () => {
  const holder = (memory: Record<string, number>, flags = 'GFP_KERNEL'): { id: string; text: string } | undefined =>
    explain(killed({ zones: [low], flags, memory: { active_anon: 30, inactive_anon: 50, slab_unreclaimable: 10_000, ...memory } })).advice[0];

  it('is told of page cache that could not be freed, and how much of it waits to be written', () => {
    expect(holder({ active_file: 3_000_000, inactive_file: 400_000, dirty: 300_000, writeback: 500 })).toMatchObject({ id: 'find-cache', text: expect.stringContaining('Page cache holds 13.0 GiB of 15.3 GiB and could not be freed in time, 1.1 GiB of it not written out yet') as string });
    expect(holder({ active_file: 3_000_000, inactive_file: 400_000, dirty: 300, writeback: 0 })?.text).toContain('in time: look for');
  });

  it('is not told by a size that a cut line makes smaller than what is in the memory', () => {
    const cut = (managedPages: number): string | undefined => explain(killed({ zones: [zone({ freePages: 300, managedPages, presentPages: managedPages })], memory: { active_anon: 90_000, inactive_anon: 0, slab_unreclaimable: 9000 } })).advice[0]?.id;
    expect([cut(20_000), cut(120_000)]).toEqual(['find-consumer', 'find-consumer']);
    expect(explain(killed({ zones: [zone({ freePages: 300, managedPages: 20_000 })], memory: { active_anon: 90_000, inactive_anon: 0 } })).advice.map(({ text }) => text).join()).not.toContain('of 78');
  });

  it('is told of slab though a block was wanted in one piece', () => {
    const event = killed({ kernel: '2.6.28', order: 2, zones: [zone({ freePages: 91_000, freeBlocks: blocks('90000 500') })], memory: { slab: 3_300_000 } });
    expect(explain(event)).toMatchObject({ cause: 'fragmentation', advice: [{ id: 'find-slab' }, { id: 'use-kvmalloc' }] });
    expect(explain({ ...event, memory: { slab: 300 } }).advice.map(({ id }) => id)).toEqual(['use-kvmalloc']);
  });
});

describe('a kill while the kernel starts', () => {
  const BOOT = ['out_of_memory', '__alloc_pages', 'gizmo_init', 'do_one_initcall', 'kernel_init_freeable', 'kernel_init'];

  it('sends nobody to look for programs, or for swap', () => {
    const { advice, means, why } = explain(killed({ comm: 'swapper/0', pid: 1, stack: BOOT, memory: { total_swap: 0, free_swap: 0 } }));
    expect(advice.map(({ id }) => id)).toEqual(['more-memory', 'fit-kernel']);
    expect([means, why[0]]).toEqual([expect.stringContaining('can not start') as string, expect.stringContaining('while the kernel was still starting') as string]);
    expect(why.join(' ')).not.toContain('swap');
  });

  it('is one before there is any program, too', () => {
    const early = { comm: 'kthreadd', zones: [zone({ freePages: 0, managedPages: 27_000, presentPages: 13_000_000 })], memory: { active_anon: 0, inactive_anon: 0, active_file: 0, inactive_file: 0 } };
    expect(explain(killed(early)).advice[0]?.text).toBe('Give the machine more memory (it has 105 MiB; the rest of 49.6 GiB was reserved at boot, or is not set up yet: see crashkernel=, huge pages, the initramfs).');
    expect(explain(killed({ ...early, comm: 'cat' })).advice[0]?.id).not.toBe('more-memory');
  });
});

describe('a kill for a block in one piece', () => {
  const cutUp = { kernel: '4.7.0', order: 2, zones: [zone({ freePages: 5800, freeBlocks: blocks('4200UMH 300UM 5H 2H') })] };

  it('names who was killed', () => {
    expect(explain(killed({ ...cutUp, comm: 'kthreadd', detail: { victim: 'squid', victimPid: 222 } })).means).toBe('"squid" (pid 222) was killed; "kthreadd" only asked at the wrong moment.');
  });

  it('counts no block that is kept for others among those it could have had', () => {
    const event = killed(cutUp);
    expect(messageOf(explain(event), event).why).toBe('enough was free, but not in one piece (Node 0 Normal: 22.7 MiB free, the largest block it may use 8 KiB).');
  });
});

describe('a kill for a block that a low zone has a moment later', () => {
  const pieces = zone({ freePages: 90_000, freeBlocks: blocks('89000U 500U') });
  const few = (managedPages: number): ReturnType<typeof zone> => zone({ name: 'DMA32', managedPages, presentPages: managedPages, freePages: 70_000, freeBlocks: blocks('100U 0 900U') });
  const explained = (size: number): ReturnType<typeof explain> => explain(killed({ order: 2, zones: [few(size), pieces] }));

  it('is one for want of a block where most memory is in pieces', () => {
    expect(explained(400_000)).toMatchObject({ cause: 'fragmentation', severity: 'act' });
    expect(explained(400_000).why.join(' ')).toContain('Node 0 DMA32 would serve it now');
  });

  it('is none where most of it is not', () => {
    expect(explained(5_000_000).cause).toBe('exhausted');
  });
});

describe('a kill for the limit of a control group', () => {
  const group = (detail: FailureEvent['detail'], cpuset: string | null = null): { why: readonly string[]; advice: readonly { text: string }[] } => explain(killed({ cpuset, detail }));

  it.each([[1_048_576, 1_048_576, ' of 1 GiB'], [400_000, 1_048_576, '']])('tells the limit where %i kB of %i were taken', (cgroupUsageKb, cgroupLimitKb, told) => {
    expect(group({ cgroup: '/jobs', cgroupUsageKb, cgroupLimitKb }).why[0]).toBe(`The control group /jobs reached its own memory limit${told}; that of the machine was not reached.`);
  });

  it('names the group in full, however deep it lies', () => {
    const pod = 'pod0a1b2c3d_0000_1111_2222_0123456789ab';
    expect(group({ cgroup: `/${'outer-slice/'.repeat(30)}${pod}.slice` }).advice[0]?.text).toContain('0a1b2c3d-0000-1111-2222-0123456789ab');
  });

  it.each([['docker-', '.scope'], ['cri-containerd-', '.scope'], ['', '']])('names the container by the cpuset %s...%s where no group is named', (before, behind) => {
    expect(group({ cgroupLimit: true }, `${before}${'0123456789ab'.padEnd(64, 'f')}${behind}`).advice[0]?.text).toContain('of container 0123456789ab or');
    expect(group({ cgroupLimit: true }, `${before}web${behind}`).advice[0]?.text).toContain('of the container, or');
  });
});

describe('a kill of a task in a cpuset, cut behind its headline', () => {
  const first = (cpuset: string, detail: FailureEvent['detail'] = {}): string | undefined => explain(killed({ flags: 'GFP_HIGHUSER_MOVABLE', cpuset, detail })).advice[0]?.text;

  it('may be for the limit of what the cpuset is of', () => {
    expect(first('web')).toContain('as that of a container is');
    expect(first('vcpu3')).toContain('as that of a virtual machine is');
    expect(first('web', { constraint: 'CONSTRAINT_NONE' })).not.toContain('cpuset');
  });
});

describe('a kill after which the kernel stopped', () => {
  it('tells of both', () => {
    const { means, why } = explain(killed({ detail: { victim: 'getty', victimPid: 2530, panic: true } }));
    expect([means, why[0]]).toEqual(['"getty" (pid 2530) was killed, and then the kernel stopped (panic): nobody was left to kill.', expect.stringContaining('killed a process, and then stopped') as string]);
  });
});

describe('a cache that could not grow', () => {
  it.each([['SLAB', { defaultOrder: 4 }], ['SLUB', { minOrder: 4 }]])('for want of a block, as %s has it', (allocator, order) => {
    const { title, cause } = explain(refused({ kind: 'slub-failure', detail: { allocator, cache: 'size-65536', ...order } }));
    expect([title, cause]).toEqual([`${allocator} could not grow the cache size-65536, GFP_KERNEL`, 'fragmentation']);
  });
});
