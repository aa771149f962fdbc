import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { adaptersByName } from '../adapters/runtime-adapters.js';
import { asThen, checkKinds } from '../checked-options.js';
import { FaultError } from '../errors.js';
import { parseNth } from '../sweep/nth-selection.js';
import { interruption, NO_REQUEST, notSelected, sweepReport, type SweepCase, type SweepReport, type SweepTrouble, type Then } from '../sweep/report.js';
import { siteHasher } from '../sweep/site-hashes.js';
import type { ChildMessage, ChildTask } from './module-child.js';
import { endGroup } from './spawn.js';

/** How a module is swept. Nothing is needed. */
export interface SweepModuleOptions {
  /** Default: the path as given. */
  readonly name?: string;
  /** As for `sweep`. Default `all`. */
  readonly nth?: string;
  /** Default `succeed`. */
  readonly then?: Then;
  /** Adapter names, `all` for every one. They stand before the module is loaded. Default `all`. */
  readonly adapters?: string;
  /** As for `sweep`; a run that is still on a while after it is killed. Default 5000. */
  readonly limitMs?: number;
  readonly mustTell?: boolean;
  /** URL of a module whose `importDefault(path)` resolves to `{ value }`, the scenario. Default: what `import()` has as `default`. */
  readonly loader?: string;
  readonly onCase?: (result: SweepCase) => void;
  /** Ends the sweep at once; the report then has the cases so far. */
  readonly signal?: AbortSignal;
}

const KINDS: Readonly<Record<keyof SweepModuleOptions, string>> = {
  name: 'string', nth: 'string', then: 'string', adapters: 'string', limitMs: 'number', mustTell: 'boolean', loader: 'string', onCase: 'function', signal: 'AbortSignal',
};

const CHILD = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/command/module-child.js' : './module-child.js', import.meta.url));
/** A run that has not ended so long after its limit never gives the event loop a turn. */
const GRACE_MS = 2000;
const LOADING_MS = 60_000;

/**
 * Sweeps the default export of a module as `sweep` does, in a process of its own: a scenario that never gives the event
 * loop a turn is `hung`, one that has its process killed or aborted is `threw`, and the sweep goes on with the next case.
 * What the scenario prints goes to stderr.
 *
 * @throws {FaultError} `UNKNOWN_ATTRIBUTE` or `BAD_OPTION`, also for a module that cannot be loaded or exports no function.
 */
export async function sweepModule(path: string, options: SweepModuleOptions = {}): Promise<SweepReport> {
  checkKinds(options, KINDS);
  const { name = path, nth = 'all', then = 'succeed', adapters = 'all', limitMs = 5000, mustTell = false, loader = null, signal = new AbortController().signal } = options;
  if (typeof path !== 'string') throw new FaultError('BAD_OPTION', { attribute: 'path', given: path, range: 'the path of a module' });
  asThen('then', then);
  const select = parseNth(nth);
  adaptersByName(adapters);
  const cases: SweepCase[] = [];
  const add = (result: SweepCase): void => {
    cases.push(result);
    options.onCase?.(result);
  };
  let counted: Counted = { trail: [], files: [] };
  const finish = (trouble: SweepTrouble | null, notes: readonly string[] = []): SweepReport =>
    sweepReport({ name, requests: counted.trail.length, then, cases, trouble, notes }, siteHasher(new Map(counted.files)));
  for (let after = 0; ; after = cases.at(-1)?.n ?? after) {
    const task: ChildTask = { path: resolve(path), name, nth, after, then, adapters, limitMs, mustTell, loader };
    const life = await lifeOf(task, add, signal);
    counted = life.counted ?? counted;
    if (signal.aborted) return finish(interruption(cases.length, counted.trail.length === 0 ? null : select(counted.trail).length));
    if (life.unusable !== null) throw new FaultError('BAD_OPTION', { attribute: 'scenario', given: path, range: `a module that can be swept; this one ${life.unusable}` });
    if (life.report) {
      const notes = life.report.notes.filter((note) => !note.endsWith('not selected'));
      const selected = select(counted.trail).length;
      if (selected < counted.trail.length) notes.push(notSelected(selected, counted.trail.length));
      const { trouble } = life.report;
      return finish(trouble?.code === 'nothing-selected' && cases.length > 0 ? null : trouble, trouble ? life.report.notes : notes);
    }
    const { n, recovering } = life.at;
    if (n === 0) return finish({ code: life.silent ? 'hung' : 'exited', text: `without any failure the scenario ${life.ended}` });
    add({
      v: 1, n, then, site: counted.trail[n - 1] ?? '(unknown)',
      ...(recovering ? { outcome: 'corrupted', detail: `the next run, without failure, ${life.ended}` } : { outcome: life.silent ? 'hung' : 'threw', detail: life.ended }),
      request: life.failed?.request ?? NO_REQUEST,
      stack: life.failed?.stack ?? [],
    });
  }
}

