import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, found, freePort, running, runningNopage, type Running } from './running.js';
import { report } from './watch-source.js';

const PROMETHEUS = '/usr/bin/prometheus';
const ops = fileURLToPath(new URL('../../../ops/', import.meta.url));
const rulesOfMetrics = fileURLToPath(new URL('../../../packages/metrics/ops/nopage.rules.yml', import.meta.url));
const dashboard = fileURLToPath(new URL('../../../packages/metrics/ops/nopage.dashboard.json', import.meta.url));
const absent = !existsSync(PROMETHEUS) && process.env['NOPAGE_NO_SKIP'] !== '1';

interface Series { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] }
interface Machine { readonly name: string; readonly log: string; readonly state: string; url: string; watch: Running }

const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
const fleet: Machine[] = [];
const others: Running[] = [];
let prometheus = '';

async function start(name: string, log: string, state: string, listen = '127.0.0.1:0'): Promise<Machine> {
  const watch = runningNopage(['watch', '--source', log, '--state', state, '--listen', listen, '--json']);
  return { name, log, state, watch, url: await addressOf(watch) };
}

async function get<T>(path: string): Promise<T | null> {
  const response = await fetch(`${prometheus}${path}`).catch(() => null);
  const body = (await response?.json().catch(() => null)) as { status: string; data: T } | null | undefined;
  return body?.status === 'success' ? body.data : null;
}

async function ask(query: string): Promise<readonly Series[]> {
  const data = await get<{ result: readonly Series[] }>(`/api/v1/query?query=${encodeURIComponent(query)}`);
  if (data === null) throw new Error(`Prometheus does not take: ${query}`);
  return data.result;
}

const valueOf = async (query: string): Promise<number | undefined> => {
  const [series] = await ask(query);
  return series && Number(series.value[1]);
};

/** Waits for a query to have this value; bounded. */
const becomes = (query: string, value: number): Promise<true> => found(`${query} == ${value}`, async () => ((await valueOf(query)) === value ? true : null));

const fail = ({ log, name }: Machine, count: number, from = 0): void => {
  appendFileSync(log, Array.from({ length: count }, (_, n) => report(100 + from + n, `task-${from + n}`, n % 2 === 0 ? 'shared_site' : `${name}_site`)).join(''));
};

