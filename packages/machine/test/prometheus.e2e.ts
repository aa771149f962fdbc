import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { registerMetrics } from '@nopage/metrics/prom';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from '../src/index.js';

const rules = fileURLToPath(new URL('../../metrics/ops/nopage.rules.yml', import.meta.url));
const absent = spawnSync('prometheus', ['--version']).error !== undefined;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = (server: Server): Promise<number> => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(portOf(server))));

/** A machine that goes on a little with every scrape. */
function serveMachine(scenario: string, seed: number): Server {
  const machine = createMachine({ scenario, seed });
  machine.advance(3000);
  const registry = new Registry();
  registerMetrics({ registry, sources: machine.sources });
  return createServer((_request, response) => {
    machine.advance(200);
    void registry.metrics().then((text) => response.setHeader('content-type', registry.contentType).end(text));
  });
}

interface Sample { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] }

describe.skipIf(absent && process.env['NOPAGE_NO_SKIP'] !== '1')('a real Prometheus that scrapes two machines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nopage-prometheus-'));
  const machines = [serveMachine('jumbo-frames', 7), serveMachine('masking-storm', 2)];
  let prometheus: ChildProcess | null = null;
  let address = '';

  const ask = async <T>(path: string): Promise<T> => ((await (await fetch(`${address}/api/v1/${path}`)).json()) as { data: T }).data;
  const query = async (expr: string): Promise<Sample[]> => (await ask<{ result: Sample[] }>(`query?query=${encodeURIComponent(expr)}`)).result;

  /** Asks again until there is an answer with so many samples. */
  async function eventually(expr: string, samples: number): Promise<Sample[]> {
    for (;;) {
      const result = await query(expr).catch(() => []);
      if (result.length >= samples) return result;
      await pause(100);
    }
  }

  beforeAll(async () => {
    const ports = await Promise.all(machines.map(listening));
    const free = createServer();
    const port = await listening(free);
    await new Promise((resolve) => free.close(resolve));
    address = `http://127.0.0.1:${port}`;
    writeFileSync(
      join(folder, 'prometheus.yml'),
      `global: { scrape_interval: 500ms, evaluation_interval: 500ms }
rule_files: [${JSON.stringify(rules)}]
scrape_configs:
  - job_name: nopage
    static_configs: [{ targets: [${ports.map((each) => `"127.0.0.1:${each}"`).join(', ')}] }]
`,
    );
    prometheus = spawn('prometheus', [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'], { stdio: 'ignore' });
    await eventually('count_over_time(nopage_alloc_failures_told_total[1m]) >= 4', 2);
  });

  afterAll(async () => {
    const gone = new Promise((resolve) => prometheus?.once('exit', resolve));
    if (prometheus?.kill('SIGTERM') === true) await gone;
    for (const machine of machines) {
      machine.close();
      machine.closeAllConnections();
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('accepts every sample', async () => {
    await eventually('up == 1', 2);
    const { activeTargets } = await ask<{ activeTargets: { lastError: string }[] }>('targets');
    // A machine that is busy misses a scrape now and then.
    expect(activeTargets.map(({ lastError }) => lastError).filter((error) => error !== '' && !error.includes('deadline exceeded'))).toEqual([]);
  });

  it('finds every failure told, held or pending, at every scrape', async () => {
    const unaccounted = await eventually('nopage:alloc_failures:unaccounted', 2);
    expect(unaccounted.map(({ value }) => value[1])).toEqual(['0', '0']);
    const worst = await query('max_over_time(nopage:alloc_failures:unaccounted[1m]) != 0 or min_over_time(nopage:alloc_failures:unaccounted[1m]) != 0');
    expect(worst).toEqual([]);
  });

  it('answers what a fleet asks: who fails, where, and how fragmented each machine is', async () => {
    const sites = await query('count by (site) (nopage_alloc_failures_total)');
    expect(sites.map(({ metric }) => metric['site'])).toEqual(expect.arrayContaining(['skb_alloc', 'nic_rx_refill']));
    const worst = await query('topk(1, nopage_buddy_unusable_free_ratio{order="2"})');
    expect(Number(worst[0]?.value[1])).toBeGreaterThan(0);
    expect(await query('count by (instance) (nopage_zone_free_bytes)')).toHaveLength(2);
  });

  it('evaluates every rule without an error', async () => {
    await eventually('nopage:zone_free_of_min:ratio', 2);
    const { groups } = await ask<{ groups: { rules: { name: string; health: string; lastError?: string }[] }[] }>('rules');
    const all = groups.flatMap((group) => group.rules);
    expect(all.length).toBeGreaterThan(8);
    expect(all.filter(({ lastError }) => lastError !== undefined)).toEqual([]);
    expect(await query('ALERTS{alertname=~"NopageCountsLost|NopageSourceDown"}')).toEqual([]);
  });
});
