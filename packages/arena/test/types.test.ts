import { GFP_ATOMIC, GFP_KERNEL } from '@nopage/gfp';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Arena, OffsetArena, type ArenaRefusal, type Block, type Span } from '../src/index.js';
import { KIB, wasmMemory } from './memories.js';

describe('what the types know', () => {
  it('the buffer of a view is of the memory\'s kind, so it can be handed to whoever wants one that is not shared', () => {
    const arena = new Arena({ memory: new ArrayBuffer(8 * KIB) });
    const outcome = arena.alloc(8, GFP_KERNEL);
    expectTypeOf(outcome).toEqualTypeOf<Block<ArrayBuffer> | ArenaRefusal>();
    if (!outcome.ok) throw new Error(outcome.reason);
    expectTypeOf(outcome.bytes()).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
    expectTypeOf(outcome.view(Float64Array)).toEqualTypeOf<Float64Array<ArrayBuffer>>();
    expectTypeOf(outcome.view(DataView)).toEqualTypeOf<DataView<ArrayBuffer>>();
    expectTypeOf(new Arena({ memory: new SharedArrayBuffer(8 * KIB) }).buffer).toEqualTypeOf<SharedArrayBuffer>();
    expectTypeOf(new Arena({ memory: wasmMemory(1) }).buffer).toEqualTypeOf<ArrayBuffer>();
    expect(outcome.view(Float64Array)).toHaveLength(1);
  });

  it('so is that of shared memory; a class of one\'s own stays what it is', () => {
    class Mesh extends Float32Array<SharedArrayBuffer> { readonly vertices = 2; }
    const outcome = new Arena({ memory: new SharedArrayBuffer(8 * KIB) }).alloc(8, GFP_KERNEL);
    if (!outcome.ok) throw new Error(outcome.reason);
    expectTypeOf(outcome.view(Int32Array)).toEqualTypeOf<Int32Array<SharedArrayBuffer>>();
    expectTypeOf(outcome.view(BigUint64Array)).toEqualTypeOf<BigUint64Array<SharedArrayBuffer>>();
    expectTypeOf(outcome.view(DataView)).toEqualTypeOf<DataView<SharedArrayBuffer>>();
    expectTypeOf(outcome.view(Mesh)).toEqualTypeOf<Mesh>();
    expect(outcome.view(Mesh).vertices).toBe(2);
  });

  it('an arena of offsets has no bytes to look at', () => {
    const outcome = new OffsetArena({ byteLength: 8 * KIB }).alloc(1, GFP_ATOMIC);
    expectTypeOf(outcome).toEqualTypeOf<Span | ArenaRefusal>();
    expectTypeOf(outcome).not.toHaveProperty('bytes');
    expect(outcome.ok).toBe(true);
  });

  it('a word that may not wait is not for allocWait, and bytes are not had before the outcome was looked at', async () => {
    const arena = new Arena({ memory: new ArrayBuffer(8 * KIB) });
    // @ts-expect-error -- GFP_ATOMIC has no leave to wait
    await expect(arena.allocWait(1, GFP_ATOMIC)).rejects.toMatchObject({ code: 'MUST_NOT_WAIT' });
    expectTypeOf<keyof ReturnType<typeof arena.alloc>>().toEqualTypeOf<'ok'>();
  });
});
