export type { SkippedLine } from './assembler.js';
export { LogParser, parseLog, readLog, type LogOptions, type Skipped } from './log-parser.js';
export { PrefixStripper, type PrefixOptions, type Stripped } from './prefix.js';
export { requesterOf, siteOf } from './allocator-layers.js';
export { kernelText, type KernelTextOptions } from './kernel-text.js';
