/** What a caller of an arena did that no correct program does. */
export type ArenaErrorCode =
  /** An option that is out of range, or contradicts another. */
  | 'BAD_OPTION'
  /** Memory that is none, or too small for a single page: detached, perhaps. */
  | 'BAD_MEMORY'
  /** A size that is no whole number of bytes from 1 on. */
  | 'SIZE_RANGE'
  /** An alignment that is no power of two. */
  | 'BAD_ALIGNMENT'
  /** Zeros (`__GFP_ZERO`) asked of an arena that has no bytes. */
  | 'NO_BYTES'
  /** A block that was given back already. */
  | 'DOUBLE_FREE'
  /** A view of a block that was given back. */
  | 'USE_AFTER_FREE'
  /** A block of another arena, or none at all. */
  | 'FOREIGN_BLOCK'
  /** A view whose elements don't fit the block's size or offset. */
  | 'VIEW_SHAPE'
  /** Memory that was transferred or made smaller under the arena. */
  | 'MEMORY_GONE';

/** A call that no correct program makes. The arena is as it was before the call. */
export class ArenaError extends Error {
  override readonly name = 'ArenaError';
  readonly code: ArenaErrorCode;
  /** The numbers of the call, by the names of its parameters. */
  readonly at: Readonly<Record<string, number>>;
  constructor(code: ArenaErrorCode, message: string, at: Readonly<Record<string, number>> = {}) {
    super(message);
    this.code = code;
    this.at = at;
  }
}
