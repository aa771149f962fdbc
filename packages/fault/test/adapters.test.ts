import { spawnSync } from 'node:child_process';
import crypto, { randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, readFile, readFileSync, writeFileSync, promises } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adaptersByName, arrayBuffers, install, runtimeAdapters, type Adapter, type Installation } from '../src/adapters.js';
import { createInjector, FaultError, sweep } from '../src/index.js';
import { differencesOf, snapshotOfGlobals } from './support/globals.js';

const file = join(mkdtempSync(join(tmpdir(), 'nopage-fault-')), 'data.txt');
writeFileSync(file, 'sixteen bytes...');
/** `(module (memory 1))` */
const module = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 0, 1]);

/** What a run throws or rejects with; null when it succeeds. */
function failureOf(run: () => unknown): Promise<unknown> {
  return new Promise((resolve) => {
    resolve(run());
  }).then(() => null, (reason: unknown) => reason);
}

const untouched = snapshotOfGlobals();
afterAll(() => {
  expect(differencesOf(untouched, snapshotOfGlobals())).toEqual([]);
});

describe.each<[api: string, adapter: string, run: () => unknown, bytes: number, error: RegExp]>([
  ['ArrayBuffer', 'array-buffer', () => new ArrayBuffer(8), 8, /^RangeError: Array buffer allocation failed$/],
  ['ArrayBuffer', 'array-buffer', () => new ArrayBuffer(8, { maxByteLength: 64 }), 64, /^RangeError: Array buffer allocation failed$/],
  ['SharedArrayBuffer', 'array-buffer', () => new SharedArrayBuffer(8), 8, /^RangeError: Array buffer allocation failed$/],
  ['Uint8Array', 'typed-array', () => new Uint8Array(8), 8, /^RangeError: Array buffer allocation failed$/],
  ['Float64Array', 'typed-array', () => new Float64Array([1, 2]), 16, /^RangeError: Array buffer allocation failed$/],
  ['Int16Array', 'typed-array', () => Int16Array.from([1, 2]), 4, /^RangeError: Array buffer allocation failed$/],
  ['BigInt64Array', 'typed-array', () => BigInt64Array.of(1n), 8, /^RangeError: Array buffer allocation failed$/],
  ['structuredClone', 'structured-clone', () => structuredClone({ a: 1 }), 0, /^DataCloneError: Data cannot be cloned, out of memory\.$/],
  ['Buffer.alloc', 'buffer', () => Buffer.alloc(8), 8, /^RangeError: Array buffer allocation failed$/],
  ['Buffer.allocUnsafe', 'buffer', () => Buffer.allocUnsafe(8), 8, /^RangeError: Array buffer allocation failed$/],
  ['Buffer.from', 'buffer', () => Buffer.from('12345678'), 8, /^RangeError: Array buffer allocation failed$/],
  ['Buffer.concat', 'buffer', () => Buffer.concat([module, module]), 26, /^RangeError: Array buffer allocation failed$/],
  ['WebAssembly.Memory', 'wasm', () => new WebAssembly.Memory({ initial: 1 }), 65_536, /^RangeError: WebAssembly\.Memory\(\): could not allocate memory$/],
  ['WebAssembly.Instance', 'wasm', () => new WebAssembly.Instance(new WebAssembly.Module(module)), 0, /^RangeError: WebAssembly\.Instance\(\): Out of memory: Cannot allocate Wasm memory for new instance$/],
  ['WebAssembly.instantiate', 'wasm', () => WebAssembly.instantiate(module), 0, /^RangeError: WebAssembly\.instantiate\(\): Out of memory: Cannot allocate Wasm memory for new instance$/],
  ['fs.readFileSync', 'file-read', () => readFileSync(file), 0, /^RangeError: Array buffer allocation failed$/],
  ['fs.promises.readFile', 'file-read', () => promises.readFile(file), 0, /^RangeError: Array buffer allocation failed$/],
  ['fs.readFile', 'file-read', () => new Promise((resolve, reject) => { readFile(file, (error, data) => { if (error) reject(error); else resolve(data); }); }), 0, /^RangeError: Array buffer allocation failed$/],
  ['Buffer.of', 'buffer', () => Buffer.of(1, 2), 2, /^RangeError: Array buffer allocation failed$/],
  ['crypto.randomBytes', 'random-bytes', () => crypto.randomBytes(8), 8, /^RangeError: Array buffer allocation failed$/],
  ['crypto.randomBytes', 'random-bytes', () => { randomBytes(8, () => undefined); }, 8, /^RangeError: Array buffer allocation failed$/],
  ['Blob.prototype.arrayBuffer', 'stream', () => new Blob(['x']).arrayBuffer(), 0, /^RangeError: Array buffer allocation failed$/],
])('%s (%s)', (api, adapter, run, bytes, error) => {
  it(`asks once for ${bytes} bytes, works when it may and fails as the runtime does when it may not`, async () => {
    const asked: string[] = [];
    let deny = false;
    const refused: unknown[] = [];
    const installation = install(adaptersByName(adapter), {
      shouldFailEx: (size, name) => { asked.push(`${name ?? ''} ${size}`); return deny && name === api; },
      refused: (made) => { refused.push(made); },
    });
    try {
      await run();
      expect(asked).toEqual([`${api} ${bytes}`]);
      deny = true;
      const thrown = await failureOf(run);
      expect(String(thrown)).toMatch(error);
      expect(refused).toEqual([thrown]);
      expect(refused[0]).toBe(thrown);
    } finally {
      installation.uninstall();
    }
    await run();
    expect(asked.length).toBe(2);
  });
});

