// What a scrape costs: `node bench/scrape.mjs` after a build. Prints the median and the 95th percentile of 500 scrapes.
import { Registry } from 'prom-client';
import { failureEvent } from '@nopage/gfp';
import { FailureCounter } from '@nopage/metrics';
import { registerMetrics } from '@nopage/metrics/prom';

const mobilities = 6;
const zone = (name) => ({
  node: 0, name, freePages: 5000, boostPages: 0, minPages: 16, lowPages: 20, highPages: 24, reservedHighatomicPages: 0, freeHighatomicPages: 0,
  freeCmaPages: 0, presentPages: 65536, managedPages: 65000, freePcpPages: 3, lowmemReserve: [0, 8, 8, 8], counters: {},
  freeBlocks: Array.from({ length: 11 }, (_, order) => ({ count: mobilities * (order + 1), types: 'UMEHCI', byMigratetype: Array.from({ length: mobilities }, () => order + 1) })),
});
const zones = ['DMA', 'DMA32', 'Normal', 'Movable'].map(zone);
const failures = new FailureCounter();
for (let i = 0; i < 260; i++) failures.record(failureEvent({ kind: 'page-allocation-failure', site: `site${i % 87}`, order: i % 3, reason: 'below-watermark' }));

const registry = new Registry();
registerMetrics({ registry, sources: { memory: { memInfo: () => ({ zones }) }, failures } });
const series = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
const times = [];
for (let i = 0; i < 500; i++) {
  const begin = performance.now();
  await registry.metrics();
  times.push(performance.now() - begin);
}
times.sort((a, b) => a - b);
console.log(`${series} series: median ${times[250].toFixed(2)} ms, 95th percentile ${times[475].toFixed(2)} ms, per 1,000 series ${((times[250] * 1000) / series).toFixed(2)} ms`);
