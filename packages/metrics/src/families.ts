import { arenaFamilies } from './families/arenas.js';
import { eventFamilies } from './families/events.js';
import { failureFamilies } from './families/failures.js';
import { memoryFamilies } from './families/memory.js';
import { nodeExporterFamilies } from './families/node-exporter.js';
import type { Family } from './family.js';

export interface FamilyChoice {
  /** Also what node_exporter has names for, by those (`node_buddyinfo_blocks{node,zone,size}`). @defaultValue false */
  readonly nodeExporter?: boolean;
}

/** Every metric of the package, as data. */
export function families(choice: FamilyChoice = {}): readonly Family[] {
  return [...failureFamilies, ...memoryFamilies, ...arenaFamilies, ...eventFamilies, ...(choice.nodeExporter === true ? nodeExporterFamilies : [])];
}
