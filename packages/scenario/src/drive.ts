import type { Scenario } from './scenario.js';
import { ScenarioRun, type DrivenAllocator, type RunOptions, type RunTotals } from './run.js';

export interface DriveOptions extends RunOptions {
  readonly steps: number;
  /** Asked every 1,000 steps; true ends the run early, with the totals so far. */
  readonly stop?: () => boolean;
}

const STRIDE = 1000;

/** Runs a scenario for a number of steps and says what came of it; what it holds, it still holds. */
export function drive(scenario: Scenario, allocator: DrivenAllocator, options: DriveOptions): RunTotals {
  const run = new ScenarioRun(scenario, allocator, options);
  for (let left = options.steps; left > 0 && options.stop?.() !== true; left -= STRIDE) {
    if (run.step(Math.min(left, STRIDE)) === 0) break;
  }
  return run.totals();
}
