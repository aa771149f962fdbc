import { arenaFamilies } from './families/arenas.js';
import { eventFamilies } from './families/events.js';
import { failureFamilies } from './families/failures.js';
import { memoryFamilies, nodeExporterFamilies } from './families/memory.js';
import type { Family } from './family.js';

export interface FamilyChoice {
  /** Also `node_buddyinfo_blocks{node,zone,size}`, as node_exporter has it. @defaultValue false */
  readonly nodeExporter?: boolean;
}

/** Every metric of the package, as data. */
export function families(choice: FamilyChoice = {}): readonly Family[] {
  return [...failureFamilies, ...memoryFamilies, ...arenaFamilies, ...eventFamilies, ...(choice.nodeExporter === true ? nodeExporterFamilies : [])];
}
