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

  it('has each request failed once, in whatever order its workers start', async () => {
    const report = await sweepCommand([process.execPath, program('pool.mjs')], { parallel: 2 });
    expect(report.cases.map(({ n, request, outcome }) => `${n}: ${request.bytes ?? ''} ${outcome}`)).toEqual(['1: 1 swallowed', '2: 2 swallowed', '3: 3 swallowed', '4: 4 swallowed']);
  });

  it('is swept through a worker that it terminates and a child that it kills', async () => {
    const report = await sweepCommand([process.execPath, program('ends-others.mjs')], { adapters: 'typed-array' });
    expect(report.trouble).toBeNull();
    expect(report.cases.map(({ request, outcome }) => `${request.bytes ?? ''} ${outcome}`)).toEqual(['1 swallowed', '2 swallowed']);
  });

  it('that dies of what its worker could not have, died of the failure', async () => {
    const report = await sweepCommand([process.execPath, program('dies-with-worker.mjs')]);
    expect(report.cases).toMatchObject([{ outcome: 'ok', detail: 'died of it: RangeError: Array buffer allocation failed' }]);
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

describe('importing', () => {
  it('any part of the package but register changes no global, and installs no listener', () => {
    const parts = ['index', 'adapters', 'command', 'fast-check'].map((name) => new URL(`../dist/${name}.js`, import.meta.url).href);
    const script = `
      import crypto from 'node:crypto'; import fs from 'node:fs';
      const owners = { globalThis, ArrayBuffer, 'ArrayBuffer.prototype': ArrayBuffer.prototype, SharedArrayBuffer, Buffer, WebAssembly, 'Memory.prototype': WebAssembly.Memory.prototype,
        Error, '%TypedArray%.prototype': Object.getPrototypeOf(Uint8Array.prototype), 'Uint8Array.prototype': Uint8Array.prototype, crypto, fs, 'fs.promises': fs.promises, 'ReadStream.prototype': fs.ReadStream.prototype, 'Blob.prototype': Blob.prototype, process };
      // Some getters replace themselves with a value when first read.
      for (const owner of [globalThis, process]) for (const key of Object.keys(Object.getOwnPropertyDescriptors(owner))) owner[key];
      const snapshot = () => Object.entries(owners).flatMap(([name, owner]) => Reflect.ownKeys(owner).flatMap((key) => Object.entries(Object.getOwnPropertyDescriptor(owner, key)).map(([part, value]) => [name + '.' + String(key) + '.' + part, value])));
      const before = new Map(snapshot());
      const listeners = () => process.eventNames().map((name) => String(name) + process.listenerCount(name)).join();
      const heard = listeners();
      for (const part of ${JSON.stringify(parts)}) await import(part);
      const after = new Map(snapshot());
      const volatile = /^process\\.(?:_|argv|env|report)/;
      const changed = [...new Set([...before.keys(), ...after.keys()])].filter((key) => !volatile.test(key) && !Object.is(before.get(key), after.get(key)));
      console.log(JSON.stringify({ changed, heard: heard === listeners()  }));
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ changed: [], heard: true });
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

  it('spares the module loader: a program whose every request fails is loaded all the same', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', register, program('swallowing.mjs')], { encoding: 'utf8', env: { ...process.env, NOPAGE_FAULT: JSON.stringify({ probability: 100, times: -1, verbose: 0 }) } });
    expect([status, stdout, stderr]).toEqual([0, 'RangeError: Array buffer allocation failed\n', '']);
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

  it('works in a program that has frozen what stacks are taken with', () => {
    const { stdout, stderr } = run({ NOPAGE_FAULT_NTH: '1', NOPAGE_FAULT_ADAPTERS: 'buffer' }, 'Object.freeze(Error); try { Buffer.alloc(1); } catch (e) { console.log(e.message); }');
    expect([stdout, stderr]).toEqual(['Array buffer allocation failed\n', '']);
  });

  it('a request that never comes is told, too', () => {
    const { status, stderr } = run({ NOPAGE_FAULT_NTH: '9', NOPAGE_FAULT_ADAPTERS: 'buffer' }, 'Buffer.alloc(1)');
    expect([status, stderr]).toEqual([2, '@nopage/fault/register: request 9 never came: there were 1\n']);
  });

  it('so is a countdown that does not come to its end', () => {
    const { status, stderr } = run({ NOPAGE_FAULT: '{"failNth":9}', NOPAGE_FAULT_ADAPTERS: 'buffer' }, 'Buffer.alloc(1)');
    expect([status, stderr]).toEqual([2, '@nopage/fault/register: failNth: 8 more requests had to come\n']);
  });

  it('the ending of a child process is left to its parent', () => {
    const env = { NOPAGE_FAULT_NTH: '2', NOPAGE_FAULT_ADAPTERS: 'buffer' };
    const { status, stdout, stderr } = run(env, `
      for (let i = 0; i < 2; i++) try { Buffer.alloc(1); } catch { console.log('refused'); }
      require('child_process').fork(${JSON.stringify(program('named.mjs'))}).on('exit', (code) => console.log(code));
    `);
    expect([status, stdout]).toEqual([0, 'refused\n0\n']);
    expect(stderr).toMatch(/request 2 never came: there were 0/);
  });

  it.each([
    [{ NOPAGE_FAULT: '1,2' }, /NOPAGE_FAULT: given "1,2", expected four decimal numbers/],
    [{ NOPAGE_FAULT: '[]' }, /NOPAGE_FAULT: given "\[\]", expected four decimal numbers \(.*\), or attributes as JSON/],
    [{ NOPAGE_FAULT: '{"probabilty":1}' }, /probabilty/],
    [{ NOPAGE_FAULT_NTH: '0' }, /NOPAGE_FAULT_NTH: given "0"/],
    [{ NOPAGE_FAULT_NTH: '1', NOPAGE_FAULT_ADAPTERS: 'bufer' }, /expected all, array-buffer/],
    [{ NOPAGE_FAULT_NTH: '1', NOPAGE_FAULT_ADAPTERS: '' }, /adapters: given "", expected all, array-buffer/],
    [{ NOPAGE_FAULT_OUT: '/nowhere/folder' }, /NOPAGE_FAULT_OUT: given "\/nowhere\/folder", expected a folder that can be written to/],
    [{ NOPAGE_FAULT_THN: 'fail' }, /NOPAGE_FAULT_THN: given "fail", expected one of/],
  ])('%j: exit code 2 and a plain sentence', (env, message) => {
    const { status, stderr } = run(env, 'console.log("ran")');
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n').length).toBe(1);
  });
});