describe.skipIf(absent)('Prometheus and three watches', () => {
  beforeAll(async () => {
    for (const name of ['a', 'b', 'c']) {
      const log = join(folder, `${name}.log`);
      writeFileSync(log, '');
      fleet.push(await start(name, log, join(folder, `${name}.state`)));
    }
    const demo = runningNopage(['demo', '--port', '0']);
    others.push(demo);
    const demoAddress = await found('the demo', () => /http:\/\/127\.0\.0\.1:\d+/.exec(demo.stdout())?.[0]);
    const target = (url: string): string => new URL(url).host;
    copyFileSync(rulesOfMetrics, join(folder, 'nopage.rules.yml'));
    copyFileSync(join(ops, 'watch.rules.yml'), join(folder, 'watch.rules.yml'));
    const config = readFileSync(join(ops, 'prometheus.yml'), 'utf8')
      .replaceAll('15s', '500ms')
      .replace("'127.0.0.1:9847'", fleet.map(({ url }) => `'${target(url)}'`).join(', '));
    writeFileSync(join(folder, 'prometheus.yml'), `${config}  - job_name: demo\n    static_configs:\n      - targets: ['${target(demoAddress)}']\n`);
    const port = await freePort();
    prometheus = `http://127.0.0.1:${port}`;
    others.push(running(PROMETHEUS, ['--config.file=prometheus.yml', `--web.listen-address=127.0.0.1:${port}`, '--storage.tsdb.path=data', '--log.level=warn'], { cwd: folder }));
    await found('Prometheus', async () => get('/api/v1/status/buildinfo'));
    for (const machine of fleet) fail(machine, 10);
    await becomes('sum(nopage_alloc_failures_total{job="nopage"})', 30);
  });

  afterAll(async () => {
    await Promise.all([...fleet.map(({ watch }) => watch), ...others].map((one) => one.stop('SIGTERM')));
  });

  it('scrapes every target without an error, in the format that it likes best', async () => {
    const targets = await found('scrapes', async () => {
      const data = await get<{ activeTargets: readonly { health: string; lastError: string; labels: { job: string } }[] }>('/api/v1/targets');
      // A machine that is busy misses a scrape now and then.
      return data?.activeTargets.every(({ health }) => health === 'up') === true ? data.activeTargets : null;
    });
    expect(targets.map(({ health, lastError, labels: { job } }) => ({ health, lastError, job })).sort((a, b) => (a.job < b.job ? -1 : 1))).toEqual([
      { health: 'up', lastError: '', job: 'demo' },
      ...fleet.map(() => ({ health: 'up', lastError: '', job: 'nopage' })),
    ]);
  });

  it('finds every failure told, held or pending, on every machine and in the demo, also while they fail', async () => {
    for (let round = 1; round <= 5; round++) {
      for (const machine of fleet) fail(machine, 20, round * 20);
      await becomes('sum(nopage_alloc_failures_total{job="nopage"})', 30 + round * 60);
      await found('the recorded rule', async () => ((await ask('nopage:alloc_failures:unaccounted')).length >= 3 ? true : null));
      expect((await ask('nopage:alloc_failures:unaccounted != 0')).map(({ metric }) => metric)).toEqual([]);
    }
    expect(await ask('max_over_time(nopage:alloc_failures:unaccounted[5m]) != 0')).toEqual([]);
  });

  it('answers what an operator asks of a fleet', async () => {
    const queries = [...readFileSync(join(ops, 'fleet.md'), 'utf8').matchAll(/```promql\n(.*?)\n```/gs)].map((match) => match[1]!);
    expect(queries.length).toBeGreaterThanOrEqual(6);
    for (const query of queries) expect((await ask(query)).length, query).toBeGreaterThan(0);
    expect((await ask(queries[0]!)).filter(({ metric }) => fleet.some(({ url }) => url.endsWith(metric['instance']!))).map(({ value }) => value[1])).toEqual(['0', '0', '0']);
    expect(await valueOf(`(${queries[1]!}) and on (site) label_replace(vector(1), "site", "shared_site", "", "")`)).toBe(3);
  });

  it('answers every panel of the dashboard, for any choice of its variables', async () => {
    const { panels } = JSON.parse(readFileSync(dashboard, 'utf8')) as { panels: readonly { title: string; targets?: readonly { expr: string }[] }[] };
    const silent: string[] = [];
    for (const { title, targets = [] } of panels) {
      for (const { expr } of targets) {
        const answers = await ask(expr.replace(/\$(job|instance|zone)\b/g, '.*'));
        if (answers.length === 0) silent.push(`${title}: ${expr}`);
        expect(await ask(expr.replace(/\$(job|instance|zone)\b/g, 'a|b')), expr).toBeDefined();
      }
    }
    expect(silent).toEqual([]);
  });

  it('has the memory of the host', async () => {
    expect(await valueOf('min(nopage_source_up{job="nopage", source="memory"})')).toBe(1);
    expect(await valueOf('sum(nopage_zone_free_bytes{job="nopage"})')).toBeGreaterThan(0);
  });

  it('sees counters go on over a restart and over a crash, and no event told twice', async () => {
    const machine = fleet[0]!;
    const query = `sum(nopage_alloc_failures_total{instance="${new URL(machine.url).host}"})`;
    let before = (await valueOf(query))!;
    const told: string[] = [];
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const code = await machine.watch.stop(signal);
      expect(code).toBe(signal === 'SIGTERM' ? 130 : null);
      told.push(...eventsIn(machine.watch.stdout()));
      fail(machine, 4, 1000 + before);
      const again = await start(machine.name, machine.log, machine.state, new URL(machine.url).host);
      machine.watch = again.watch;
      before += 4;
      await becomes(query, before);
      expect(await valueOf(`resets(${query.replace(/^sum\((.*)\)$/, '$1')}[5m]) > 0`)).toBeUndefined();
    }
    told.push(...eventsIn(machine.watch.stdout()));
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told).size).toBe(told.length);
  });

  it('promtool finds nothing to improve in a page, and no fault in the rules', async () => {
    const page = await (await fetch(`${fleet[1]!.url}/metrics`)).text();
    expect(spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '', stderr: '' });
    for (const args of [['check', 'rules', 'watch.rules.yml'], ['test', 'rules', 'watch.rules.test.yml']]) expect(spawnSync('promtool', args, { cwd: ops }).status).toBe(0);
    expect(spawnSync('promtool', ['check', 'config', 'prometheus.yml'], { cwd: folder }).status).toBe(0);
  });
});

/** What each told event of `--json` is known by. */
const eventsIn = (text: string): string[] =>
  text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { summary?: string; comm?: string; at?: number })
    .filter(({ summary }) => summary === undefined).map(({ comm, at }) => `${comm ?? ''} ${at ?? ''}`);
