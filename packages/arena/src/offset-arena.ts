import { ArenaError } from './errors.js';
import { assertBytes, assertFunction, assertOptions, type PagedArenaOptions } from './options.js';
import { PagedArena } from './paged-arena.js';
import { Span, type Keeper } from './span.js';

/** What an arena of offsets is made of. */
export interface OffsetArenaOptions extends PagedArenaOptions {
  /** Bytes that there are, from `offset` on. */
  readonly byteLength: number;
  /**
   * Makes the memory at least `toBytes` long, counted from its start, and says whether it could: a larger buffer with the
   * old one's content, as a rule. Absent, the arena never grows.
   */
  readonly grow?: (toBytes: number) => boolean;
}

/** An allocator of offsets, for memory that JavaScript does not see: a GPU buffer, an atlas, a file, a range of ids. */
export class OffsetArena extends PagedArena<Span> {
  private readonly spanKeeper: Keeper;

  /** @throws {ArenaError} `BAD_OPTION`; `BAD_MEMORY` for no room for a page. */
  constructor(options: OffsetArenaOptions) {
    assertOptions(options);
    const { grow, byteLength, offset = 0 } = options;
    if (grow !== undefined) assertFunction('grow', grow);
    // Left out, it can't stand for all of the memory: there is none to ask.
    assertBytes({ byteLength });
    const room = {
      byteLength: offset + byteLength,
      limitBytes: Infinity,
      grow: grow === undefined ? null : (toBytes: number): boolean => {
        if (!grow(toBytes)) return false;
        room.byteLength = toBytes;
        return true;
      },
    };
    super(room, byteLength, options);
    this.spanKeeper = this.keeper();
  }

  protected override handle(offset: number, byteLength: number, grantedBytes: number): Span {
    return new Span(this.spanKeeper, offset, byteLength, grantedBytes);
  }

  protected override assertZeroable(): void {
    throw new ArenaError('NO_BYTES', 'an arena of offsets has no bytes to set to zero');
  }

  protected override zero(): void {
    this.assertZeroable();
  }
}
