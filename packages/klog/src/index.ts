export type { SkippedLine } from './kernel-line.js';
export { LogParser, parseLog, readLog, type LogOptions, type Skipped } from './log-parser.js';
export { PrefixStripper, type PrefixOptions, type Stripped } from './prefix.js';
export { requesterOf, siteOf } from './allocator-layers.js';
export { kernelText, type KernelTextOptions } from './kernel-text.js';
export { parseBuddyinfo, type BuddyZone } from './proc/buddyinfo.js';
export { parsePagetypeinfo, type Pagetypeinfo, type PagetypeZone } from './proc/pagetypeinfo.js';
export { parseMeminfo, parsePressure, parseVmstat, type Pressure } from './proc/records.js';
export { parseZoneinfo, zonesOf, type ProcTexts } from './proc/zoneinfo.js';