describe('what is not a request', () => {
  it.each<[string, string, () => unknown]>([
    ['an empty buffer', 'array-buffer', () => new ArrayBuffer(0)],
    ['a view of a buffer', 'typed-array', () => new Uint8Array(new ArrayBuffer(8), 2, 4)],
    ['a subarray', 'typed-array', () => module.subarray(1)],
    ['a Buffer over an ArrayBuffer', 'buffer', () => Buffer.from(new ArrayBuffer(4))],
    ['a clone of a number', 'structured-clone', () => structuredClone(1)],
    ['a length that no typed array can have', 'typed-array', () => expect(() => new Uint8Array(2 ** 52)).toThrow(/^Invalid typed array length: /)],
    ['a length that no array buffer can have', 'array-buffer', () => expect(() => new ArrayBuffer(2 ** 53)).toThrow(/^Invalid array buffer length$/)],
    ['a size that no Buffer can have', 'buffer', () => expect(() => Buffer.alloc(2 ** 40)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }))],
    ['more pages than there are addresses', 'wasm', () => expect(() => new WebAssembly.Memory({ initial: 65_537 })).toThrow(/above the upper bound 65536/)],
    ['more random bytes than may be asked for', 'random-bytes', () => expect(() => crypto.randomBytes(2 ** 31)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }))],
    ['growing beyond what was reserved', 'array-buffer', () => expect(() => { (resizable as ArrayBuffer & { resize(n: number): void }).resize(17); }).toThrow(/Invalid length parameter$/)],
    ['growing by nothing', 'wasm', () => WebAssembly.Memory.prototype.grow.call(memory, 0)],
    ['a shrinking resize', 'array-buffer', () => { (resizable as ArrayBuffer & { resize(n: number): void }).resize(4); }],
  ])('%s', (_what, adapter, run) => {
    const asked: unknown[] = [];
    using _installed = install(adaptersByName(adapter), { shouldFailEx: (...args) => { asked.push(args); return false; } });
    run();
    expect(asked).toEqual([]);
  });
  const memory = new WebAssembly.Memory({ initial: 1 });
  const resizable = new ArrayBuffer(8, { maxByteLength: 16 });
});

describe('growing', () => {
  it('memory.grow and resize fail with the memory as it was', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
    const buffer = new ArrayBuffer(8, { maxByteLength: 16 }) as ArrayBuffer & { resize(n: number): void };
    const shared = new SharedArrayBuffer(8, { maxByteLength: 16 }) as SharedArrayBuffer & { grow(n: number): void };
    using _installed = install(adaptersByName('wasm,array-buffer'), createInjector({ probability: 100, times: -1 }));
    expect(() => memory.grow(1)).toThrow(new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory'));
    expect(() => { buffer.resize(16); }).toThrow(new RangeError('ArrayBuffer.prototype.resize: Out of memory'));
    expect(() => { shared.grow(16); }).toThrow(new RangeError('SharedArrayBuffer.prototype.grow: Out of memory'));
    expect([memory.buffer.byteLength, buffer.byteLength, shared.byteLength]).toEqual([65_536, 8, 8]);
  });

  it('a stream destroys itself with the error, as for any read that fails', async () => {
    using _installed = install(adaptersByName('stream'), createInjector({ probability: 100, times: -1 }));
    const stream = createReadStream(file).resume();
    const error = await new Promise((resolve) => stream.once('error', resolve));
    expect(String(error)).toBe('RangeError: Array buffer allocation failed');
    expect(stream.destroyed).toBe(true);
  });
});

