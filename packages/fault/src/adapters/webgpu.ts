import type { RuntimeFaultPoint } from '../fault-point.js';
import type { Adapter } from './adapter.js';

interface BufferDescriptor {
  readonly size: number;
  readonly usage: number;
  readonly mappedAtCreation?: boolean;
  readonly label?: string;
}

interface Device extends EventTarget {
  readonly createBuffer: (descriptor: BufferDescriptor) => object;
  readonly createTexture: (descriptor: object) => object;
  readonly pushErrorScope: (filter: string) => void;
  readonly popErrorScope: () => Promise<unknown>;
  readonly limits?: { readonly maxBufferSize?: number };
}

type ErrorConstructor = new (message: string) => object;
type EventConstructor = new (type: string, init: object) => Event;

/**
 * `createBuffer` and `createTexture` of a WebGPU device: the object that comes back is invalid, and an
 * out-of-memory error goes to the innermost error scope that takes them, or to `uncapturederror`. For a buffer that is
 * mapped at creation it is the mapping that cannot be had: a `RangeError` is thrown, and the device hears of nothing.
 * What the device would find invalid (no usage, more than `maxBufferSize`) is left to it.
 *
 * @param device - The device to instrument; others are left alone.
 * @param scope - Where `GPUOutOfMemoryError` and `GPUUncapturedErrorEvent` are looked up.
 */
// WebGPU, 2024: createBuffer and createTexture ("create a device allocation"), "initialize an active buffer mapping", error scopes
export function webgpu(device: object, scope: object = globalThis): Adapter {
  return {
    name: 'webgpu',
    available: typeof (device as Partial<Device>).createBuffer === 'function',
    install: (point) => instrument(device as Device, scope, point),
  };
}

function instrument(device: Device, scope: object, point: RuntimeFaultPoint): () => void {
  const { createBuffer, createTexture, pushErrorScope, popErrorScope } = device;
  const keys = ['createBuffer', 'createTexture', 'pushErrorScope', 'popErrorScope'] as const;
  const before = keys.map((key) => [key, Object.getOwnPropertyDescriptor(device, key)] as const);
  /** The scopes as the device has them, and what has been injected into each. */
  const scopes: { readonly filter: string; injected: unknown }[] = [];

  /** The errors that nobody but us has made. */
  const injected = new WeakSet();
  const ranOut = (error: unknown): void => {
    if (isOutOfMemory(scope, error) && !injected.has(error)) point.ranOut?.({ api: 'GPUDevice', bytes: 0, error, limit: false });
  };
  const hear = (event: Event): void => ranOut((event as { error?: unknown }).error);
  device.addEventListener('uncapturederror', hear);

  const fail = (api: string): void => {
    const error = outOfMemory(scope, `${api}: out of memory`);
    injected.add(error);
    point.refused?.(error);
    const taker = scopes.findLast(({ filter }) => filter === 'out-of-memory');
    if (taker) taker.injected ??= error;
    else queueMicrotask(() => device.dispatchEvent(uncaptured(scope, error)));
  };
  /** An object that the device itself knows as invalid, made so that nobody hears of it. */
  const invalid = (make: () => object): object => {
    pushErrorScope.call(device, 'validation');
    const made = make();
    void popErrorScope.call(device);
    return made;
  };

  const replacements = {
    createBuffer: (descriptor: BufferDescriptor): object => {
      const refused = !isInvalid(descriptor, device) && point.shouldFailEx(descriptor.size, 'GPUDevice.createBuffer');
      if (!refused) return createBuffer.call(device, descriptor);
      if (descriptor.mappedAtCreation === true) {
        const error = new RangeError(`createBuffer failed, size (${descriptor.size}) is too large for the implementation when mappedAtCreation == true`);
        point.refused?.(error);
        throw error;
      }
      fail('createBuffer');
      return withUsage(invalid(() => createBuffer.call(device, { ...descriptor, usage: 0 })), descriptor.usage);
    },
    createTexture: (descriptor: object): object => {
      if ((descriptor as BufferDescriptor).usage === 0 || !point.shouldFailEx(0, 'GPUDevice.createTexture')) return createTexture.call(device, descriptor);
      fail('createTexture');
      return withUsage(invalid(() => createTexture.call(device, { ...descriptor, usage: 0 })), (descriptor as BufferDescriptor).usage);
    },
    pushErrorScope: (filter: string): void => {
      pushErrorScope.call(device, filter);
      scopes.push({ filter, injected: null });
    },
    popErrorScope: async (): Promise<unknown> => {
      const top = scopes.pop();
      const real = await popErrorScope.call(device);
      ranOut(real);
      return real ?? top?.injected ?? null;
    },
  };
  for (const key of keys) Object.defineProperty(device, key, { value: replacements[key], writable: true, enumerable: true, configurable: true });
  return () => {
    device.removeEventListener('uncapturederror', hear);
    for (const [key, descriptor] of before) {
      if (descriptor) Object.defineProperty(device, key, descriptor);
      else Reflect.deleteProperty(device, key);
    }
  };
}

function isInvalid({ size, usage }: BufferDescriptor, { limits }: Device): boolean {
  return usage === 0 || size > (limits?.maxBufferSize ?? Infinity);
}

function withUsage(made: object, usage: number): object {
  return Object.defineProperty(made, 'usage', { value: usage, configurable: true, enumerable: true });
}

function outOfMemory(scope: object, message: string): object {
  const { GPUOutOfMemoryError } = scope as { GPUOutOfMemoryError?: ErrorConstructor };
  return GPUOutOfMemoryError ? new GPUOutOfMemoryError(message) : new Error(message);
}

function isOutOfMemory(scope: object, error: unknown): error is object {
  const { GPUOutOfMemoryError } = scope as { GPUOutOfMemoryError?: ErrorConstructor };
  return GPUOutOfMemoryError !== undefined && error instanceof GPUOutOfMemoryError;
}

function uncaptured(scope: object, error: unknown): Event {
  const { GPUUncapturedErrorEvent } = scope as { GPUUncapturedErrorEvent?: EventConstructor };
  if (GPUUncapturedErrorEvent) return new GPUUncapturedErrorEvent('uncapturederror', { error });
  return Object.assign(new Event('uncapturederror'), { error });
}
