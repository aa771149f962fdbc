import { readFileSync } from 'node:fs';
import { takeReading } from '@nopage/metrics';
import { registerMetrics } from '@nopage/metrics/prom';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMachine, hostMemory } from '../src/index.js';

/** Sum of a metric's samples in a text. */
const sumOf = (text: string, name: string): number =>
  [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))].reduce((sum, match) => sum + Number(match[1]), 0);

describe('metrics of a machine', () => {
  it.each(['recommended', 'linux-5.4', 'linux-2.4'])('add up at every scrape while it runs, under %s', async (policy) => {
    const machine = createMachine({ scenario: 'masking-storm', policy, seed: 4, fault: { probability: 5 } });
    const registry = new Registry();
    registerMetrics({ registry, sources: machine.sources });
    let running = true;
    const run = async (): Promise<void> => {
      while (running) {
        machine.step(7);
        await Promise.resolve();
      }
    };
    const busy = run();
    for (let i = 0; i < 25; i++) {
      const text = await registry.metrics();
      const failures = sumOf(text, 'nopage_alloc_failures_total');
      expect(sumOf(text, 'nopage_alloc_failures_told_total') + sumOf(text, 'nopage_alloc_failures_held') + sumOf(text, 'nopage_alloc_failures_pending')).toBe(failures);
      expect(sumOf(text, 'nopage_alloc_warnings_total')).toBe(failures);
      expect(sumOf(text, 'nopage_buddy_free_bytes')).toBe(sumOf(text, 'nopage_zone_free_bytes'));
    }
    running = false;
    await busy;
    expect(machine.failures.total).toBeGreaterThan(0);
  });

  it('counts injected faults as failures of that cause, and nothing twice', async () => {
    const machine = createMachine({ scenario: 'network-driver', fault: { probability: 100, times: 4 } });
    machine.advance(20);
    const registry = new Registry();
    registerMetrics({ registry, sources: machine.sources });
    const text = await registry.metrics();
    expect(text).toContain('nopage_alloc_failures_total{site="skb_alloc",order="0",cause="injected"} 4\n');
    expect(text).toContain('\nnopage_alloc_faults_injected_total 4\n');
  });

  it('has the cache that reclaim could take, and the allocator\'s own counters', () => {
    const machine = createMachine({ scenario: 'page-cache' });
    machine.advance(100);
    const { vmstat } = takeReading(machine.sources);
    expect(vmstat['nr_inactive_file']).toBe(machine.run.cachePages);
    expect(vmstat['pgalloc_normal']).toBeGreaterThan(0);
  });
});

describe('hostMemory', () => {
  const saved = (name: string): string => readFileSync(new URL(`../../metrics/test/fixtures/uniprocessor-movable/${name}.txt`, import.meta.url), 'utf8');

  it('reads zones, mobilities and counters of a host', () => {
    const reading = takeReading({ memory: hostMemory({ read: saved }) });
    expect(reading.up).toEqual({ memory: true });
    expect(reading.zones.map(({ zone, state }) => [zone, state.freePages])).toEqual([['DMA', 65], ['DMA32', 0], ['Movable', 11_207]]);
    expect(reading.zones[2]?.state.freeBlocks[10]?.byMigratetype?.slice(0, 4)).toEqual([0, 10, 0, 0]);
    expect(reading.vmstat['pgfree']).toBeGreaterThan(0);
    expect(reading.pressure).toBeNull();
  });

  it('does with what it may read, but not without zoneinfo', () => {
    const only = (allowed: string) => (name: string): string => {
      if (name !== allowed) throw new Error(`EACCES ${name}`);
      return saved(name);
    };
    const poor = takeReading({ memory: hostMemory({ read: only('zoneinfo') }) });
    expect(poor.up).toEqual({ memory: true });
    expect(poor.zones.map(({ freeBlocks }) => freeBlocks.length)).toEqual([0, 0, 0]);
    expect(takeReading({ memory: hostMemory({ read: only('vmstat') }) }).up).toEqual({ memory: false });
  });

  it('takes pressure as seconds', () => {
    const text = 'some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n';
    const { pressure } = takeReading({ memory: hostMemory({ read: (name) => (name === 'pressure/memory' ? text : saved(name)) }) });
    expect(pressure).toEqual({ someSeconds: 2.5, fullSeconds: 1 });
  });
});
