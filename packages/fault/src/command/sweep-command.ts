import { adaptersByName } from '../adapters/runtime-adapters.js';
import { inOrder, namesIn, type NameOf } from './process-name.js';
import type { ProcessRecord } from './record.js';
import { runCommand, type CommandRun, type SpawnOptions } from './spawn.js';
import { asThen, checkKinds } from '../checked-options.js';
import { FaultError } from '../errors.js';
import { parting } from '../sweep/judge.js';
import { parseNth } from '../sweep/nth-selection.js';
import { howMany, interruption, NO_REQUEST, nothingSelected, notSelected, sweepReport, type SweepCase, type SweepReport, type SweepTrouble, type Then } from '../sweep/report.js';
import { siteHasher } from '../sweep/site-hashes.js';
import type { Judgement } from '../sweep/judge.js';

/** How a command is swept. Nothing is needed. */
export interface SweepCommandOptions {
  /** As for `sweep`. Default `all`. */
  readonly nth?: string;
  /** Default `succeed`. */
  readonly then?: Then;
  /** Adapter names, `all` for every one. Default `all`. */
  readonly adapters?: string;
  /** Longest that one run may take, in milliseconds. Default 60,000. */
  readonly limitMs?: number;
  /** Runs at a time, 1 to 64. Default 1. */
  readonly parallel?: number;
  /** Ending with exit code 0 after a failure counts as swallowed, even with the same output. Default false. */
  readonly mustTell?: boolean;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** URL of the module to `--import`. Default: `@nopage/fault/register` of this package. */
  readonly register?: string;
  readonly onCase?: (result: SweepCase) => void;
  /** Ends the run that is on with all its processes, and the sweep; the report then has the cases so far. */
  readonly signal?: AbortSignal;
}

const KINDS: Readonly<Record<keyof SweepCommandOptions, string>> = {
  nth: 'string', then: 'string', adapters: 'string', limitMs: 'number', parallel: 'number', mustTell: 'boolean', cwd: 'string',
  env: 'object', register: 'string', onCase: 'function', signal: 'AbortSignal',
};

/** A request of the counted run: which process of the tree made it, and which of that process's it is. */
interface Place {
  readonly by: ProcessRecord;
  readonly n: number;
  readonly site: string;
}

const REGISTER = new URL(import.meta.url.endsWith('.ts') ? '../../dist/register.js' : '../register.js', import.meta.url).href;

/**
 * Sweeps a command: runs it twice to count the allocations of every Node process below it (children and workers), then
 * once for each of them with just that one failing. Requests are numbered through, processes in the order of their start.
 *
 * `ok`: it ended with another exit code, died of the failure itself, or had the same output; `swallowed`: exit code 0,
 * other output; `threw`: an error that nobody caught and that is not the failure's, or a signal; `leaked`: processes of
 * it went on, or more was left in the temporary folder (each run gets one of its own) than without a failure; `hung`: the
 * limit. Only works where a process group can be ended (not on Windows).
 *
 * @throws {FaultError} `UNKNOWN_ATTRIBUTE` or `BAD_OPTION`. Nothing has been run then.
 */
