/** What a caller of the page allocator did that no correct program does. */
export type MmErrorCode =
  /** Options that contradict one another or lie out of range. */
  | 'BAD_OPTION'
  /** Zones that overlap, come in another order than the kernel's, or have no pages at all. */
  | 'BAD_ZONES'
  /** A profile that does not exist. */
  | 'UNKNOWN_PROFILE'
  /** An order that is no whole number from 0 on. */
  | 'ORDER_RANGE'
  /** Frames that are not in an `Int32Array`. */
  | 'ARRAY_TYPE'
  /** A number of pages that is none. */
  | 'PAGES_RANGE'
  /** A frame that is in no zone. */
  | 'FOREIGN_FRAME'
  /** A flag word with bits that mean nothing, or that exclude one another. */
  | 'BAD_GFP'
  /** A word that must not wait where waiting is what is asked for. */
  | 'MUST_NOT_WAIT'
  /** A state or a snapshot that is broken, or of another allocator. */
  | 'BAD_STATE';

/** A call that no correct program makes. The allocator is as it was before the call. */
export class MmError extends Error {
  override readonly name = 'MmError';
  readonly code: MmErrorCode;
  /** The numbers of the call, by the names of its parameters. */
  readonly at: Readonly<Record<string, number>>;
  constructor(code: MmErrorCode, message: string, at: Readonly<Record<string, number>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.at = at;
  }
}
