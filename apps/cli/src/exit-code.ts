/** What a script may rely on. `FINDING` means that the command did its work and found what it was asked to look for. */
export const ExitCode = { DONE: 0, FAILED: 1, USAGE: 2, FINDING: 3, INTERRUPTED: 130 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
