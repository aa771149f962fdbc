import { failureEvent, type ZoneState } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { explain } from '../src/index.js';
import { RECEIVE, refused, zone } from './build.js';

const high = zone({ name: 'HighMem', node: null, freePages: 200_000, minPages: 128 });
const normal = (counters: ZoneState['counters']): ZoneState => zone({ node: null, freePages: 300, minPages: 1000, presentPages: 225_280, managedPages: null, counters });
const judged = (flags: string, counters: ZoneState['counters']): ReturnType<typeof explain> => explain(refused({ kernel: '2.6.17', arch: 'i386', flags, stack: RECEIVE, zones: [normal(counters), high] }));

describe('a 32-bit machine with free high memory', () => {
  it.each(['inactive', 'inactive_file'])('whose low memory is full of what can be freed (%s) was only too slow for a caller that can not wait', (list) => {
    expect(judged('GFP_ATOMIC', { [list]: 209_677 })).toMatchObject({ cause: 'atomic-reserve', severity: 'watch' });
  });

  it('that killed a process lacked low memory, also where the request is not told', () => {
    const kill = (highPages: number): ReturnType<typeof explain> => explain(failureEvent({ kind: 'oom-kill', detail: { victim: 'sh', victimPid: 7 }, zones: [normal({}), { ...high, highPages }] }));
    expect(kill(192)).toMatchObject({ cause: 'zone-limit', severity: 'act', confidence: 'inferred' });
    expect(kill(150_000)).toMatchObject({ cause: 'exhausted' });
    expect(kill(192).advice.map(({ id }) => id)).toEqual(['kernel-64-bit', 'less-lowmem']);
  });

  it('that killed a process for a request of unknown order lacked low memory, unless the request might use the high', () => {
    const kill = (flags: string): ReturnType<typeof explain> => explain(refused({ kind: 'oom-kill', kernel: '2.6.8', arch: 'i386', flags, order: null, zones: [normal({}), { ...high, highPages: 192 }] }));
    expect(kill('GFP_KERNEL')).toMatchObject({ cause: 'zone-limit', confidence: 'inferred' });
    expect(kill('GFP_HIGHUSER')).toMatchObject({ cause: 'exhausted' });
  });

  it('whose low memory no line accounts for has a leak or a greedy driver', () => {
    const first = (slab: number): string | undefined => explain(refused({ kernel: '2.6.17', arch: 'i386', zones: [normal({ active: 309, inactive: 265 }), high], memory: { slab, pagetables: 151 } })).advice[0]?.id;
    expect(first(2333)).toBe('find-hidden');
    expect(first(180_000)).toBe('kernel-64-bit');
  });

  it('whose low memory is full of what can not be freed lacks low memory, whoever asks', () => {
    expect(judged('GFP_ATOMIC', { inactive: 12 })).toMatchObject({ cause: 'zone-limit', severity: 'act' });
    expect(judged('GFP_KERNEL', { inactive: 209_677 })).toMatchObject({ cause: 'zone-limit', severity: 'act' });
  });
});