export async function sweepCommand(command: readonly string[], options: SweepCommandOptions = {}): Promise<SweepReport> {
  checkKinds(options, KINDS);
  const { parallel = 1, limitMs = 60_000, then = 'succeed', adapters = 'all', signal = new AbortController().signal } = options;
  if (!Array.isArray(command) || command.length === 0) throw new FaultError('BAD_OPTION', { attribute: 'command', given: command, range: 'a program and its arguments' });
  if (!Number.isInteger(parallel) || parallel < 1 || parallel > 64) throw new FaultError('BAD_OPTION', { attribute: 'parallel', given: parallel, range: 'a whole number from 1 to 64' });
  if (!Number.isInteger(limitMs) || limitMs < 1) throw new FaultError('BAD_OPTION', { attribute: 'limitMs', given: limitMs, range: 'a whole number from 1' });
  asThen('then', then);
  adaptersByName(adapters);
  const select = parseNth(options.nth ?? 'all');
  const spawning: SpawnOptions = { register: options.register ?? REGISTER, env: options.env ?? process.env, cwd: options.cwd ?? process.cwd(), limitMs, signal };
  const run = (variables: Record<string, string> = {}): Promise<CommandRun> => runCommand(command, { NOPAGE_FAULT_ADAPTERS: adapters, NOPAGE_FAULT_THEN: then, ...variables }, spawning);

  const counted = await run();
  const again = troubleOf(counted, limitMs) ? counted : await run();
  const nameOf = namesIn(counted.processes, again.processes);
  const places = inOrder(counted.processes).flatMap((by) => commonTrail(by, again, nameOf).map((site, i): Place => ({ by, n: i + 1, site })));
  const notes: string[] = [];
  const finish = (cases: readonly SweepCase[], trouble: SweepTrouble | null): SweepReport =>
    sweepReport({ name: command.join(' '), requests: places.length, then, cases, trouble, notes }, siteHasher(new Map(counted.processes.flatMap(({ sites }) => sites))));
  if (signal.aborted) return finish([], interruption(0, null));
  const trouble = troubleOf(counted, limitMs) ?? troubleOf(again, limitMs) ?? differing(counted, again, nameOf);
  if (trouble) return finish([], trouble);
  const comparable = sameOutput(counted, again);
  if (!comparable) notes.push('two runs without failure printed different output: output was not compared');
  const numbers = select(places.map(({ site }) => site));
  if (numbers.length === 0) return finish([], nothingSelected(places.length));
  if (numbers.length < places.length) notes.push(notSelected(numbers.length, places.length));

  const endedByUs = (): boolean => signal.aborted;
  const cases: SweepCase[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < numbers.length && !signal.aborted; at = next++) {
      const n = numbers[at] ?? 0;
      const place = places[n - 1];
      if (!place) continue;
      const ended = await run({ NOPAGE_FAULT_NTH: `${nameOf(place.by)}:${place.n}` });
      if (endedByUs()) return;
      const record = ended.processes.find((each) => nameOf(each) === nameOf(place.by));
      const result: SweepCase = {
        v: 1, n, site: place.site, then,
        ...judged(place, record, ended, counted, { comparable, mustTell: options.mustTell ?? false, limitMs }),
        request: record?.failed?.request ?? NO_REQUEST,
        stack: record?.failed?.stack ?? [],
      };
      cases[at] = result;
      options.onCase?.(result);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  const done = Object.values(cases);
  return finish(done, done.length < numbers.length ? interruption(done.length, numbers.length) : null);
}

function judged({ by, n }: Place, record: ProcessRecord | undefined, run: CommandRun, counted: CommandRun, { comparable, mustTell, limitMs }: { readonly comparable: boolean; readonly mustTell: boolean; readonly limitMs: number }): Judgement {
  if (!record?.failed) {
    const made = record ? `made ${howMany(record.trail.length, 'request')}${record.end ? '' : ' until it was ended'}` : 'did not start';
    return { outcome: run.timedOut ? 'hung' : 'nondeterministic', detail: `process ${by.ordinal} ${made}, request ${n} never came` };
  }
  const strayed = parting(n, record.trail, by.trail);
  if (strayed !== null) return { outcome: 'nondeterministic', detail: strayed };
  if (run.timedOut) return { outcome: 'hung', detail: `did not end within ${limitMs} ms` };
  if (run.signal !== null) return { outcome: 'threw', detail: `killed by ${run.signal}` };
  const loose = run.processes.find(({ uncaught }) => uncaught && !uncaught.tells)?.uncaught;
  if (loose) return { outcome: 'threw', detail: `uncaught: ${loose.error}` };
  if (run.leftBehind) return { outcome: 'leaked', detail: 'a process of it went on after it had ended' };
  if (run.files.length > counted.files.length) return { outcome: 'leaked', detail: `${run.files.length - counted.files.length} more left in the temporary folder: ${run.files.slice(0, 5).join(', ')}` };
  if (run.code !== 0) {
    const died = run.processes.find(({ uncaught }) => uncaught)?.uncaught;
    return { outcome: 'ok', detail: died ? `died of it: ${died.error}` : `told: exit code ${run.code ?? '?'}` };
  }
  if (comparable && !sameOutput(run, counted)) return { outcome: 'swallowed', detail: 'exit code 0 with other output' };
  if (mustTell) return { outcome: 'swallowed', detail: 'exit code 0' };
  return { outcome: 'ok', detail: comparable ? 'did without: same output' : 'did without' };
}

function troubleOf(run: CommandRun, limitMs: number): SweepTrouble | null {
  if (run.notStarted !== null) return { code: 'not-started', text: `the command cannot be started: ${run.notStarted}` };
  if (run.timedOut) return { code: 'hung', text: `without any failure the command did not end within ${limitMs} ms` };
  if (run.signal !== null) return { code: 'exited', text: `without any failure the command was killed by ${run.signal}` };
  if (run.code !== 0) return { code: 'threw', text: `without any failure the command ends with exit code ${run.code ?? '?'}: ${lastLine(run.stderr)}` };
  if (run.processes.length === 0) return { code: 'not-instrumented', text: 'no Node process of the command was instrumented: it starts none, or one without NODE_OPTIONS' };
  if (run.processes.every(({ trail }) => trail.length === 0)) return { code: 'no-requests', text: 'no process of the command asked for memory through what is instrumented' };
  return null;
}

function sameOutput(a: CommandRun, b: CommandRun): boolean {
  return a.stdout === b.stdout && a.stdoutLength === b.stdoutLength;
}

function differing(a: CommandRun, b: CommandRun, nameOf: NameOf): SweepTrouble | null {
  for (const record of a.processes) {
    const other = b.processes.find((each) => nameOf(each) === nameOf(record));
    const [was, is] = [commonTrail(record, b, nameOf), other ? commonTrail(other, a, nameOf) : []];
    const strayed = parting(Math.max(was.length, is.length), is, was);
    if (strayed !== null) return { code: 'nondeterministic', text: `two runs without failure differ: process ${record.ordinal}: ${strayed}` };
  }
  return a.processes.length === b.processes.length ? null : { code: 'nondeterministic', text: `two runs without failure started ${a.processes.length} and ${b.processes.length} processes` };
}

/** The requests of a process in a run; of one that was killed, or of a worker that was terminated, as many as the other run has. */
function commonTrail(record: ProcessRecord, { processes }: CommandRun, nameOf: NameOf): readonly string[] {
  const { trail, end } = record;
  const other = processes.find((each) => nameOf(each) === nameOf(record));
  return other && (end === null || other.end === null) ? trail.slice(0, other.trail.length) : trail;
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
  return (lines.find((line) => /\w*Error\b/.test(line)) ?? lines.at(-1) ?? 'no message').trim().slice(0, 300);
}
