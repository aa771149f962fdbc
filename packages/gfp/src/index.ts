export { checkedMask, decode, format, hexOf, maskOf, parse, unknownBits, type ParsedFlags } from './codec.js';
export { contradiction, gfpWord, type Contradiction } from './contradiction.js';
export { variantsOf, withConfig, type Era, type EraOption, type EraTable, type FlagTable } from './era.js';
export { eraOf, ERAS, possibleEras } from './eras.js';
export { failureEvent, type FailureEvent, type FailureKind, type MemorySummary, type ModeReading, type RefusalReason } from './failure-event.js';
export { formatIndex, fragmentationIndex, unusableIndex, unusablePercent } from './fragmentation.js';
export {
  __GFP_ACCOUNT, __GFP_COMP, __GFP_DIRECT_RECLAIM, __GFP_DMA, __GFP_DMA32, __GFP_FS, __GFP_HARDWALL, __GFP_HIGH, __GFP_HIGHMEM,
  __GFP_IO, __GFP_KSWAPD_RECLAIM, __GFP_MEMALLOC, __GFP_MOVABLE, __GFP_NOFAIL, __GFP_NOMEMALLOC, __GFP_NORETRY, __GFP_NOWARN,
  __GFP_RECLAIM, __GFP_RECLAIMABLE, __GFP_RETRY_MAYFAIL, __GFP_THISNODE, __GFP_WRITE, __GFP_ZERO, __GFP_ZEROTAGS,
  GFP_ATOMIC, GFP_DMA, GFP_DMA32, GFP_HIGHUSER, GFP_HIGHUSER_MOVABLE, GFP_KERNEL, GFP_KERNEL_ACCOUNT, GFP_NOFS, GFP_NOIO,
  GFP_NOWAIT, GFP_TRANSHUGE, GFP_TRANSHUGE_LIGHT, GFP_USER, mayWait, or,
  type GfpClaims, type GfpRequest, type GfpWord, type MayWait, type MustNotWait,
} from './flags.js';
export { GfpError, type GfpErrorCode } from './errors.js';
export { LIST_SHIFT, Migratetype, MIGRATETYPE_LETTERS, MIGRATETYPE_NAMES } from './migratetype.js';
export { readMode, type ModeText } from './mode-reading.js';
export type { HugepagePool, NodeState } from './node-state.js';
export { permits, type Permits, type Reserves, type Retry } from './permits.js';
export { readings, type Reading } from './readings.js';
export { compareReleases, parseRelease, type Release } from './release.js';
export { watermarkZoneOf, type WatermarkZone } from './watermark-zone.js';
export { boostWatermark, type BoostInput } from './setup/boost.js';
export { highatomicCap } from './setup/highatomic-cap.js';
export { lowmemReserve } from './setup/lowmem-reserve.js';
export { minFreeKbytes, recommendedMinFreeKbytes, type HugePageNeeds } from './setup/min-free.js';
export { perCpuLimits, zoneBatchsize, type PerCpuInput, type PerCpuLimits } from './setup/per-cpu-limits.js';
export { zoneSetupRulesOf, type ZoneSetupRules } from './setup/setup-rules.js';
export { zoneWatermarks, type WatermarkSysctls, type ZoneMarks, type ZoneSize } from './setup/zone-watermarks.js';
export { AllocFlag, type ReserveFlags, type SlowPathFlags } from './watermark/alloc-flags.js';
export { describeSteps } from './watermark/describe-steps.js';
export type { FastWatermarkRule, WatermarkRule, WatermarkStep } from './watermark/rule.js';
export { watermarkRulesOf, type WatermarkRules } from './watermark/rules.js';
export { largestOrderServed, watermark, type WatermarkDecision, type WatermarkRequest } from './watermark/watermark.js';
export { migratetypeOf, ZONE_RANKS, zoneTable } from './zone-bits.js';
export { ZONE_NAMES, type FreeBlocks, type ZoneName, type ZoneState } from './zone-state.js';
