import { describe, expect, it } from 'vitest';
import { install, tellFailures, webgpu } from '../src/adapters.js';
import { createInjector, sweep } from '../src/index.js';

class GPUOutOfMemoryError extends Error {}
class GPUValidationError extends Error {}
const scope = { GPUOutOfMemoryError };

interface Descriptor { size: number; usage: number; mappedAtCreation?: boolean }

/**
 * A device as the specification has it, as far as errors go: an object that cannot be made is invalid, its error goes to
 * the innermost scope for its kind or to `uncapturederror`, and using an invalid object is a validation error.
 */
class MockDevice extends EventTarget {
  readonly limits = { maxBufferSize: 2 ** 28 };
  readonly made: { readonly kind: string; valid: boolean; usage: number; destroyed: boolean }[] = [];
  readonly #scopes: { readonly filter: string; error: Error | null }[] = [];

  createBuffer(descriptor: Descriptor): { readonly usage: number; valid: boolean; destroyed: boolean } {
    return this.#make('buffer', descriptor.size > this.limits.maxBufferSize ? 0 : descriptor.usage);
  }

  createTexture(descriptor: { usage: number }): { readonly usage: number; valid: boolean; destroyed: boolean } {
    return this.#make('texture', descriptor.usage);
  }

  submit(...buffers: { readonly valid: boolean }[]): void {
    if (buffers.some(({ valid }) => !valid)) this.#raise('validation', new GPUValidationError('an invalid buffer'));
  }

  pushErrorScope(filter: string): void {
    if (!['validation', 'out-of-memory', 'internal'].includes(filter)) throw new TypeError(`${filter} is no filter`);
    this.#scopes.push({ filter, error: null });
  }

  /** The next object is one that there is no memory for. */
  runOut = false;

  popErrorScope(): Promise<Error | null> {
    const top = this.#scopes.pop();
    return top ? Promise.resolve(top.error) : Promise.reject(new DOMException('no scope', 'OperationError'));
  }

  #make(kind: string, usage: number): { readonly kind: string; usage: number; valid: boolean; destroyed: boolean } {
    if (usage === 0) this.#raise('validation', new GPUValidationError('usage is empty'));
    if (this.runOut) this.#raise('out-of-memory', new GPUOutOfMemoryError('no memory'));
    const made = { kind, usage, valid: usage !== 0, destroyed: false };
    this.made.push(made);
    return made;
  }

  #raise(filter: string, error: Error): void {
    const taker = this.#scopes.findLast((scope) => scope.filter === filter);
    if (taker) taker.error ??= error;
    else this.dispatchEvent(Object.assign(new Event('uncapturederror'), { error }));
  }
}

const always = (): ReturnType<typeof createInjector> => createInjector({ probability: 100, times: -1 });
const VERTEX = 0x20;