describe('under instrumentation nothing else changes', () => {
  let installed: Installation;
  beforeEach(() => {
    installed = install(runtimeAdapters(), { shouldFailEx: () => false });
  });
  afterEach(() => {
    installed.uninstall();
  });

  it('instanceof, constructor, name, length, statics and prototypes hold', () => {
    const bytes = new Uint8Array(4);
    expect([bytes instanceof Uint8Array, module instanceof Uint8Array, Buffer.alloc(1) instanceof Uint8Array, new ArrayBuffer(1) instanceof ArrayBuffer]).toEqual([true, true, true, true]);
    expect([bytes.constructor === Uint8Array, Uint8Array.name, Uint8Array.length, Uint8Array.BYTES_PER_ELEMENT, ArrayBuffer.isView(bytes)]).toEqual([true, 'Uint8Array', 3, 1, true]);
    expect(Object.prototype.toString.call(bytes)).toBe('[object Uint8Array]');
    expect(new WebAssembly.Memory({ initial: 1 }) instanceof WebAssembly.Memory).toBe(true);
    expect(() => (ArrayBuffer as unknown as (n: number) => unknown)(1)).toThrow(TypeError);
  });

  it('subclasses, new.target and species hold', () => {
    let target: unknown;
    class Pixels extends Uint8ClampedArray {
      constructor(...args: [number]) {
        super(...args);
        target = new.target;
      }
      sum(): number { return this.reduce((a, b) => a + b, 0); }
    }
    const pixels = new Pixels(3).fill(2);
    expect([pixels.sum(), target === Pixels, pixels instanceof Uint8ClampedArray, pixels.slice(1) instanceof Pixels]).toEqual([6, true, true, true]);
    class Block extends ArrayBuffer {}
    expect(new Block(8).slice(2)).toBeInstanceOf(Block);
    expect(Reflect.construct(ArrayBuffer, [4], Block)).toBeInstanceOf(Block);
  });

  it('a class that was made under instrumentation works after it', () => {
    class Late extends Uint8Array {}
    installed.uninstall();
    expect(new Late(3).map((x) => x + 1)).toEqual(new Late([1, 1, 1]));
  });

  it('a getter of what is passed is read once, by the runtime', () => {
    let reads = 0;
    const options = { get maxByteLength() { reads++; return 16; } };
    expect(new ArrayBuffer(8, options).maxByteLength).toBe(16);
    expect(reads).toBe(1);
    new WebAssembly.Memory({ get initial() { reads++; return 1; } });
    expect(reads).toBe(2);
  });

  it('bytes are what they would be', async () => {
    expect(Buffer.concat([Buffer.from('ab'), Buffer.alloc(1, 'c')]).toString()).toBe('abc');
    expect([...new Uint8Array([3, 1, 2]).toSorted()]).toEqual([1, 2, 3]);
    expect(structuredClone(new Map([[1, new Uint8Array([1])]]))).toEqual(new Map([[1, new Uint8Array([1])]]));
    expect(readFileSync(file, 'utf8')).toBe('sixteen bytes...');
    expect(await promises.readFile(file, 'utf8')).toBe('sixteen bytes...');
    expect((await WebAssembly.instantiate(module)).instance).toBeInstanceOf(WebAssembly.Instance);
  });
});

