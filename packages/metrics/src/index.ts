export { families, type FamilyChoice } from './families.js';
export type { Emit, Family } from './family.js';
export { MetricsError, type MetricsErrorCode } from './errors.js';
export { FailureCounter, type FailureCounterOptions, type FailureCounterState } from './failure-counter.js';
export { labelText, OTHER, UNKNOWN } from './label-text.js';
export { largestFreeOrder } from './largest-free-order.js';
export { takeReading, type Reading, type ZoneReading } from './reading.js';
export type {
  ArenaSource, Exemplar, FailureSeries, FailureSource, FaultSource, LedgerSource, MemorySource, Sources, VoteSeries, VoteSource,
} from './sources.js';
export { VoteCounter, type CountedVote, type VoteCounterOptions } from './vote-counter.js';
