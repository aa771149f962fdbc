import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nopage } from './nopage.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nopage-run-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const last = (stdout: string): Record<string, unknown> => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;

describe('nopage run', () => {
  it('--list names scenarios with what happens in them', async () => {
    const { code, stdout } = await nopage(['run', '--list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^jumbo-frames {2,}\S/m);
  });

  it('the same seed gives the same bytes, another seed others', async () => {
    const args = ['run', 'jumbo-frames', '--steps', '150000', '--json', '--seed'];
    const [one, same, other] = [await nopage([...args, '7']), await nopage([...args, '7']), await nopage([...args, '8'])];
    expect(same.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });

  it('refused = told + held + pending, and every failure has its line of JSON', async () => {
    const { stdout } = await nopage(['run', 'churn', '--steps', '20000', '--fault', '10,100,0,-1', '--min-order', '0', '--ignore-gfp-wait', 'no', '--json']);
    const { summary } = last(stdout) as { summary: Record<string, number> };
    expect(summary['refused']).toBeGreaterThan(0);
    expect(summary['refused']).toBe((summary['told'] ?? 0) + (summary['held'] ?? 0) + (summary['pending'] ?? 0));
    expect(stdout.trimEnd().split('\n').length - 1).toBe(summary['refused']);
    expect(summary['injected']).toBe(summary['refused']);
  });

  it('--metrics writes the Prometheus text of the same machine', async () => {
    const path = join(folder, 'metrics.txt');
    const { code } = await nopage(['run', 'churn', '--steps', '2000', '--metrics', path]);
    expect(code).toBe(0);
    expect(readFileSync(path, 'utf8')).toMatch(/^# TYPE nopage_alloc_failures_total counter$/m);
  });

  it.each(['--metrics', '--record'])('%s into a file that can not be written is said before the run', async (option) => {
    const { code, stdout, stderr } = await nopage(['run', 'churn', '--steps', '1000', option, folder]);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `nopage: ${option} ${folder}: is a directory\n` });
  });

  it('--record writes a recording that replays without a mismatch', async () => {
    const path = join(folder, 'run.trace');
    expect((await nopage(['run', 'churn', '--steps', '3000', '--record', path])).code).toBe(0);
    const { code, stdout } = await nopage(['replay', '--json', path]);
    expect(code).toBe(0);
    expect(last(stdout)).toMatchObject({ firstMismatch: null, profile: 'linux-6.12' });
    expect((last(stdout) as { ops: number }).ops).toBeGreaterThan(1000);
  });

  it('a scenario of one’s own comes from a JSON file', async () => {
    const path = join(folder, 'mine.json');
    writeFileSync(path, JSON.stringify({ name: 'mine', zones: [{ name: 'Normal', pages: 1024 }], steps: [{ op: 'alloc', slot: 0, order: 2, gfp: 'GFP_KERNEL' }, { op: 'free', slot: 0 }] }));
    const { code, stdout } = await nopage(['run', path, '--json']);
    expect(code).toBe(0);
    expect((last(stdout) as { summary: { served: number } }).summary.served).toBe(1);
  });

  it.each([
    ['no scenario', ['run'], '--list'],
    ['an unknown scenario', ['run', 'jumbo-frame'], 'did you mean jumbo-frames?'],
    ['a scenario that is no JSON', ['run', import.meta.filename], 'is no JSON'],
    ['three of four fault numbers', ['run', 'churn', '--fault', '1,2,3'], 'interval,probability,space,times'],
    ['an order that is no number', ['run', 'churn', '--min-order', 'two'], '--min-order'],
    ['a profile that does not exist', ['run', 'churn', '--profile', 'linux-9.9'], 'linux-6.12'],
    ['a policy that does not exist', ['run', 'churn', '--policy', 'quiet'], 'quiet'],
    ['a policy in a file of another kind', ['run', 'churn', '--policy', tmpdir()], 'ends in .json, .mjs'],
    ['a list of what is run, too', ['run', '--list', 'churn'], '--list takes no scenario'],
    ['a list with steps to take', ['run', '--list', '--steps', 'x'], "'--steps <n>'"],
    ['a parameter that does not exist', ['run', 'churn', '--set', 'volume=11'], 'volume'],
  ])('%s is a usage error that says what there is', async (_what, args, says) => {
    const { code, stderr } = await nopage(args);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});
