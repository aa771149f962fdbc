import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FaultError } from '@nopage/fault';
import { sweepCommand, type SweepCommandOptions } from '@nopage/fault/command';

const program = (name: string): string => fileURLToPath(new URL(`./fixtures/programs/${name}`, import.meta.url));
const register = new URL('../dist/register.js', import.meta.url).href;
const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('nopage-sweep-'));

describe('a command', () => {
  it.each([
    ['passes', 'ok', 'did without: same output'],
    ['tells', 'ok', 'told: exit code 7'],
    ['rethrows', 'ok', 'died of it: RangeError: Array buffer allocation failed'],
    ['crashes', 'threw', "uncaught: TypeError: Cannot read properties of undefined (reading 'length')"],
    ['swallows', 'swallowed', 'exit code 0 with other output'],
    ['hangs', 'hung', 'did not end within 4000 ms'],
    ['dies', 'threw', 'killed by SIGKILL'],
    ['leaves', 'leaked', 'a process of it went on after it had ended'],
    ['litters', 'leaked', '1 more left in the temporary folder: left.txt'],
    ['prints', 'ok', 'did without: same output'],
  ])('that %s: %s', async (way, outcome, detail) => {
    const report = await sweepCommand([process.execPath, program('careless.mjs'), way], { limitMs: 4000 });
    expect(report.trouble).toBeNull();
    expect(report.cases).toMatchObject([{ n: 1, outcome, detail, request: { api: 'Buffer.alloc', bytes: 1000 } }]);
    expect(report.sites[0]).toMatchObject({ sourceHash: expect.stringMatching(/^fnv1a64:/) as string, cases: 1, survived: outcome === 'ok' });
    expect(leftovers()).toEqual([]);
  });

  it('is swept through its worker threads and child processes', async () => {
    const report = await sweepCommand([process.execPath, program('tree.mjs')], { parallel: 2 });
    expect(report.cases.map(({ request, outcome }) => `${request.api ?? ''} ${outcome}`)).toEqual(['Buffer.alloc ok', 'Uint8Array ok', 'ArrayBuffer ok']);
  });

  it.each([
    [['-e', '0'], 'no-requests', /no process of the command asked for memory/],
    [['-e', 'process.exit(5)'], 'threw', /ends with exit code 5/],
    [['-e', 'process.kill(process.pid, "SIGTERM")'], 'exited', /killed by SIGTERM/],
    [['-e', 'setInterval(() => {}, 9)'], 'hung', /did not end within 1500 ms/],
  ])('node %j is not swept: %s', async (args, code, text) => {
    const report = await sweepCommand([process.execPath, ...args], { limitMs: 1500 });
    expect(report).toMatchObject({ passed: false, cases: [], trouble: { code, text: expect.stringMatching(text) as string } });
  });

  it('that is no program, or starts no Node, is not swept', async () => {
    expect((await sweepCommand(['/nowhere/program'])).trouble).toMatchObject({ code: 'not-started', text: expect.stringContaining('cannot be started') as string });
    expect((await sweepCommand(['true'])).trouble).toMatchObject({ code: 'not-instrumented' });
  });

  it.each<[string, readonly string[], SweepCommandOptions, RegExp]>([
    ['no command', [], {}, /a program and its arguments/],
    ['an unknown option', ['true'], { limit: 5 } as never, /limit: given 5, expected one of nth, then/],
    ['an option of another type', ['true'], { nth: 5 } as never, /nth: given 5, expected a string/],
    ['an unknown adapter', ['true'], { adapters: 'bufer' }, /adapters: given "bufer", expected all/],
  ])('%s is refused before anything runs', async (_what, command, options, message) => {
    await expect(sweepCommand(command, options)).rejects.toThrow(message);
    await expect(sweepCommand(command, options)).rejects.toThrow(FaultError);
  });

  it('stopped while it runs, has the cases so far and leaves nothing behind', async () => {
    const stop = new AbortController();
    const report = await sweepCommand([process.execPath, program('tree.mjs')], { signal: stop.signal, onCase: () => stop.abort() });
    expect(report).toMatchObject({ passed: false, requests: 3, cases: [{ n: 1, outcome: 'ok' }], sites: [], trouble: { code: 'interrupted', text: 'stopped after 1 of 3 cases' } });
    expect(leftovers()).toEqual([]);
  });
});

describe('register', () => {
  const run = (env: Record<string, string>, code: string): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['--import', register, '-e', code], { encoding: 'utf8', env: { ...process.env, ...env } });

  it('does nothing where the environment asks for nothing', () => {
    expect(run({}, 'console.log(Object.getOwnPropertyDescriptor(ArrayBuffer, "name").value, new Uint8Array(8).length)')).toMatchObject({ status: 0, stdout: 'ArrayBuffer 8\n', stderr: '' });
  });

  it('fails by chance with the boot syntax, and says so as the kernel does', () => {
    const { stdout, stderr } = run({ NOPAGE_FAULT: '2,100,0,1', NOPAGE_FAULT_ADAPTERS: 'buffer' }, 'for (let i = 0; i < 4; i++) try { Buffer.alloc(9); console.log(i); } catch (e) { console.log(e.message); }');
    expect(stdout).toBe('0\nArray buffer allocation failed\n2\n3\n');
    expect(stderr).toMatch(/^FAULT_INJECTION: forcing a failure\.\nname fail_runtime, interval 2, probability 100, space 0, times 1\nCall Trace:\n/);
  });

  it('fails the nth request alone', () => {
    const { stdout } = run({ NOPAGE_FAULT_NTH: '2', NOPAGE_FAULT_ADAPTERS: 'buffer' }, 'for (let i = 0; i < 3; i++) try { Buffer.alloc(9); console.log(i); } catch (e) { console.log(e.name); }');
    expect(stdout).toBe('0\nRangeError\n2\n');
  });

  it('a region that matches nothing is told, and takes a good ending away', () => {
    const attributes = JSON.stringify({ probability: 100, times: -1, requireStart: 'nowhere' });
    const { status, stdout, stderr } = run({ NOPAGE_FAULT: attributes }, 'console.log(Buffer.alloc(9).length)');
    expect([status, stdout]).toEqual([2, '9\n']);
    expect(stderr).toMatch(/^@nopage\/fault\/register: requireStart nowhere is on none of the \d+ stacks looked at\n$/);
  });

  it.each([
    [{ NOPAGE_FAULT: '1,2' }, /fault: given "1,2", expected four decimal numbers/],
    [{ NOPAGE_FAULT: '{"probabilty":1}' }, /probabilty/],
    [{ NOPAGE_FAULT_NTH: '0' }, /NOPAGE_FAULT_NTH: given "0"/],
    [{ NOPAGE_FAULT_NTH: '1', NOPAGE_FAULT_ADAPTERS: 'bufer' }, /expected all, array-buffer/],
    [{ NOPAGE_FAULT_THN: 'fail' }, /NOPAGE_FAULT_THN: given "fail", expected one of/],
  ])('%j: exit code 2 and a plain sentence', (env, message) => {
    const { status, stderr } = run(env, 'console.log("ran")');
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n').length).toBe(1);
  });
});
