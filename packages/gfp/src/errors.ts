/** Why a flag word was turned down. */
export type GfpErrorCode = 'UNKNOWN_BITS' | 'UNKNOWN_NAME' | 'NOT_A_MASK' | 'CONTRADICTION';

/** A flag word, or its text, that no correct caller passes. */
export class GfpError extends Error {
  override readonly name = 'GfpError';
  readonly code: GfpErrorCode;
  /** The word in question; null when a text was. */
  readonly mask: number | null;
  constructor(code: GfpErrorCode, mask: number | null, message: string) {
    super(message);
    this.code = code;
    this.mask = mask;
  }
}
