import { asFunction, asOptions, stepCount } from './checked.js';
import type { Scenario } from './scenario.js';
import { ScenarioRun, type DrivenAllocator, type RunOptions, type RunTotals } from './run.js';

/** How a scenario is driven. */
export interface DriveOptions extends RunOptions {
  /** A whole number from 0, or Infinity: until the workloads end or `stop` says so. */
  readonly steps: number;
  /** Asked every 1,000 steps; true ends the run early, with the totals so far. */
  readonly stop?: () => boolean;
}

const STRIDE = 1000;

/**
 * Runs a scenario for a number of steps and says what came of it; what it holds, it still holds.
 *
 * @throws {ScenarioError} `STEP_COUNT`, and as {@link ScenarioRun}; no step was taken then.
 */
export function drive(scenario: Scenario, allocator: DrivenAllocator, options: DriveOptions): RunTotals {
  const { steps, stop } = asOptions(options);
  if (steps !== Infinity) stepCount('steps', steps);
  if (stop !== undefined) asFunction('stop', stop);
  const run = new ScenarioRun(scenario, allocator, options);
  for (let left = steps; left > 0 && stop?.() !== true; left -= STRIDE) {
    if (run.step(Math.min(left, STRIDE)) === 0) break;
  }
  return run.totals();
}
