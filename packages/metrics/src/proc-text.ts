export { buddyinfoText } from './proc/buddyinfo.js';
export { procMemoryOf, type ListedZone, type ProcContext } from './proc/of-state.js';
export { pagetypeinfoText } from './proc/pagetypeinfo.js';
export { VMSTAT_NAMES, VMSTAT_NAMES_NUMA, vmstatText } from './proc/vmstat.js';
export type { ProcMemory, ProcZone } from './proc/zone.js';
export { zoneinfoText } from './proc/zoneinfo.js';
