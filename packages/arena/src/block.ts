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
   * @throws {ArenaError} `USE_AFTER_FREE`; `MEMORY_GONE`; `VIEW_SHAPE` when size or offset is no multiple of an element.
   */
  view<V>(type: ViewConstructor<B, V>): V {
    const { offset, byteLength } = this;
    const buffer = this.bufferNow();
    const elementBytes = type.BYTES_PER_ELEMENT ?? 1;
    if (byteLength % elementBytes !== 0 || offset % elementBytes !== 0) {
      throw new ArenaError('VIEW_SHAPE', `${byteLength} bytes at ${offset} are no row of elements of ${elementBytes} bytes`, { offset, byteLength, elementBytes });
    }
    return new type(buffer, offset, byteLength / elementBytes);
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
