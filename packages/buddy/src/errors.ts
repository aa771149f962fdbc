/** What a caller did that no correct program does. */
export type MisuseCode =
  | 'ARENA_SIZE'
  | 'BUFFER_SIZE'
  | 'OPTION_RANGE'
  | 'ORDER_RANGE'
  | 'MIGRATETYPE_RANGE'
  | 'PFN_RANGE'
  | 'PAGES_RANGE'
  | 'ARRAY_TYPE'
  | 'MISALIGNED'
  | 'DOUBLE_FREE'
  | 'WRONG_ORDER'
  | 'INSIDE_BLOCK'
  | 'FOREIGN_FRAME'
  | 'OVERLAP'
  | 'BAD_SNAPSHOT';

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
