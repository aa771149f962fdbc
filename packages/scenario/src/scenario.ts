import type { Parameter, ParameterValues } from './parameter.js';
import type { Random } from './random.js';
import type { Step } from './step.js';

/** Memory that a scenario wants to run in. */
export interface ScenarioZone {
  readonly name: 'DMA' | 'DMA32' | 'Normal' | 'HighMem' | 'Movable';
  readonly pages: number;
}

/** Slots that one workload may use, from 0: as many as there are pages in a terabyte. */
export const SLOTS_EACH: number = 2 ** 28;

/** What a workload is started with. */
export interface WorkloadContext {
  readonly random: Random;
  readonly parameters: ParameterValues;
  /** Pages of all zones. */
  readonly memoryPages: number;
  /** Its slots are numbered from here; no other workload uses numbers below `firstSlot + 2 ** 28`. */
  readonly firstSlot: number;
}

/** A stream of steps that may never end; time passes only where it says so, with a `tick`. */
export type Workload = (context: WorkloadContext) => Iterator<Step, undefined>;

/** A workload with the machine it is meant for: seeded, replayable, tunable. */
export interface Scenario {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly zones: readonly ScenarioZone[];
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Run side by side, each at its own pace. */
  readonly workloads: readonly Workload[];
}