type Counted = Pick<Extract<ChildMessage, { event: 'counted' }>, 'trail' | 'files'>;

/** One child from its start to its end. */
interface Life {
  readonly counted: Counted | null;
  /** Null when it died before. */
  readonly report: SweepReport | null;
  readonly unusable: string | null;
  /** The run that was on when it died: the request that was to fail (0 while counting), or the run after that. */
  readonly at: { readonly n: number; readonly recovering: boolean };
  readonly failed: Extract<ChildMessage, { event: 'failed' }> | null;
  /** It had to be killed: it said nothing for too long. */
  readonly silent: boolean;
  /** How it ended, in words. */
  readonly ended: string;
}

function lifeOf(task: ChildTask, onCase: (result: SweepCase) => void, signal: AbortSignal): Promise<Life> {
  return new Promise((settle) => {
    // Its output is talk; a group of its own, so that all it starts can be ended.
    const child = fork(CHILD, [JSON.stringify(task)], { detached: true, stdio: ['ignore', 2, 2, 'ipc'], execArgv: [] });
    const life: { -readonly [K in keyof Life]: Life[K] } = { counted: null, report: null, unusable: null, at: { n: 0, recovering: false }, failed: null, silent: false, ended: '' };
    const end = (): void => void endGroup(child.pid);
    const watch = watchdog(() => {
      life.silent = true;
      end();
    });
    signal.addEventListener('abort', end);
    process.on('exit', end);
    watch(LOADING_MS);
    child.on('message', (message: ChildMessage) => {
      watch(task.limitMs + GRACE_MS);
      switch (message.event) {
        case 'begin':
          // A run without failure that follows a case belongs to it.
          life.at = message.n === 0 ? { ...life.at, recovering: life.at.n > 0 } : { n: message.n, recovering: false };
          if (message.n > 0) life.failed = null;
          break;
        case 'counted':
          life.counted = message;
          break;
        case 'failed':
          life.failed = message;
          break;
        case 'case':
          onCase(message.result);
          break;
        case 'unusable':
          life.unusable = message.why;
          end();
          break;
        case 'end':
          life.report = message.report;
          end();
      }
    });
    child.on('error', () => undefined);
    child.on('exit', (code, ended) => {
      watch(null);
      signal.removeEventListener('abort', end);
      process.off('exit', end);
      end();
      if (life.silent) life.ended = `did not end within ${task.limitMs} ms and gave the event loop no turn`;
      else life.ended = ended === null ? `ended its process with exit code ${code ?? '?'}` : `had its process killed by ${ended}`;
      settle(life);
    });
  });
}

/** Calls `bite` once no new deadline was set in time; null: calls it off. */
function watchdog(bite: () => void): (ms: number | null) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (ms) => {
    clearTimeout(timer);
    if (ms !== null) timer = setTimeout(bite, ms);
  };
}

