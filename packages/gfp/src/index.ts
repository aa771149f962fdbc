export { failureEvent, type FailureEvent, type FailureKind, type MemorySummary, type ModeReading, type RefusalReason } from './failure-event.js';
export { LIST_SHIFT, Migratetype, MIGRATETYPE_LETTERS, MIGRATETYPE_NAMES } from './migratetype.js';
export type { Permits, Reserves, Retry } from './permits.js';
export type { WatermarkZone } from './watermark-zone.js';
export { ZONE_NAMES, type FreeBlocks, type ZoneName, type ZoneState } from './zone-state.js';
