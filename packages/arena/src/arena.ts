import { Block, type ByteKeeper } from './block.js';
import { ArenaError } from './errors.js';
import { realMemory, type ArenaMemory, type RealMemory } from './memory.js';
import { assertOptions, type PagedArenaOptions } from './options.js';
import { PagedArena } from './paged-arena.js';

/** What an arena is made of. */
export interface ArenaOptions<B extends ArrayBufferLike = ArrayBufferLike> extends PagedArenaOptions {
  readonly memory: ArenaMemory<B>;
  /** Bytes of the arena; an arena that ends before its memory does never grows. @defaultValue all from `offset` on */
  readonly byteLength?: number;
}

/** An allocator over real memory: its blocks are views of it, and nothing is ever copied. */
export class Arena<B extends ArrayBufferLike = ArrayBufferLike> extends PagedArena<Block<B>> {
  private readonly memory: RealMemory<B>;
  private readonly byteKeeper: ByteKeeper<B>;

  /** @throws {ArenaError} `BAD_OPTION`; `BAD_MEMORY` for what is no memory, or has no room for a page. */
  constructor(options: ArenaOptions<B>) {
    assertOptions(options);
    const memory = realMemory(options.memory);
    super(memory, options.byteLength, options);
    this.memory = memory;
    this.byteKeeper = { ...this.keeper(), buffer: () => memory.buffer() };
  }

  /** The memory's buffer as it stands now: growth may give another one. */
  get buffer(): B {
    return this.memory.buffer();
  }

  protected override handle(offset: number, byteLength: number, grantedBytes: number): Block<B> {
    return new Block(this.byteKeeper, offset, byteLength, grantedBytes);
  }

  protected override assertZeroable(): void {
    const { byteLength: memoryBytes } = this.buffer;
    if (memoryBytes < this.byteLength) throw new ArenaError('MEMORY_GONE', `the memory has ${memoryBytes} bytes, the arena ${this.byteLength}: it was transferred or made smaller`, { memoryBytes });
  }

  protected override zero(block: Block<B>): void {
    block.bytes().fill(0);
  }
}
