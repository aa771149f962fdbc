import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { early } from '../adapters/early.js';
import { adaptersByName } from '../adapters/runtime-adapters.js';
import { frameText } from '../stack.js';
import { inTurn } from '../sweep/in-turn.js';
import { sweepSettings } from '../sweep/options.js';
import type { SweepCase, SweepReport, SweptRequest, Then } from '../sweep/report.js';
import type { Scenario } from '../sweep/run.js';
import { sweepBy } from '../sweep/sweep.js';

/** What the child is told, as JSON in its one argument. */
export interface ChildTask {
  readonly path: string;
  readonly name: string;
  readonly nth: string;
  /** Cases up to this one are done. */
  readonly after: number;
  readonly then: Then;
  readonly adapters: string;
  readonly limitMs: number;
  readonly mustTell: boolean;
  readonly loader: string | null;
}

/** What a `loader` exports: the scenario comes in a box, since one that looks like a promise would be waited for. */
interface Loader {
  importDefault(path: string): Promise<{ readonly value: unknown }>;
}

/** What the child tells, while it still can. */
export type ChildMessage =
  | { readonly event: 'unusable'; readonly why: string }
  | { readonly event: 'counted'; readonly trail: readonly string[]; readonly files: readonly (readonly [site: string, file: string])[] }
  | { readonly event: 'begin'; readonly n: number }
  | { readonly event: 'failed'; readonly request: SweptRequest; readonly stack: readonly string[] }
  | { readonly event: 'case'; readonly result: SweepCase }
  | { readonly event: 'end'; readonly report: SweepReport };

/*
 * Sweeps one module's default export in a process of its own, so that a scenario that never gives the event loop a turn
 * or has itself killed takes nothing else along.
 */
if (process.send !== undefined && process.argv[2] !== undefined) await sweepIn(JSON.parse(process.argv[2]) as ChildTask);

function tell(message: ChildMessage): void {
  process.send?.(message);
}

async function sweepIn(task: ChildTask): Promise<void> {
  // Before the module is loaded: it may keep the runtime's constructors at its top level.
  const adapters = [early(adaptersByName(task.adapters))];
  let scenario: unknown;
  try {
    scenario = await loaded(task);
  } catch (error) {
    tell({ event: 'unusable', why: `cannot be loaded: ${String(error)}` });
    return;
  }
  if (typeof scenario !== 'function') {
    tell({ event: 'unusable', why: 'has no function for its default export' });
    return;
  }
  const settings = sweepSettings(scenario, {
    adapters, name: task.name, nth: task.nth, then: task.then, limitMs: task.limitMs, mustTell: task.mustTell,
    setup: ({ n }) => tell({ event: 'begin', n }),
    onCase: (result) => tell({ event: 'case', result }),
  });
  const report = await inTurn(() =>
    sweepBy(scenario as Scenario, {
      ...settings,
      select: (trail) => settings.select(trail).filter((n) => n > task.after),
      onCounted: (trail, files) => tell({ event: 'counted', trail, files: [...files] }),
      onFailed: ({ request, frames }) => tell({ event: 'failed', request, stack: frames.slice(0, 20).map(frameText) }),
    }),
  );
  tell({ event: 'end', report });
}

async function loaded({ path, loader }: ChildTask): Promise<unknown> {
  if (loader !== null) return (await ((await import(loader)) as Loader).importDefault(path)).value;
  return ((await import(pathToFileURL(path).href)) as { readonly default?: unknown }).default;
}
