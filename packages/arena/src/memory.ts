import { ArenaError } from './errors.js';
import type { Room } from './growth.js';

/** What an arena needs of a `WebAssembly.Memory`; the real one fits, whatever library declares it. */
export interface WasmMemoryLike<B extends ArrayBufferLike = ArrayBufferLike> {
  /** Another object after each growth. */
  readonly buffer: B;
  /** Grows by so many pages of 64 KiB; throws, or returns -1, when it can't. */
  grow(deltaPages: number): number;
}

/** Memory to allocate from. A resizable or growable buffer grows as a `WebAssembly.Memory` does. */
export type ArenaMemory<B extends ArrayBufferLike = ArrayBufferLike> = B | WasmMemoryLike<B>;

/** Real memory: room for bytes, and the bytes. */
export interface RealMemory<B extends ArrayBufferLike> extends Room {
  /** As it stands now: growth may give another one. */
  buffer(): B;
}

const WASM_PAGE_BYTES = 65_536;
/** Pages that a 32-bit `WebAssembly.Memory` can have; its own maximum can't be read. */
const WASM_MAX_PAGES = 65_536;

/** @throws {ArenaError} `BAD_MEMORY` for what is no memory. */
export function realMemory<B extends ArrayBufferLike>(memory: ArenaMemory<B>): RealMemory<B> {
  if (isBuffer(memory)) return ofBuffer(memory);
  if (isWasmMemory(memory)) return ofWasm(memory);
  const view = ArrayBuffer.isView(memory) ? ', but a view: pass its buffer, with offset and byteLength' : '';
  throw new ArenaError('BAD_MEMORY', `an arena's memory is an ArrayBuffer, a SharedArrayBuffer or a WebAssembly.Memory, not ${tagOf(memory)}${view}`);
}

function ofBuffer<B extends ArrayBufferLike>(buffer: B): RealMemory<B> {
  const grow = growthOf(buffer);
  return {
    buffer: () => buffer,
    get byteLength() { return buffer.byteLength; },
    limitBytes: grow === null ? buffer.byteLength : buffer.maxByteLength,
    grow: grow === null ? null : (toBytes) => succeeds(() => { grow(toBytes); }),
  };
}

/** How a buffer is made longer; null for one that can't be. */
function growthOf(buffer: ArrayBufferLike): ((toBytes: number) => void) | null {
  if ('growable' in buffer) return buffer.growable ? (toBytes) => { buffer.grow(toBytes); } : null;
  return buffer.resizable ? (toBytes) => { buffer.resize(toBytes); } : null;
}

function ofWasm<B extends ArrayBufferLike>(memory: WasmMemoryLike<B>): RealMemory<B> {
  return {
    buffer: () => memory.buffer,
    get byteLength() { return memory.buffer.byteLength; },
    limitBytes: WASM_MAX_PAGES * WASM_PAGE_BYTES,
    grow: (toBytes) => succeeds(() => memory.grow(Math.ceil((toBytes - memory.buffer.byteLength) / WASM_PAGE_BYTES))) && memory.buffer.byteLength >= toBytes,
  };
}

/** The runtime refuses memory by a `RangeError`, and by others for memory that is gone: either way there is none. */
function succeeds(call: () => unknown): boolean {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}

// By tag, not by class: a buffer of another realm (a frame, a worker's test harness) is one, too.
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function isBuffer(value: unknown): value is ArrayBufferLike {
  const tag = tagOf(value);
  return tag === 'ArrayBuffer' || tag === 'SharedArrayBuffer';
}

function isWasmMemory<B extends ArrayBufferLike>(value: unknown): value is WasmMemoryLike<B> {
  return typeof value === 'object' && value !== null && 'buffer' in value && isBuffer(value.buffer) && 'grow' in value && typeof value.grow === 'function';
}
