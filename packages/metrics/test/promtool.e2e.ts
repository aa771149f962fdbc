import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { registerMetrics } from '../src/prom.js';
import { sampleSources } from './sample-sources.js';

const ops = fileURLToPath(new URL('../ops/', import.meta.url));
const promtool = (args: readonly string[], input = ''): { status: number | null; text: string } => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: ops, input, encoding: 'utf8' });
  return { status, text: stdout + stderr };
};
const absent = spawnSync('promtool', ['--version']).error !== undefined;

describe.skipIf(absent && process.env['NOPAGE_NO_SKIP'] !== '1')('promtool', () => {
  it('finds nothing wrong with the rules', () => {
    expect(promtool(['check', 'rules', 'nopage.rules.yml'])).toMatchObject({ status: 0 });
  });

  it('sees every alert fire, and keep silent, as it should', () => {
    expect(promtool(['test', 'rules', 'nopage.rules.test.yml'])).toMatchObject({ status: 0 });
  });

  it('finds nothing to improve in a scrape', async () => {
    const registry = new Registry();
    registerMetrics({ registry, sources: sampleSources() });
    expect(promtool(['check', 'metrics'], await registry.metrics())).toEqual({ status: 0, text: '' });
  });
});