describe('a WebGPU device without memory', () => {
  it('gives an invalid buffer with the usage that was asked for, and its error to the innermost out-of-memory scope', async () => {
    const device = new MockDevice();
    using _installed = install([webgpu(device, scope)], always());
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    const buffer = device.createBuffer({ size: 64, usage: VERTEX });
    expect([buffer.valid, buffer.usage]).toEqual([false, VERTEX]);
    expect(await device.popErrorScope()).toBeNull();
    const error = await device.popErrorScope();
    expect(error).toBeInstanceOf(GPUOutOfMemoryError);
  });

  it('raises uncapturederror where no scope takes it', async () => {
    const device = new MockDevice();
    using _installed = install([webgpu(device, scope)], always());
    const told = new Promise<Event & { error?: unknown }>((resolve) => { device.addEventListener('uncapturederror', resolve); });
    device.createTexture({ usage: VERTEX });
    expect((await told).error).toBeInstanceOf(GPUOutOfMemoryError);
  });

  it.each([['a scope', true], ['nobody', false]])('tells of a shortage of its own that %s takes, and once of one that was injected', async (_who, scoped) => {
    const device = new MockDevice();
    const told: string[] = [];
    let deny = true;
    using _installed = install([webgpu(device, scope)], tellFailures(({ kind, bytes, detail }) => told.push(`${kind} ${detail['api'] ?? ''} ${bytes ?? 0}`), { point: { shouldFailEx: () => deny } }));
    for (const injected of [true, false]) {
      deny = injected;
      device.runOut = !injected;
      if (scoped) device.pushErrorScope('out-of-memory');
      device.createBuffer({ size: 64, usage: VERTEX });
      if (scoped) expect(await device.popErrorScope()).toBeInstanceOf(GPUOutOfMemoryError);
      await Promise.resolve();
    }
    expect(told).toEqual(['fault-injection GPUDevice.createBuffer 64', 'page-allocation-failure GPUDevice 0']);
  });

  it('throws a RangeError for a buffer that is mapped at creation: no mapping, no error in any scope', async () => {
    const device = new MockDevice();
    const refused: unknown[] = [];
    using _installed = install([webgpu(device, scope)], { shouldFailEx: () => true, refused: (error) => { refused.push(error); } });
    device.pushErrorScope('out-of-memory');
    let thrown: unknown;
    try { device.createBuffer({ size: 64, usage: VERTEX, mappedAtCreation: true }); } catch (error) { thrown = error; }
    expect(thrown).toBeInstanceOf(RangeError);
    expect(refused).toEqual([thrown]);
    expect(await device.popErrorScope()).toBeNull();
    expect(device.made).toEqual([]);
  });

  it('leaves what is invalid to the device: no usage, more than its limit', async () => {
    const device = new MockDevice();
    using _installed = install([webgpu(device, scope)], always());
    for (const descriptor of [{ size: 4, usage: 0 }, { size: device.limits.maxBufferSize + 4, usage: VERTEX }]) {
      device.pushErrorScope('validation');
      device.createBuffer(descriptor);
      expect(await device.popErrorScope()).toBeInstanceOf(GPUValidationError);
    }
    expect(() => { device.pushErrorScope('memory'); }).toThrow(TypeError);
    await expect(device.popErrorScope()).rejects.toThrow('no scope');
  });

  it('takes nothing from scopes that were open before', async () => {
    const device = new MockDevice();
    device.pushErrorScope('validation');
    const installed = install([webgpu(device, scope)], always());
    device.createBuffer({ size: 4, usage: 0 });
    expect(await device.popErrorScope()).toBeInstanceOf(GPUValidationError);
    installed.uninstall();
  });

  it('keeps the device\'s own errors, its failing pop, and puts everything back', async () => {
    const device = new MockDevice();
    const before = Object.getOwnPropertyNames(device);
    const installed = install([webgpu(device, scope)], createInjector());
    device.pushErrorScope('validation');
    device.createBuffer({ size: 1, usage: 0 });
    expect(await device.popErrorScope()).toBeInstanceOf(GPUValidationError);
    await expect(device.popErrorScope()).rejects.toThrow('no scope');
    installed.uninstall();
    expect(Object.getOwnPropertyNames(device)).toEqual(before);
  });

  it('a renderer that looks at its scope survives, one that does not goes on with an invalid buffer', async () => {
    const careful = async (device: MockDevice): Promise<void> => {
      device.pushErrorScope('out-of-memory');
      const buffer = device.createBuffer({ size: 64, usage: VERTEX });
      const error = await device.popErrorScope();
      if (error) throw error;
      device.submit(buffer);
    };
    const careless = async (device: MockDevice): Promise<string> => {
      const problems: string[] = [];
      device.addEventListener('uncapturederror', (event) => problems.push((event as Event & { error: Error }).error.message));
      device.submit(device.createBuffer({ size: 64, usage: VERTEX }));
      await Promise.resolve();
      return problems.join();
    };
    for (const [render, outcome] of [[careful, 'ok'], [careless, 'swallowed']] as const) {
      const device = new MockDevice();
      const report = await sweep<unknown>(() => render(device), { adapters: [webgpu(device, scope)] });
      expect(report.cases).toMatchObject([{ outcome, request: { api: 'GPUDevice.createBuffer', bytes: 64 } }]);
    }
  });
});
