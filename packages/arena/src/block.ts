import { given } from '@nopage/buddy';
import { ArenaError } from './errors.js';
import { Span, type Keeper } from './span.js';

/** Who a block goes back to, and where its bytes are. */
export interface ByteKeeper<B extends ArrayBufferLike> extends Keeper {
  /** The memory's buffer as it stands now. */
  buffer(): B;
}

/** A typed array's constructor, or `DataView`. */
export interface ViewConstructor<B extends ArrayBufferLike, V> {
  new (buffer: B, byteOffset: number, length: number): V;
  readonly BYTES_PER_ELEMENT?: number;
}

interface TypedArrays<B extends ArrayBufferLike> {
  readonly Int8Array: Int8Array<B>;
  readonly Uint8Array: Uint8Array<B>;
  readonly Uint8ClampedArray: Uint8ClampedArray<B>;
  readonly Int16Array: Int16Array<B>;
  readonly Uint16Array: Uint16Array<B>;
  readonly Int32Array: Int32Array<B>;
  readonly Uint32Array: Uint32Array<B>;
  readonly Float32Array: Float32Array<B>;
  readonly Float64Array: Float64Array<B>;
  readonly BigInt64Array: BigInt64Array<B>;
  readonly BigUint64Array: BigUint64Array<B>;
}

/**
 * What a constructor makes of a buffer of this kind. Of a typed array's several signatures TypeScript takes the last,
 * which knows of `ArrayBuffer` only, and of a `DataView`'s it knows less than that; classes of one's own are what they say.
 */
export type ViewOf<B extends ArrayBufferLike, V> = V extends { readonly [Symbol.toStringTag]: infer N extends keyof TypedArrays<B> }
  ? TypedArrays<ArrayBuffer>[N] extends V ? TypedArrays<B>[N] : V
  : V extends DataView ? (DataView<ArrayBuffer> extends V ? DataView<B> : V) : V;

/** A piece of an arena with its bytes. */
export class Block<B extends ArrayBufferLike = ArrayBufferLike> extends Span<ByteKeeper<B>> {
  /** Its bytes, as they are: nothing is copied. @throws {ArenaError} As {@link Block.view}. */
  bytes(): Uint8Array<B> {
    return new Uint8Array(this.bufferNow(), this.offset, this.byteLength);
  }

  /**
   * Its bytes as `type` has them; nothing is copied. A view that was made before a `WebAssembly.Memory` grew is detached
   * and has length 0; ask for it again. Those of a `SharedArrayBuffer` or a resizable buffer stay as they are.
   *
   * @param type - A typed array's constructor, or `DataView`.
   * @throws {ArenaError} `USE_AFTER_FREE`; `MEMORY_GONE`; `VIEW_SHAPE` when size or offset is no multiple of an element, or
   *   `type` makes nothing.
   */
  view<V>(type: ViewConstructor<B, V>): ViewOf<B, V> {
    const { offset, byteLength } = this;
    const buffer = this.bufferNow();
    if (typeof type !== 'function') throw new ArenaError('VIEW_SHAPE', `a view is made by a constructor, not by ${given(type)}`, { offset, byteLength });
    const elementBytes = type.BYTES_PER_ELEMENT ?? 1;
    if (byteLength % elementBytes !== 0 || offset % elementBytes !== 0) {
      throw new ArenaError('VIEW_SHAPE', `${byteLength} bytes at ${offset} are no row of elements of ${elementBytes} bytes`, { offset, byteLength, elementBytes });
    }
    return new type(buffer, offset, byteLength / elementBytes) as ViewOf<B, V>;
  }

  private bufferNow(): B {
    const { offset, byteLength } = this;
    const buffer = this.keeper().buffer();
    if (offset + byteLength > buffer.byteLength) {
      throw new ArenaError('MEMORY_GONE', `the memory has ${buffer.byteLength} bytes, the block reaches to ${offset + byteLength}: it was transferred or made smaller`, { offset, byteLength, memoryBytes: buffer.byteLength });
    }
    return buffer;
  }
}
