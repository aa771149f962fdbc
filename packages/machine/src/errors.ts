/** What was wrong with how a machine was asked for. */
export type MachineErrorCode = 'UNKNOWN_SCENARIO' | 'BAD_OPTION';

/** A machine that can't be made, or a change that it can't take; nothing has changed. */
export class MachineError extends Error {
  override readonly name = 'MachineError';
  readonly code: MachineErrorCode;
  constructor(code: MachineErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
