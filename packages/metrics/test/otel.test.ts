import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';
import { families } from '../src/index.js';
import { observeMetrics, otelName } from '../src/otel.js';
import { sampleSources } from './sample-sources.js';

function collector(): { provider: MeterProvider; collect: () => Promise<{ name: string; unit: string; points: { value: unknown; attributes: unknown }[] }[]> } {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
  const provider = new MeterProvider({ readers: [reader] });
  return {
    provider,
    collect: async () => {
      exporter.reset();
      await provider.forceFlush();
      return exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics).flatMap(({ metrics }) => metrics)
        .map(({ descriptor, dataPoints }) => ({ name: descriptor.name, unit: descriptor.unit, points: dataPoints.map(({ value, attributes }) => ({ value, attributes })) }));
    },
  };
}

describe('observeMetrics', () => {
  it('observes on the given meter, from one reading a collection', async () => {
    const { provider, collect } = collector();
    let reads = 0;
    const sources = sampleSources();
    observeMetrics({ meter: provider.getMeter('nopage'), sources: { ...sources, faults: { hits: 40, get injected() { reads++; return 3; } } } });
    const metrics = await collect();
    expect(reads).toBe(1);
    expect(metrics.find(({ name }) => name === 'nopage.alloc_failures')).toEqual({
      name: 'nopage.alloc_failures', unit: '{event}',
      points: [{ value: 6, attributes: { site: 'skb_alloc', order: '2', cause: 'no-suitable-block' } }],
    });
    expect(metrics.find(({ name }) => name === 'nopage.zone_free')).toMatchObject({ unit: 'By', points: [{ value: 36864 }, { value: 65536 }] });
    await provider.shutdown();
  });

  it('stops when it is taken back', async () => {
    const { provider, collect } = collector();
    observeMetrics({ meter: provider.getMeter('nopage'), sources: sampleSources() }).unregister();
    expect((await collect()).flatMap(({ points }) => points)).toEqual([]);
    await provider.shutdown();
  });
});

describe('otelName', () => {
  it.each([
    [{ name: 'nopage_alloc_failures_total', unit: null }, 'nopage.alloc_failures'],
    [{ name: 'nopage_zone_free_bytes', unit: 'bytes' }, 'nopage.zone_free'],
    [{ name: 'nopage_memory_stalled_seconds_total', unit: 'seconds' }, 'nopage.memory_stalled'],
    [{ name: 'nopage_buddy_unusable_free_ratio', unit: 'ratio' }, 'nopage.buddy_unusable_free'],
  ] as const)('$0.name becomes $1', (family, name) => {
    expect(otelName(family)).toBe(name);
  });

  it.each(families().map((family) => [family.name, family] as const))('%s comes back from an exporter that adds unit and _total', (name, family) => {
    const exported = [otelName(family).replace('.', '_'), ...(family.unit === null ? [] : [family.unit]), ...(family.type === 'counter' ? ['total'] : [])].join('_');
    expect(exported).toBe(name);
  });
});
