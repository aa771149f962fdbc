/** What a caller did that no correct program does. */
export type MisuseCode =
  /** Pages or a first frame that no arena can have, or more than memory holds. */
  | 'ARENA_SIZE'
  /** A buffer that is too small for its arena. */
  | 'BUFFER_SIZE'
  /** Any other option that is out of range. */
  | 'OPTION_RANGE'
  /** An order that is no whole number from 0 to the largest. */
  | 'ORDER_RANGE'
  /** A migratetype that is no whole number from 0 to 7. */
  | 'MIGRATETYPE_RANGE'
  /** A frame outside the arena. */
  | 'PFN_RANGE'
  /** A number of pages that is none, or more than there are. */
  | 'PAGES_RANGE'
  /** Frames that are not in an `Int32Array`, or a buffer that is none. */
  | 'ARRAY_TYPE'
  /** A frame that can't begin a block of its order. */
  | 'MISALIGNED'
  /** A frame that is free, or in a cache. */
  | 'DOUBLE_FREE'
  /** A block that was handed out with another order. */
  | 'WRONG_ORDER'
  /** A frame that is not the first of its block. */
  | 'INSIDE_BLOCK'
  /** A frame that is no memory, or not reserved where it has to be. */
  | 'FOREIGN_FRAME'
  /** Frames that are there already, or in two blocks. */
  | 'OVERLAP'
  /** Bytes that hold no arena, another one, or a broken one. */
  | 'BAD_SNAPSHOT'
  /** An arena whose buffer was transferred or made smaller. */
  | 'MEMORY_GONE';

/** What was given for a number, in words: `-1`, `the string 100`. */
export function given(value: unknown): string {
  if (typeof value === 'string') return `the string ${value}`;
  return typeof value === 'number' || value === undefined || value === null ? String(value) : `a value of type ${typeof value}`;
}

/** A call that no correct program makes. The allocator is as it was before the call. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError';
  readonly code: MisuseCode;
  /** The numbers of the call, by the names of its parameters. */
  readonly at: Readonly<Record<string, number>>;

  constructor(code: MisuseCode, message: string, at: Readonly<Record<string, number>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.at = at;
  }
}
