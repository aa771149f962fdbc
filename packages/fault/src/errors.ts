/** What a caller of this package can get wrong. */
export type FaultErrorCode =
  | 'UNKNOWN_ATTRIBUTE'
  | 'WRONG_TYPE'
  | 'OUT_OF_RANGE'
  | 'BOOT_SYNTAX'
  | 'BAD_REGION'
  | 'MISSING_SEAM'
  | 'UNKNOWN_KERNEL'
  | 'BAD_OPTION'
  | 'NOT_INSTALLABLE';

/** A setting that no correct caller passes. Nothing was created, changed or installed. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly code: FaultErrorCode;
  /** The attribute or option, what was given for it, and what would be accepted. */
  readonly at: { readonly attribute: string; readonly given: unknown; readonly range: string };

  constructor(code: FaultErrorCode, at: FaultError['at']) {
    super(`${at.attribute}: given ${shown(at.given)}, expected ${at.range}`);
    this.code = code;
    this.at = at;
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
