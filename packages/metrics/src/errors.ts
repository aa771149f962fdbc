/** What a caller of this package can get wrong. */
export type MetricsErrorCode =
  /** An option that is not of its kind, or out of its range. */
  | 'BAD_OPTION'
  /** Counts to go on from that are none. */
  | 'BAD_STATE'
  /** The registry has a metric of one of our names already. */
  | 'NAME_TAKEN';

/** A call that no correct program makes; nothing has been counted or registered. */
export class MetricsError extends Error {
  override readonly name = 'MetricsError';
  readonly code: MetricsErrorCode;
  constructor(code: MetricsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
