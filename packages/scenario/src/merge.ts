import type { ParameterValues } from './parameter.js';
import { seededRandom, type Random } from './random.js';
import { SLOTS_EACH, type Workload } from './scenario.js';
import type { Step } from './step.js';

/** What the workloads of one scenario share. */
export interface MergeContext {
  readonly random: Random;
  readonly parameters: ParameterValues;
  readonly memoryPages: number;
}

/**
 * Workloads side by side: whoever is furthest behind in time goes next, up to its next `tick`; among equals the first.
 * Ends when all have ended.
 */
export function* merge(workloads: readonly Workload[], context: MergeContext): Generator<Step, undefined> {
  const running = workloads.map((workload, index) => ({
    at: 0,
    // Its own numbers: what one workload does must not change what its neighbour draws.
    steps: workload({ ...context, random: seededRandom(context.random.below(2 ** 32)), firstSlot: index * SLOTS_EACH }),
  }));
  let now = 0;
  while (running.length > 0) {
    let behind = running[0];
    for (const other of running) if (behind === undefined || other.at < behind.at) behind = other;
    if (behind === undefined) return;
    if (behind.at > now) {
      yield { op: 'tick', ms: behind.at - now };
      now = behind.at;
    }
    for (;;) {
      const { done, value } = behind.steps.next();
      if (done === true) {
        running.splice(running.indexOf(behind), 1);
        break;
      }
      if (value.op === 'tick') {
        behind.at += value.ms;
        break;
      }
      yield value;
    }
  }
}
