import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { SweepReport } from '@nopage/fault';

const folder = fileURLToPath(new URL('..', import.meta.url));

describe('sweeping code that nobody here wrote', () => {
  it.each([
    ['fflate: gzipSync', 'ok'],
    ['pako: deflate', 'ok'],
    ['csv-parse: sync', 'ok'],
    ['pngjs: parse', 'threw'],
    ['sql.js: initSqlJs', 'threw'],
  ])('%s: the worst of its cases is %s', (name, worst) => {
    const { stdout } = spawnSync(process.execPath, ['proof/sweep.mjs', '--json', ...name.split(' ')], { cwd: folder, encoding: 'utf8' });
    const report = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as SweepReport;
    expect(report.trouble).toBeNull();
    expect(report.cases.find(({ outcome }) => outcome !== 'ok')?.outcome ?? 'ok').toBe(worst);
  });
});
