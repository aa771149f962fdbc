import { takeReading } from '@nopage/metrics';
import { registerMetrics } from '@nopage/metrics/prom';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMachine } from '../src/index.js';

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
