/** What the caller got wrong. */
export type ReporterErrorCode =
  | 'option-range'
  | 'duration'
  | 'unknown-preset'
  | 'saved-format'
  | 'config';

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

/** A number that an option may be, or an `option-range` error with the name, the value and the range. */
export function inRange(name: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw new ReporterError('option-range', `${name} is ${value}, and must be from ${min} to ${max}`);
}

/** As {@link inRange}, for whole numbers. */
export function wholeInRange(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value)) return inRange(name, value, min, max);
  throw new ReporterError('option-range', `${name} is ${value}, and must be a whole number from ${min} to ${max}`);
}
