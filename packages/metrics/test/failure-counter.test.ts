import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FailureCounter, labelText, OTHER, UNKNOWN, VoteCounter } from '../src/index.js';
import { refusal } from './sample-sources.js';

const rows = (counter: FailureCounter): string[] => [...counter.series()].map(({ site, order, cause, count }) => `${site} ${order} ${cause} ${count}`);

describe('FailureCounter', () => {
  it('counts by site, order and cause', () => {
    const counter = new FailureCounter();
    counter.record(refusal());
    counter.record(refusal());
    counter.record(refusal({ order: 0, reason: 'below-watermark' }));
    counter.record(refusal({ site: 'page_frag', order: 3 }));
    expect(rows(counter)).toEqual(['skb_alloc 2 no-suitable-block 2', 'skb_alloc 0 below-watermark 1', 'page_frag 3 no-suitable-block 1']);
    expect(counter.total).toBe(4);
  });

  it('takes the cause from whoever explains, and one that throws is no cause', () => {
    const counter = new FailureCounter({ causeOf: ({ order }) => { if (order === 9) throw new Error('boom'); return 'fragmentation'; } });
    counter.record(refusal());
    counter.record(refusal({ order: 9 }));
    expect(rows(counter)).toEqual(['skb_alloc 2 fragmentation 1', `skb_alloc 9 ${UNKNOWN} 1`]);
  });

  it('folds sites beyond its limit into (other), and keeps counting those it knows', () => {
    const counter = new FailureCounter({ maxSites: 2 });
    for (const site of ['a', 'b', 'c', 'd', 'a']) counter.record(refusal({ site }));
    expect(rows(counter)).toEqual(['a 2 no-suitable-block 2', 'b 2 no-suitable-block 1', `${OTHER} 2 no-suitable-block 2`]);
  });

  it('counts what was swallowed before us apart: it is no event of ours', () => {
    const counter = new FailureCounter();
    counter.record(refusal({ suppressed: 40, repeats: 3 }));
    counter.record(refusal({ kind: 'suppressed', suppressed: 5 }));
    expect(counter.total).toBe(1);
    expect(counter.withheld).toEqual({ producer: 45, syslog: 2 });
  });

  it('goes on from a saved state', () => {
    const before = new FailureCounter();
    before.record(refusal({ suppressed: 7 }));
    const after = new FailureCounter({ from: JSON.parse(JSON.stringify(before.state())) as ReturnType<FailureCounter['state']> });
    after.record(refusal());
    expect(rows(after)).toEqual(['skb_alloc 2 no-suitable-block 2']);
    expect([after.total, after.withheld.producer]).toEqual([2, 7]);
  });

  it('keeps the latest event of a series as its exemplar when it has a clock', () => {
    const counter = new FailureCounter({ maxSites: 0, now: () => 12_500 });
    counter.record(refusal({ site: 'first', comm: 'irq/5-eth0', pid: 29 }));
    counter.record(refusal({ site: 'second', comm: 'irq/5-eth0', pid: 29 }));
    expect([...counter.series()].map(({ site, exemplar }) => [site, exemplar])).toEqual([
      [OTHER, { labels: { site: 'second', comm: 'irq/5-eth0', pid: '29' }, value: 1, timestamp: 12.5 }],
    ]);
  });

  it('loses nothing and stays bounded, whatever arrives', () => {
    const event = fc.record({
      site: fc.option(fc.string({ unit: 'binary', maxLength: 12 })),
      order: fc.option(fc.oneof(fc.integer({ min: -5, max: 40 }), fc.double())),
      cause: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        let next = '';
        const counter = new FailureCounter({ maxSites: 4, maxSeries: 10, causeOf: () => next });
        for (const { site, order, cause } of events) {
          next = cause;
          counter.record(refusal({ site, order }));
        }
        const series = [...counter.series()];
        expect(series.reduce((sum, { count }) => sum + count, 0)).toBe(events.length);
        expect(counter.total).toBe(events.length);
        expect(series.filter(({ site }) => site !== OTHER).length).toBeLessThanOrEqual(10);
        expect(new Set(series.map(({ order }) => order)).size).toBeLessThanOrEqual(23);
        expect(new Set(series.map(({ cause }) => cause)).size).toBeLessThanOrEqual(25);
      }),
      { seed: 2008, numRuns: 200 },
    );
  });
});

describe('VoteCounter', () => {
  it('counts by verdict and reason, and folds reasons beyond its limit', () => {
    const votes = new VoteCounter();
    for (let i = 0; i < 100; i++) votes.record({ verdict: 'emit', code: `code/${i % 80}` });
    votes.record({ verdict: 'suppress', code: 'code/0' });
    const series = [...votes.series()];
    expect(series.length).toBeLessThanOrEqual(64 + 5);
    expect(series.reduce((sum, { count }) => sum + count, 0)).toBe(101);
    expect(series.find(({ reason }) => reason === OTHER)).toMatchObject({ verdict: 'emit', count: 16 });
    expect(series.at(-1)).toEqual({ verdict: 'suppress', reason: OTHER, count: 1 });
  });

  it('goes on from what it had counted', () => {
    const before = new VoteCounter();
    for (let i = 0; i < 100; i++) before.record({ verdict: 'emit', code: `code/${i % 80}` });
    const after = new VoteCounter({ from: before.series() });
    expect([...after.series()]).toEqual([...before.series()]);
    after.record({ verdict: 'emit', code: 'code/0' });
    expect([...after.series()][0]).toEqual({ verdict: 'emit', reason: 'code/0', count: 3 });
  });

  it('has one series for codes that look the same as labels', () => {
    const votes = new VoteCounter();
    for (const code of ['a\nb', 'a_b', 'a\u0007b']) votes.record({ verdict: 'emit', code });
    expect([...votes.series()]).toEqual([{ verdict: 'emit', reason: 'a_b', count: 3 }]);
  });
});

describe('labelText', () => {
  it.each([
    ['a symbol as the kernel prints it', '__netdev_alloc_skb+0x5c/0x1a0 [e1000e]', '__netdev_alloc_skb+0x5c/0x1a0 [e1000e]'],
    ['quotes and backslashes, which the writer escapes', 'a"b\\c', 'a"b\\c'],
    ['line breaks and control characters', 'a\nb\u0000c\u001b[31m', 'a_b_c_[31m'],
    ['half a surrogate pair', 'a\ud800b', 'a_b'],
    ['characters that turn a line around', 'a\u202eb', 'a_b'],
    ['nothing', '', UNKNOWN],
    ['only space', '  \n ', UNKNOWN],
    ['null', null, UNKNOWN],
    ['more than the limit', 'x'.repeat(90), `${'x'.repeat(79)}…`],
    ['exactly the limit', '😀'.repeat(80), '😀'.repeat(80)],
  ])('%s', (_what, text, label) => {
    expect(labelText(text)).toBe(label);
  });
});
