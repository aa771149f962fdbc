export { MachineError, type MachineErrorCode } from './errors.js';
export { hostMemory, type HostMemoryOptions } from './host-memory.js';
export { explainedLine, kernelLine, type ExplainedLine } from './line-text.js';
export { createMachine, Machine } from './machine.js';
export type { MachineOptions } from './options.js';
export type { ProcTexts } from './proc-texts.js';
export type { ToldLine } from './told-lines.js';
export { MOBILITIES, type MachineCounts, type MachineView, type SiteCounts, type ZoneView } from './view.js';
