import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostMemory } from '@nopage/machine/host-memory';
import type { Warnings } from '@nopage/reporter';
import { CliError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { eraFor } from '../input/kernel-option.js';
import { print, say, type Io } from '../io.js';
import { loadBoundedPolicy } from '../policy/load-policy-argument.js';
import { version } from '../version.js';
import { isLoopback, parseListenAddress, type ListenAddress } from '../watch/listen-address.js';
import { serveMetrics } from '../watch/metrics-server.js';
import { openSource } from '../watch/open-source.js';
import { StateFile, type SavedWatch } from '../watch/saved-watch.js';
import type { Source } from '../watch/source.js';
import { systemTimers, type Timers } from '../watch/timers.js';
import { toldJson, toldText } from '../watch/told-line.js';
import { WatchMetrics } from '../watch/watch-metrics.js';
import { Watcher } from '../watch/watcher.js';
import { withPauses } from '../watch/with-pauses.js';

/** After so long without a line, a report is whole. */
const QUIET_MS = 1000;
const SAVE_EVERY_MS = 1000;

export interface WatchOptions {
  readonly source: string;
  readonly listen: string;
  /** Names that the server answers to beside those of its address. */
  readonly allowHosts: readonly string[];
  readonly policy: string;
  readonly state: string | null;
  readonly json: boolean;
  readonly kernel: string | null;
  readonly proc: string | null;
  /** Also by node_exporter's names what it has names for. */
  readonly nodeExporter: boolean;
}

/** What a test brings of its own. */
export interface WatchWorld {
  readonly timers: Timers;
  readonly wallClock: () => number;
}

const realWorld: WatchWorld = { timers: systemTimers, wallClock: () => Date.now() };

/** Follows a log until it ends or is interrupted: explains and counts what failed, tells by policy, serves the counts. */
export async function watchLog(context: Context, options: WatchOptions, world: WatchWorld = realWorld): Promise<ExitCode> {
  const { kernel, state } = options;
  if (kernel !== null) eraFor(kernel);
  const address = parseListenAddress(options.listen);
  const warnings = await loadBoundedPolicy(options.policy, (text) => say(context.io, `nopage: ${text}`));
  const stateFile = state === null ? null : new StateFile(state);
  try {
    return await watchWith(context, options, world, { address, warnings, stateFile });
  } finally {
    stateFile?.close();
  }
}

interface Opened {
  readonly address: ListenAddress | null;
  readonly warnings: Warnings;
  readonly stateFile: StateFile | null;
}

async function watchWith({ io, paint }: Context, options: WatchOptions, world: WatchWorld, { address, warnings, stateFile }: Opened): Promise<ExitCode> {
  const afresh = (why: string): void => say(io, `nopage: ${why}; starting afresh`);
  const saved = stateFile?.read(afresh) ?? null;
  const source = openSource(io, options.source, (name) => (saved?.source === name ? saved.place : null));

  let savedAt = -Infinity;
  let saveTrouble: string | null = null;
  const save = (): void => {
    if (stateFile === null) return;
    try {
      savedAt = io.now();
      stateFile.write(watcher.save());
      saveTrouble = null;
    } catch (error) {
      if (saveTrouble === null) say(io, `nopage: the state can't be saved: ${(error as Error).message}`);
      saveTrouble = "the state can't be saved";
    }
  };
  const build = (from: SavedWatch | null): Watcher => new Watcher({
    source, warnings, saved: from, kernel: options.kernel, now: io.now, wallClock: world.wallClock, scheduler: world.timers, save,
    format: (line, explained) => (options.json ? toldJson(line, explained) : toldText(line, explained, paint)),
    print: (text) => print(io, text),
  });
  let watcher: Watcher;
  try {
    watcher = build(saved);
  } catch (error) {
    stateFile?.setAside();
    afresh(`${options.state ?? ''}: the saved books are damaged: ${(error as Error).message}`);
    watcher = build(null);
  }

  const memory = hostMemory({ read: (name) => readFileSync(join(options.proc ?? '/proc', name), 'latin1') });
  const metrics = new WatchMetrics({ memory, ...watcher.sources }, watcher.log, { version, nodeExporter: options.nodeExporter });
  const server = address === null ? null : await serveMetrics(address, {
    allowHosts: options.allowHosts,
    page: (accept) => {
      // A counter that somebody has seen must not be lower after a restart.
      save();
      return metrics.page(accept);
    },
    ailment: () => saveTrouble,
  });
  if (server !== null) say(io, `nopage: watching ${source.name}, metrics at ${server.url}/metrics`);
  if (address !== null && !isLoopback(address)) say(io, `nopage: whoever reaches ${address.host} can read the metrics`);
  try {
    let failure: unknown = null;
    try {
      await follow(source, watcher, io.interrupted, world.timers, (lost) => {
        if (lost > 0) say(io, `nopage: ${lost} ${lost === 1 ? 'record' : 'records'} of ${source.name} overwritten before they could be read`);
        if (io.now() - savedAt >= SAVE_EVERY_MS) save();
      });
    } catch (error) {
      failure = error;
    }
    await watcher.end(stateFile !== null);
    save();
    if (failure !== null) throw failure instanceof CliError ? failure : new CliError(`${source.name}: ${(failure as Error).message}`);
  } finally {
    await server?.close();
  }
  sumUp(io, watcher);
  return io.interrupted.aborted ? ExitCode.INTERRUPTED : ExitCode.DONE;
}

async function follow(source: Source, watcher: Watcher, interrupted: AbortSignal, timers: Timers, taken: (lost: number) => void): Promise<void> {
  for await (const arrival of withPauses(source.arrivals(interrupted), QUIET_MS, timers, interrupted)) {
    if (arrival === null) watcher.pause();
    else watcher.take(arrival);
    taken(arrival?.lost ?? 0);
  }
}

function sumUp(io: Io, { log, sources }: Watcher): void {
  const total = sources.failures?.total ?? 0;
  const { told = 0, lines = 0 } = sources.ledger?.totals() ?? {};
  const skipped = Object.values(log.skipped).reduce((sum, count) => sum + count, 0);
  say(io, `nopage: ${total} ${total === 1 ? 'failure' : 'failures'}, ${told} told in ${lines} ${lines === 1 ? 'line' : 'lines'}${log.lost > 0 ? `, ${log.lost} records lost` : ''}${skipped > 0 ? `, ${skipped} lines skipped` : ''}`);
}
