/** What is wrong with a scenario or with how it is run. */
export type ScenarioErrorCode =
  | 'NOT_A_SCENARIO'
  | 'UNKNOWN_PARAMETER'
  | 'PARAMETER_RANGE'
  | 'STEP_COUNT'
  /** An option or an argument that is not of its kind. */
  | 'BAD_OPTION';

/** A scenario that can't be run as written, or a call that no correct program makes; nothing has changed. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly code: ScenarioErrorCode;
  /** Where: `steps[3].order`, `parameters.mtuBytes`. */
  readonly at: string;
  constructor(code: ScenarioErrorCode, at: string, message: string) {
    super(`${at}: ${message}`);
    this.code = code;
    this.at = at;
  }
}
