/** What the caller got wrong. */
export type ReporterErrorCode =
  /** An option or an argument that is not of its kind, or out of its range. */
  | 'BAD_OPTION'
  /** A duration that is negative, not a number, or in no unit that is known. */
  | 'BAD_DURATION'
  | 'UNKNOWN_PRESET'
  /** What was reported is no object. */
  | 'BAD_EVENT'
  /** A saved state that isn't one, or contradicts itself. */
  | 'BAD_STATE'
  /** A configuration that can't be. */
  | 'BAD_CONFIG';

/** A call that no correct program makes; whatever it was made on is as it was before. */
export class ReporterError extends Error {
  override readonly name = 'ReporterError';
  readonly code: ReporterErrorCode;
  /** Where in a configuration or a saved state: `$.any[1].interval`; '' when it is not about one. */
  readonly path: string;
  constructor(code: ReporterErrorCode, message: string, path = '') {
    super(path === '' ? message : `${path}: ${message}`);
    this.code = code;
    this.path = path;
  }
}
