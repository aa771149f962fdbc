/** What can be wrong with a recording, or with how one is asked for. */
export type RecordingErrorCode =
  /** A line that is not of the format, or numbers that cannot be. */
  | 'CORRUPT'
  /** The recording ends before its `EOF`, or inside a block. */
  | 'TRUNCATED'
  /** Operations or states are not in the order in which they were recorded. */
  | 'REORDERED'
  /** A state contradicts itself: overlapping blocks, a list that repeats a frame, counts that don't add up. */
  | 'BAD_STATE'
  /** The kernel that made it is none that a profile reproduces. */
  | 'UNKNOWN_PROFILE'
  /** Nothing to replay from: there is neither a state nor a fault setting before the first operation. */
  | 'NO_STATE'
  /** The compressed bytes are damaged. */
  | 'GZIP'
  /** A line longer than the reader accepts. */
  | 'LINE_TOO_LONG'
  /** An argument that is not of its kind: no source, no bytes, nothing to write with. */
  | 'BAD_ARGUMENT';

/** A recording that cannot be read or cannot be true. `line` counts from 1; 0 where no line is to blame. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly code: RecordingErrorCode;
  readonly line: number;
  /** The message without the line number. */
  readonly reason: string;
  constructor(code: RecordingErrorCode, line: number, reason: string, options?: ErrorOptions) {
    super(line > 0 ? `line ${line}: ${reason}` : reason, options);
    this.code = code;
    this.line = line;
    this.reason = reason;
  }
}
