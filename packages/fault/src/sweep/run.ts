import { install } from '../adapters/install.js';
import { growth, type Counts, type Oracle } from '../oracles/oracle.js';
import { guardProcess, keepingExitCode, type LooseEnd } from '../oracles/process-guard.js';
import { realNow, realTime, turn } from '../runtime.js';
import { NthPoint } from './nth-point.js';
import type { SweepSettings } from './options.js';
import { runContext } from './run-context.js';

/** What is swept: any code that makes its requests through `fault`, or through what the adapters instrument. */
export type Scenario<T = unknown> = (fault: NthPoint, run: { readonly n: number; readonly signal: AbortSignal }) => T | Promise<T>;

type Ending<T> =
  | { readonly how: 'returned'; readonly result: T }
  | { readonly how: 'threw'; readonly error: unknown }
  | { readonly how: 'hung'; readonly why: string };

/** One run and what could be seen of it. */
export interface Run<T> {
  readonly point: NthPoint;
  readonly ending: Ending<T>;
  /** Errors that nobody caught, and calls of `process.exit`. */
  readonly loose: readonly LooseEnd[];
  /** What grew, by name, after everything had its time to close. */
  readonly grown: ReadonlyMap<string, number>;
  readonly broken: readonly string[];
}

const SETTLE_MS = 100;
const WAIT_MS = 5;
const GRACE_MS = 50;
const never = new Promise<void>(() => undefined);
const SLICES = 100;

/** Runs the scenario once, failing request `failAt` (0: none). Globals are as before when it returns. */
export async function runOnce<T>(scenario: Scenario<T>, failAt: number, settings: SweepSettings<T>, baseline: ReadonlyMap<string, number> = new Map()): Promise<Run<T>> {
  const { then, maxRequests, nofail, base, countOnly, isAllocator, oracles } = settings;
  await settings.setup({ n: failAt });
  const point = new NthPoint({ failAt, then, maxRequests, nofail, base, countOnly, isAllocator, isLate: lateness(settings), onFailed: settings.onFailed });
  const guard = settings.parallel === 1 ? guardProcess() : null;
  const stop = new AbortController();
  try {
    const before = oracles.map((oracle) => oracle.counts());
    const context = runContext();
    // A test runner's messages, say, are not the scenario's requests, and must not fail.
    const installation = install(settings.adapters, {
      shouldFailEx: (bytes, api) => context.isInside() && point.shouldFailEx(bytes, api),
      refused: (error) => point.refused(error),
    });
    let ending: Ending<T>;
    try {
      // Awaited inside: a lazy result, such as a query that runs when it is awaited, is part of the scenario.
      let start = (): Promise<T> => context.run(async () => await scenario(point, { n: failAt, signal: stop.signal }));
      for (const oracle of oracles) start = wrapped(oracle, start);
      ending = await endingOf(() => keepingExitCode(start), settings, guard?.escaped ?? never);
    } finally {
      point.close();
      installation.uninstall();
    }
    stop.abort();
    // Rejections that nobody handles are told after the microtasks of the turn in which they were made.
    await turn();
    const grown = await settledGrowth(settings, before, baseline, ending.how === 'hung');
    const broken = await brokenInvariants(settings);
    return { point, ending: overrun(point, ending), loose: guard?.looseEnds ?? [], grown, broken };
  } finally {
    guard?.stop();
    for (const oracle of oracles) oracle.rest?.();
    await settings.teardown({ n: failAt });
  }
}

/** Has the time limit passed? Asked at requests: a loop that never gives the event loop a turn must still meet it. */
function lateness<T>({ limitMs, virtualTime }: SweepSettings<T>): () => boolean {
  if (virtualTime) return () => false;
  const begin = realNow();
  return () => realNow() - begin > limitMs + GRACE_MS;
}

function wrapped<T>(oracle: Oracle, start: () => T): () => T {
  return () => (oracle.around ? oracle.around(start) : start());
}

async function endingOf<T>(start: () => Promise<T>, settings: SweepSettings<T>, escaped: Promise<void>): Promise<Ending<T>> {
  const ended: Ending<T>[] = [];
  const run = (async (): Promise<void> => {
    try {
      ended.push({ how: 'returned', result: await start() });
    } catch (error) {
      ended.push({ how: 'threw', error });
    }
  })();
  // What nobody caught would have ended the process: there is not much left to wait for.
  const given = escaped.then(() => realTime(GRACE_MS, run));
  await Promise.race([run, given, passing(settings, run, () => ended.length > 0)]);
  return ended[0] ?? { how: 'hung', why: `did not end within ${settings.limitMs} ms${settings.virtualTime ? ' of virtual time' : ''}` };
}

async function passing<T>(settings: SweepSettings<T>, run: Promise<void>, ended: () => boolean): Promise<void> {
  const { limitMs, wait, virtualTime } = settings;
  if (!virtualTime) {
    await realTime(limitMs, run);
    return;
  }
  const slice = Math.max(1, Math.ceil(limitMs / SLICES));
  // The first turns belong to the scenario: what needs no time must not see any pass.
  await turn();
  for (let passed = 0; passed < limitMs && !ended(); passed += slice) {
    await wait(slice);
    await turn();
  }
}

function overrun<T>(point: NthPoint, ending: Ending<T>): Ending<T> {
  if (!point.overrun) return ending;
  return { how: 'hung', why: `asked ${point.trail.length} times and did not stop` };
}

async function settledGrowth<T>(settings: SweepSettings<T>, before: readonly Counts[], baseline: ReadonlyMap<string, number>, hung: boolean): Promise<Map<string, number>> {
  const begin = realNow();
  for (let waits = 0; ; waits++) {
    const grown = new Map<string, number>();
    settings.oracles.forEach((oracle, i) => {
      for (const [name, more] of growth(before[i] ?? {}, oracle.counts())) grown.set(name, more);
    });
    const leaked = [...grown].some(([name, more]) => more > (baseline.get(name) ?? 0));
    // A few turns at least: on a busy machine one alone may take all of the time.
    if (!leaked || hung || (waits >= 4 && realNow() - begin >= SETTLE_MS) || waits * WAIT_MS >= SETTLE_MS) return grown;
    await realTime(WAIT_MS);
  }
}

async function brokenInvariants<T>(settings: SweepSettings<T>): Promise<readonly string[]> {
  try {
    return await settings.check();
  } catch (error) {
    return [`check() threw ${error instanceof Error ? error.message : String(error)}`];
  }
}
