import { failureEvent, type FailureEvent } from '@nopage/gfp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain, failuresIn, maskClassOf, summarize, Summary, type Explained } from '../src/index.js';
import { IOCTL, MOUNT, RECEIVE, refused, zone } from './build.js';

const both = (event: FailureEvent): Explained => ({ event, explanation: explain(event) });
const dropped = (at: number, more: Partial<FailureEvent> = {}): Explained =>
  both(refused({ at, flags: 'GFP_ATOMIC', stack: RECEIVE, site: '__netdev_alloc_skb', zones: [zone({ freePages: 300 })], ...more }));

describe('a summary', () => {
  it('has a row for each kind, site, order and class of mask', () => {
    const rows = summarize([
      dropped(0), dropped(1000), dropped(2000, { order: 2 }), dropped(3000, { site: 'other' }),
      both(refused({ order: 6, stack: MOUNT, site: 'foofs_read_table' })), both(refused({ kind: 'oom-kill', site: '__netdev_alloc_skb' })),
    ]);
    expect(rows.map(({ kind, site, order, maskClass, reports }) => [kind, site, order, maskClass, reports])).toEqual([
      ['page-allocation-failure', 'foofs_read_table', 6, 'may-sleep', 1],
      ['oom-kill', '__netdev_alloc_skb', 0, 'may-sleep', 1],
      ['page-allocation-failure', '__netdev_alloc_skb', 0, 'atomic', 2],
      ['page-allocation-failure', '__netdev_alloc_skb', 2, 'atomic', 1],
      ['page-allocation-failure', 'other', 0, 'atomic', 1],
    ]);
  });

  it('counts failures: repeats and what was held back are added in', () => {
    const [row] = summarize([dropped(0, { repeats: 297 }), dropped(60_000, { suppressed: 12 })]);
    expect(row).toMatchObject({ count: 297 + 13, reports: 2, first: 0, last: 60_000 });
    expect(failuresIn(failureEvent({ kind: 'suppressed', suppressed: 7 }))).toBe(7);
  });

  it('sets the rate against what would be a problem, and judges by it', () => {
    const seldom = summarize([0, 1, 2, 3].map((hour) => dropped(hour * 3_600_000)));
    expect(seldom[0]).toMatchObject({ perHour: 1, problemPerHour: 60, severity: 'watch' });
    const often = summarize(Array.from({ length: 121 }, (_, minute) => dropped(minute * 30_000)));
    expect(often[0]).toMatchObject({ perHour: 120, severity: 'act' });
    const tolerated = summarize(Array.from({ length: 121 }, (_, minute) => both(refused({ at: minute * 30_000, order: 3, flags: 'GFP_KERNEL|__GFP_NORETRY', stack: IOCTL }))));
    expect(tolerated[0]).toMatchObject({ severity: 'watch', cause: 'opportunistic' });
  });

  it('takes the most frequent cause, and the report that tells most as its example', () => {
    const [row] = summarize([dropped(0, { zones: [zone()] }), dropped(1, { repeats: 5, zones: [] }), dropped(2)]);
    expect(row).toMatchObject({ cause: 'atomic-reserve', causes: { transient: 1, 'atomic-reserve': 6 } });
    expect(row?.example.confidence).toBe('computed');
  });

  it('has no rate without times, and none for a burst', () => {
    expect(summarize([both({ ...dropped(0).event, at: null }), both({ ...dropped(0).event, at: null })])[0]).toMatchObject({ first: null, last: null, perHour: null });
    expect(summarize([dropped(0), dropped(2000)])[0]?.perHour).toBeNull();
  });

  it('goes on over a reboot, where stamps begin anew: the machine ran at least for the sum', () => {
    const boots = [100, 700, 1000, 5, 905, 905 + 9];
    const [row] = summarize(boots.map((second) => dropped(second * 1000)));
    expect(row).toMatchObject({ count: 6, first: 100_000, last: 914_000, boots: 2 });
    expect(row?.perHour).toBeCloseTo((5 * 3600) / (900 + 914), 6);
    expect(summarize([dropped(9000), dropped(1000)])[0]).toMatchObject({ first: 1000, last: 9000, boots: 1 });
    expect(summarize([dropped(1_790_000_000_000), dropped(1_780_000_000_000)])[0]).toMatchObject({ first: 1_780_000_000_000, boots: 1 });
  });

  it('is the same whatever dated event is added in which order, and its counts add up', () => {
    const some = fc.array(fc.record({ at: fc.nat(1e9), order: fc.constantFrom(0, 2, 5), repeats: fc.integer({ min: 1, max: 9 }), suppressed: fc.nat(9), site: fc.constantFrom('a', 'b') }), { minLength: 1, maxLength: 30 });
    fc.assert(fc.property(some, (fields) => {
      const explained = fields.map((one) => dropped(1_790_000_000_000 + one.at, { ...one, at: 1_790_000_000_000 + one.at }));
      const rows = summarize(explained);
      const backwards = new Summary();
      for (const one of [...explained].reverse()) backwards.add(one);
      const sizes = (list: typeof rows): unknown[] => list.map(({ site, order, count, reports, first, last }) => JSON.stringify([site, order, count, reports, first, last])).sort();
      expect(sizes(backwards.rows())).toEqual(sizes(rows));
      expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(fields.reduce((sum, { repeats, suppressed }) => sum + repeats + suppressed, 0));
    }), { seed: 68, numRuns: 200 });
  });
});

describe('classes of masks', () => {
  it.each([
    ['GFP_ATOMIC', 'atomic'], ['__GFP_KSWAPD_RECLAIM', 'nowait'], ['GFP_KERNEL', 'may-sleep'], ['GFP_KERNEL|__GFP_NORETRY', 'may-fail'], ['GFP_KERNEL|__GFP_RETRY_MAYFAIL', 'may-fail'],
  ])('%s: %s', (flags, expected) => expect(maskClassOf(refused({ flags }).permits)).toBe(expected));

  it('a mask that could not be read: unknown', () => expect(maskClassOf(null)).toBe('unknown'));
});

describe('kinds of failure', () => {
  it('a cache of SLUB, and a full control group, are kinds of their own; who asked before a kill is not', () => {
    const cache = (name: string): FailureEvent => failureEvent({ kind: 'slub-failure', detail: { cache: name } });
    const kill = (site: string, cgroup?: string): FailureEvent => failureEvent({ kind: 'oom-kill', site, detail: cgroup === undefined ? {} : { cgroup } });
    const events = [cache('dentry(15:abc)'), cache('dentry'), cache('kmalloc-64'), kill('a'), kill('b'), kill('c', '/docker/db')];
    const rows = summarize(events.map((event) => ({ event, explanation: explain(event) })));
    expect(rows.map(({ kind, subject, count }) => `${kind} ${subject ?? ''} ${count}`).sort()).toEqual([
      'oom-kill /docker/db 1', 'oom-kill the machine 2', 'slub-failure dentry 2', 'slub-failure kmalloc-64 1',
    ]);
  });
});
