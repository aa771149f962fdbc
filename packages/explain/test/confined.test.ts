import type { FailureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { explain } from '../src/index.js';
import { refused, zone } from './build.js';

const full = zone({ node: 1, freePages: 900 });
const pools = [0, 1].map((node) => ({ node, total: 0, free: 0, surplus: 0, pageBytes: 2_097_152 }));
const cause = (event: Partial<FailureEvent>): string => explain(refused({ kind: 'oom-kill', kernel: '4.14.0', zones: [full], ...event })).cause;

describe('a kill for want of memory on some nodes, told by no line of its own', () => {
  it.each<[string, Partial<FailureEvent>]>([
    ['a policy for nodes but the first', { nodemask: '1', memsAllowed: '0-1' }],
    ['a cpuset without the first node', { nodemask: '(null)', memsAllowed: '1' }],
    ['a cpuset of one of the nodes whose huge pages are listed', { memsAllowed: '0', zones: [{ ...full, node: 0 }], hugepages: pools }],
  ])('is known by %s', (_, event) => {
    expect(cause(event)).toBe('constraint');
  });

  it.each<[string, Partial<FailureEvent>]>([
    ['all nodes', { nodemask: '0-1', memsAllowed: '0-1', hugepages: pools }],
    ['the only node', { nodemask: '(null)', memsAllowed: '0', zones: [{ ...full, node: 0 }] }],
    ['the memory of a POWER machine, which may begin anywhere', { memsAllowed: '1', arch: 'ppc' }],
    ['what a line of its own calls no constraint', { memsAllowed: '1', detail: { constraint: 'CONSTRAINT_NONE' } }],
  ])('is none with %s', (_, event) => {
    expect(cause(event)).toBe('exhausted');
  });

  it('does not call nodes full that are not', () => {
    const { why } = explain(refused({ kind: 'oom-kill', kernel: '4.9.0', nodemask: '1', zones: [zone({ node: 1, freePages: 3_011_643 })] }));
    expect(why.join()).toContain('A moment later Node 1 Normal had 3011643 pages free');
    expect(why.join()).not.toContain('are full');
  });
});

describe('a kill that a line of its own says the nodes are to blame for', () => {
  const told = (constraint: string): ReturnType<typeof explain> => explain(refused({ kind: 'oom-kill', comm: 'filler', nodemask: '2', cpuset: '/', memsAllowed: '0-2', detail: { constraint, victim: 'bystander', victimPid: 9 } }));

  it('tells which nodes, and what keeps the task to them', () => {
    expect(told('CONSTRAINT_MEMORY_POLICY')).toMatchObject({ cause: 'constraint', why: ['The nodes this task is confined to (node 2) are full, while other nodes may have memory.'], advice: [{ id: 'loosen-policy' }] });
    expect(told('CONSTRAINT_CPUSET').advice).toMatchObject([{ id: 'widen-cpuset', text: expect.stringContaining('now 0-2') as string }]);
  });

  it('does not say that who asked only came at the wrong moment', () => {
    expect(told('CONSTRAINT_MEMORY_POLICY').means).toBe('"bystander" (pid 9) was killed, on whichever nodes; only "filler" and others like it are confined.');
    expect(explain(refused({ kind: 'oom-kill', comm: 'filler', detail: { constraint: 'CONSTRAINT_NONE', victim: 'bystander', victimPid: 9 } })).means).toContain('only asked at the wrong moment');
  });
});

describe('a request for a low zone only, of a task held off the node that has it', () => {
  const asked = (event: Partial<FailureEvent>): string => explain(refused({ flags: 'GFP_KERNEL|GFP_DMA32', cpuset: 'guest', memsAllowed: '1', ...event })).cause;

  it('is refused by the task\'s nodes', () => {
    expect(asked({})).toBe('constraint');
    expect(asked({ zones: [zone({ node: 1 })] })).toBe('constraint');
    expect(asked({ memsAllowed: '0-1', nodemask: '1' })).toBe('constraint');
  });

  it('is short of the zone where its nodes may have it', () => {
    for (const event of [{ memsAllowed: '0' }, { memsAllowed: '0-1' }, { memsAllowed: null }, { arch: 'ppc' }, { zones: [zone({ node: 1, name: 'DMA32', freePages: 900 })] }]) expect(asked(event)).toBe('zone-limit');
  });
});

describe('addresses for vmalloc', () => {
  const ids = (bytes: number): readonly string[] => explain(refused({ kind: 'vmalloc-failure', kernel: null, bytes, detail: { form: 'vmap', room: true } })).advice.map(({ id }) => id);

  it('of a size that only a 64-bit kernel prints are not those of modules', () => {
    expect(ids(2 ** 44)).toEqual(['find-vmalloc']);
    expect(ids(2 ** 22)).toContain('module-space');
  });
});

describe('pages of vmalloc that are charged to a control group', () => {
  const ids = (flags: string): readonly string[] => explain(refused({ kind: 'vmalloc-failure', kernel: '4.15.0', bytes: 20_480, flags, detail: { allocatedBytes: 12_288 } })).advice.map(({ id }) => id);

  it('may have failed at its limit, which is looked at first', () => {
    expect(ids('GFP_KERNEL_ACCOUNT|__GFP_ZERO')).toEqual(['check-cgroup', 'find-consumer']);
    expect(ids('GFP_KERNEL|__GFP_ZERO')).toEqual(['find-consumer']);
  });
});