describe('the stack of an injected error', () => {
  it.each(['ArrayBuffer', 'Buffer.alloc', 'structuredClone'])('%s: begins with who asked for the memory', (api) => {
    const installed = install(runtimeAdapters(), { shouldFailEx: (_bytes, name) => name === api });
    const ask = (): unknown => (api === 'ArrayBuffer' ? new ArrayBuffer(8) : api === 'Buffer.alloc' ? Buffer.alloc(8) : structuredClone({}));
    let stack: string | undefined;
    try { ask(); } catch (error) { ({ stack } = error as Error); }
    installed.uninstall();
    expect(stack?.split('\n')[1]).toMatch(/^ {4}at ask .*adapters\.test\.ts/);
  });

  it('so does what an injector sees of it: its depth and its dump are the program\'s', () => {
    const printed: string[] = [];
    const injector = createInjector({ probability: 100, requireStart: 'near', stacktraceDepth: 1 }, { print: (text) => printed.push(text) });
    const installed = install([arrayBuffers()], injector);
    const near = (): ArrayBuffer => new ArrayBuffer(8);
    const far = (): ArrayBuffer => new ArrayBuffer(8);
    try {
      far();
      expect(near).toThrow(RangeError);
    } finally {
      installed.uninstall();
    }
    expect(printed[0]?.split('\n')[3]).toMatch(/^ near \(.*adapters\.test\.ts/);
  });
});

describe('putting back', () => {
  it('every property is exactly what it was, after use, errors and a second uninstall', () => {
    const before = snapshotOfGlobals();
    const installed = install(runtimeAdapters(), createInjector({ probability: 50, times: -1 }));
    expect(differencesOf(before, snapshotOfGlobals()).length).toBeGreaterThan(20);
    for (let i = 0; i < 20; i++) {
      try { new Uint8Array(8).slice(); Buffer.alloc(8); } catch { /* half of them */ }
    }
    installed.uninstall();
    installed.uninstall();
    expect(differencesOf(before, snapshotOfGlobals())).toEqual([]);
    expect(installed.installed).toEqual([]);
  });

  it('two installations stack, and come off in reverse order', () => {
    const before = snapshotOfGlobals();
    const [a, b] = [createInjector({ failNth: 2 }), createInjector({ failNth: 1 })];
    const outer = install([arrayBuffers()], a);
    const inner = install([arrayBuffers()], b);
    expect(() => new ArrayBuffer(1)).toThrow(RangeError);
    expect([a.hits, b.hits]).toEqual([0, 1]);
    inner.uninstall();
    new ArrayBuffer(1);
    expect(() => new ArrayBuffer(1)).toThrow(RangeError);
    outer.uninstall();
    expect(differencesOf(before, snapshotOfGlobals())).toEqual([]);
  });

  it('an adapter that cannot be installed leaves nothing of the others', () => {
    const before = snapshotOfGlobals();
    const broken: Adapter = { name: 'broken', available: true, install: () => { throw new FaultError('NOT_INSTALLABLE', { attribute: 'x', given: 1, range: 'y' }); } };
    expect(() => install([...runtimeAdapters(), broken], createInjector())).toThrow(FaultError);
    const frozen = Object.freeze({ ArrayBuffer, SharedArrayBuffer });
    expect(() => install([arrayBuffers(frozen)], createInjector())).toThrow(/a property that may be replaced/);
    expect(differencesOf(before, snapshotOfGlobals())).toEqual([]);
  });

  it('a scenario that throws, hangs or is refused leaves nothing behind', async () => {
    const before = snapshotOfGlobals();
    const adapters = runtimeAdapters();
    await sweep(() => Buffer.alloc(64).toString('hex').length + new Uint8Array(8).length, { adapters });
    await sweep(() => { throw new Error('x'); }, { adapters });
    await sweep(async () => { try { Buffer.alloc(3); } catch { await new Promise(() => undefined); } }, { adapters, limitMs: 10 });
    expect(differencesOf(before, snapshotOfGlobals())).toEqual([]);
  });

  it('an unknown adapter is named with those there are', () => {
    expect(() => adaptersByName('bufer')).toThrow(/adapters: given "bufer", expected all, array-buffer, typed-array/);
  });
});

describe('the errors are those of a process that has no memory left', () => {
  // The address space is limited, and requests are larger than what is left of it; nothing is really taken.
  const program = `
    const show = async (name, run) => { try { await run(); console.log(name, 'succeeded'); } catch (e) { console.log(name, [e.constructor.name, e.name, e.message, String(e.code)].join('|')); } };
    const G = 2 ** 30;
    await show('ArrayBuffer', () => new ArrayBuffer(3 * G));
    await show('SharedArrayBuffer', () => new SharedArrayBuffer(3 * G));
    await show('resizable', () => new ArrayBuffer(8, { maxByteLength: 3 * G }));
    await show('growable', () => new SharedArrayBuffer(8, { maxByteLength: 3 * G }));
    await show('Float64Array', () => Float64Array.from({ length: 0.4 * G }));
    await show('Buffer.concat', () => Buffer.concat([Buffer.alloc(1)], 3 * G));
    await show('crypto.randomBytes', async () => (await import('node:crypto')).randomBytes(2 ** 31 - 1));
    const { openSync, ftruncateSync, readFileSync, readFile, unlinkSync, promises } = await import('node:fs');
    const large = process.argv[1];
    ftruncateSync(openSync(large, 'w'), 2 ** 31 - 1);
    await show('fs.readFileSync', () => readFileSync(large));
    await show('fs.readFile', () => new Promise((resolve, reject) => readFile(large, (error) => (error ? reject(error) : resolve()))));
    await show('fs.promises.readFile', () => promises.readFile(large));
    unlinkSync(large);
    await show('Uint8Array', () => new Uint8Array(3 * G));
    await show('Buffer.alloc', () => Buffer.alloc(3 * G));
    await show('Buffer.allocUnsafe', () => Buffer.allocUnsafe(3 * G));
    await show('WebAssembly.Memory', () => new WebAssembly.Memory({ initial: 65535 }));
    const wasm = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 5, 5, 1, 0, 0xe0, 0xd4, 3]);
    await show('WebAssembly.Instance', () => new WebAssembly.Instance(new WebAssembly.Module(wasm)));
    await show('WebAssembly.instantiate', () => WebAssembly.instantiate(wasm));
    await show('structuredClone', () => structuredClone(new Uint8Array(0.8 * G)));
    const memory = new WebAssembly.Memory({ initial: 1 });
    await show('WebAssembly.Memory.grow', () => memory.grow(60000));
  `;
  const starved = spawnSync('sh', ['-c', 'ulimit -v 2200000 && exec "$0" --disable-wasm-trap-handler --input-type=module -e "$1" "$2"', process.execPath, program, `${file}.large`], { encoding: 'utf8' });
  const real = new Map(starved.stdout.split('\n').map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const));
  const runs: Record<string, () => unknown> = {
    resizable: () => new ArrayBuffer(8, { maxByteLength: 64 }), growable: () => new SharedArrayBuffer(8, { maxByteLength: 64 }),
    Float64Array: () => Float64Array.from({ length: 8 }), 'Buffer.concat': () => Buffer.concat([Buffer.alloc(1)], 8),
    'crypto.randomBytes': () => crypto.randomBytes(8), 'fs.readFileSync': () => readFileSync(file), 'fs.promises.readFile': () => promises.readFile(file),
    'fs.readFile': () => new Promise((resolve, reject) => { readFile(file, (error, data) => { if (error) reject(error); else resolve(data); }); }),
    ArrayBuffer: () => new ArrayBuffer(8), SharedArrayBuffer: () => new SharedArrayBuffer(8), Uint8Array: () => new Uint8Array(8),
    'Buffer.alloc': () => Buffer.alloc(8), 'Buffer.allocUnsafe': () => Buffer.allocUnsafe(8), structuredClone: () => structuredClone({}),
    'WebAssembly.Memory': () => new WebAssembly.Memory({ initial: 1 }), 'WebAssembly.Memory.grow': () => memory.grow(1), 'WebAssembly.Instance': () => new WebAssembly.Instance(wasmModule),
    'WebAssembly.instantiate': () => WebAssembly.instantiate(wasmModule),
  };
  const APIS: Readonly<Record<string, string>> = { resizable: 'ArrayBuffer', growable: 'SharedArrayBuffer' };
  const wasmModule = new WebAssembly.Module(module);
  const memory = new WebAssembly.Memory({ initial: 1 });

  it.skipIf(process.platform !== 'linux').each(Object.entries(runs))('%s: same class, name, message and code', async (name, run) => {
    const installed = install(runtimeAdapters(), { shouldFailEx: (_bytes, api) => api === (APIS[name] ?? name) });
    let thrown: Error & { code?: unknown };
    try {
      thrown = (await failureOf(run)) as Error;
    } finally {
      installed.uninstall();
    }
    expect([thrown.constructor.name, thrown.name, thrown.message, String(thrown.code)].join('|')).toBe(real.get(name));
  });
});
