export { compareStates, formatDifferences, sameStates, type Difference } from './compare.js';
export { RecordingError, type RecordingErrorCode } from './errors.js';
export { readTrace, type TraceSource } from './open-trace.js';
export { EVENT_WIDTH, LITE_WIDTH, Operation, OperationKind } from './operation.js';
export { replay, type Mismatch, type ReplayOptions, type ReplayReport } from './replay.js';
export { kernelFacts, restore, type KernelFacts } from './restore.js';
export type { RecordedState } from './state-parser.js';
export { TraceReader, type TraceSink } from './trace-reader.js';
