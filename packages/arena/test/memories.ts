import { __GFP_NORETRY, GFP_KERNEL, or } from '@nopage/gfp';
import { MmError } from '@nopage/mm';
import { Arena, ArenaError, OffsetArena, type ArenaMemory, type ArenaRefusal, type Block, type Span } from '../src/index.js';

interface WasmMemory { readonly buffer: ArrayBuffer; grow(deltaPages: number): number }
interface WasmExports { sum(offset: number, length: number): number; grow(pages: number): number }
declare const WebAssembly: {
  Memory: new (limits: { initial: number; maximum?: number; shared?: boolean }) => WasmMemory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

export const KIB = 1024;
export const WASM_PAGE: number = 64 * KIB;

export const wasmMemory = (initial: number, maximum?: number, shared = false): WasmMemory =>
  new WebAssembly.Memory({ initial, ...(maximum !== undefined && { maximum }), shared });

/**
 * A module on somebody's memory: `(import "env" "memory")`, `sum(offset, length)` adds up bytes, `grow(pages)` is the
 * instruction memory.grow.
 */
export function wasmModuleOn(memory: WasmMemory): WasmExports {
  const code = [
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    0x01, 0x0c, 0x02, 0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f, 0x60, 0x01, 0x7f, 0x01, 0x7f,
    0x02, 0x0f, 0x01, 0x03, 0x65, 0x6e, 0x76, 0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x00, 0x01,
    0x03, 0x03, 0x02, 0x00, 0x01,
    0x07, 0x0e, 0x02, 0x03, 0x73, 0x75, 0x6d, 0x00, 0x00, 0x04, 0x67, 0x72, 0x6f, 0x77, 0x00, 0x01,
    0x0a, 0x34, 0x02,
    0x2b, 0x01, 0x01, 0x7f, 0x02, 0x40, 0x03, 0x40, 0x20, 0x01, 0x45, 0x0d, 0x01,
    0x20, 0x02, 0x20, 0x00, 0x2d, 0x00, 0x00, 0x6a, 0x21, 0x02, 0x20, 0x00, 0x41, 0x01, 0x6a, 0x21, 0x00,
    0x20, 0x01, 0x41, 0x01, 0x6b, 0x21, 0x01, 0x0c, 0x00, 0x0b, 0x0b, 0x20, 0x02, 0x0b,
    0x06, 0x00, 0x20, 0x00, 0x40, 0x00, 0x0b,
  ];
  return new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(code)), { env: { memory } }).exports as WasmExports;
}

/** Every kind of memory of 128 KiB, those that can grow up to 1 MiB. */
export const MEMORIES: readonly [name: string, grows: boolean, make: () => ArenaMemory][] = [
  ['ArrayBuffer', false, () => new ArrayBuffer(128 * KIB)],
  ['resizable ArrayBuffer', true, () => new ArrayBuffer(128 * KIB, { maxByteLength: 1024 * KIB })],
  ['SharedArrayBuffer', false, () => new SharedArrayBuffer(128 * KIB)],
  ['growable SharedArrayBuffer', true, () => new SharedArrayBuffer(128 * KIB, { maxByteLength: 1024 * KIB })],
  ['WebAssembly.Memory', true, () => wasmMemory(2, 16)],
  ['shared WebAssembly.Memory', true, () => wasmMemory(2, 16, true)],
];

/** An arena of 64 pages of 1 KiB. */
export const arenaOf = (options: Partial<ConstructorParameters<typeof Arena>[0]> = {}): Arena => new Arena({ memory: new ArrayBuffer(64 * KIB), pageBytes: KIB, ...options });
export const offsetsOf = (options: Partial<ConstructorParameters<typeof OffsetArena>[0]> = {}): OffsetArena => new OffsetArena({ byteLength: 64 * KIB, pageBytes: KIB, ...options });

/** The handle; fails the test for a refusal. */
export function got<H extends Span>(outcome: H | ArenaRefusal): H {
  if (outcome.ok) return outcome;
  throw new Error(`refused: ${JSON.stringify(outcome)}`);
}

/** The refusal; fails the test for a handle. */
export function refusalOf(outcome: Span | ArenaRefusal): ArenaRefusal {
  if (!outcome.ok) return outcome;
  throw new Error(`served at ${outcome.offset}`);
}

/** Takes all there is, page by page, by a request that nothing is grown or kept for. */
export function fill(arena: Arena): Block[] {
  const held: Block[] = [];
  for (;;) {
    const block = arena.alloc(1, or(GFP_KERNEL, __GFP_NORETRY));
    if (!block.ok) return held;
    held.push(block);
  }
}

/** Code of what a call throws; whatever it throws is of the family. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ArenaError || error instanceof MmError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

/** Everything that an arena tells of itself. */
export const numbersOf = (arena: Arena | OffsetArena): unknown => ({
  byteLength: arena.byteLength, used: arena.usedBytes, granted: arena.grantedBytes, free: arena.freeBytes, largest: arena.largestFreeBytes,
  served: arena.served, refused: arena.refused, freed: arena.freed, waiting: arena.waiting, memInfo: arena.memInfo(), check: arena.check(),
});
