import { Counter, register as defaultRegistry, Registry, type OpenMetricsContentType } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { families, FailureCounter, VoteCounter, type Sources } from '../src/index.js';
import { registerMetrics, type PromRegistry } from '../src/prom.js';
import { refusal, sampleSources, TinyLedger } from './sample-sources.js';

const openMetrics = (): Registry<OpenMetricsContentType> => {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
};

const scrape = async (sources: Sources, registry: PromRegistry = new Registry()): Promise<string> => {
  registerMetrics({ registry, sources });
  return registry.metrics();
};

/** Sum of a metric's samples in a text. */
const sumOf = (text: string, name: string): number =>
  [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))].reduce((sum, match) => sum + Number(match[1]), 0);

describe('registerMetrics', () => {
  it('puts every family into the given registry and none into the default one', async () => {
    const registry = new Registry();
    const text = await scrape(sampleSources(), registry);
    for (const { name, type, help } of families()) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    }
    expect(defaultRegistry.getMetricsAsArray()).toEqual([]);
  });

  it('prints samples with their labels', async () => {
    const text = await scrape(sampleSources());
    expect(text).toContain('nopage_alloc_failures_total{site="skb_alloc",order="2",cause="no-suitable-block"} 6\n');
    expect(text).toContain('nopage_buddy_free_blocks{node="0",zone="Normal",order="0",mobility="movable"} 4\n');
    expect(text).toContain('\nnopage_alloc_faults_injected_total 3\n');
  });

  it('gives the same as JSON', async () => {
    const registry = new Registry();
    registerMetrics({ registry, sources: sampleSources() });
    const failures = (await registry.getMetricsAsJSON()).find(({ name }) => name === 'nopage_alloc_failures_total');
    expect(failures).toMatchObject({ type: 'counter', aggregator: 'sum', values: [{ labels: { site: 'skb_alloc', order: '2', cause: 'no-suitable-block' }, value: 6 }] });
  });

  it('prints OpenMetrics, with the latest failing site as exemplar', async () => {
    const failures = new FailureCounter({ now: () => 1_500 });
    failures.record(refusal({ comm: 'swapper/0', pid: 0 }));
    const text = await scrape({ failures }, openMetrics());
    expect(text).toContain('# TYPE nopage_alloc_failures counter\n');
    expect(text).toContain('nopage_alloc_failures_total{site="skb_alloc",order="2",cause="no-suitable-block"} 1 # {site="skb_alloc",comm="swapper/0",pid="0"} 1 1.5\n');
    expect(text).toMatch(/# EOF\n$/);
  });

  it('escapes what a log may say', async () => {
    const failures = new FailureCounter();
    failures.record(refusal({ site: 'evil"} 1\nnopage_fake 7\\' }));
    const text = await scrape({ failures });
    expect(text).toContain('nopage_alloc_failures_total{site="evil\\"} 1_nopage_fake 7\\\\",order="2",cause="no-suitable-block"} 1\n');
    expect(text).not.toMatch(/^nopage_fake/m);
  });

  it('reads each source once a scrape', async () => {
    const { memory } = sampleSources();
    let reads = 0;
    const registry = new Registry();
    registerMetrics({ registry, sources: { memory: { ...memory, memInfo: () => { reads++; return memory.memInfo(); } } } });
    await registry.metrics();
    expect(reads).toBe(1);
    await registry.metrics();
    expect(reads).toBe(2);
  });

  it('adds nothing when one name is taken, and can be taken back and put in again', async () => {
    const registry = new Registry();
    const theirs = new Counter({ name: 'nopage_source_up', help: 'Theirs.', registers: [registry] });
    expect(() => registerMetrics({ registry, sources: {} })).toThrow('nopage_source_up');
    expect(registry.getMetricsAsArray()).toEqual([theirs]);
    registry.clear();
    registerMetrics({ registry, sources: {} }).unregister();
    expect(registry.getMetricsAsArray()).toEqual([]);
    expect(await scrape(sampleSources(), registry)).toContain('nopage_alloc_failures_total{');
  });

  it.each(['the text format', 'OpenMetrics'])('failures = told + held + pending at every scrape of %s, while it is hammered', async (format) => {
    const sources = { failures: new FailureCounter(), ledger: new TinyLedger(5), votes: new VoteCounter() };
    const registry: PromRegistry = format === 'the text format' ? new Registry() : openMetrics();
    registerMetrics({ registry, sources });
    let hammering = true;
    let seen = 0;
    const hammer = async (): Promise<void> => {
      while (hammering) {
        for (let i = seen % 7; i >= 0; i--) {
          sources.failures.record(refusal({ site: `site${seen++ % 150}` }));
          sources.votes.record(sources.ledger.report());
        }
        await Promise.resolve();
      }
    };
    const busy = hammer();
    for (let i = 0; i < 60; i++) {
      const text = await registry.metrics();
      const failures = sumOf(text, 'nopage_alloc_failures_total');
      expect(failures).toBe(sumOf(text, 'nopage_alloc_failures_told_total') + sumOf(text, 'nopage_alloc_failures_held') + sumOf(text, 'nopage_alloc_failures_pending'));
      expect(failures).toBe(sumOf(text, 'nopage_alloc_warnings_total'));
    }
    hammering = false;
    await busy;
    expect(seen).toBeGreaterThan(60);
  });
});
