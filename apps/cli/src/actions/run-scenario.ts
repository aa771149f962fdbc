import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createMachine, explainedLine, MachineError, type Machine } from '@nopage/machine';
import { registerMetrics } from '@nopage/metrics/prom';
import { MmError, PROFILE_NAMES } from '@nopage/mm';
import type { Line, Vote } from '@nopage/reporter';
import type { FailureEvent } from '@nopage/gfp';
import { ScenarioError, scenarios } from '@nopage/scenario';
import { Registry } from 'prom-client';
import { usageError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { attempt } from '../input/attempt.js';
import { faultFrom, type FaultOptions } from '../input/fault-options.js';
import { wholeNumber } from '../input/number-option.js';
import { scenarioArgument } from '../input/scenario-argument.js';
import { print, say, type Io } from '../io.js';
import { explainedJson } from '../output/explained-json.js';
import { runSummary } from '../output/run-summary.js';
import { loadBoundedPolicy } from '../policy/load-policy-argument.js';
import { columns } from '../terminal/columns.js';
import { Progress } from '../terminal/progress.js';

/** Steps between two looks at Ctrl-C and at a slow reader of our output. */
const STRIDE = 2000;

export interface RunScenarioOptions extends FaultOptions {
  readonly seed: string;
  readonly steps: string;
  readonly set?: readonly string[];
  readonly profile: string;
  readonly policy: string;
  readonly metrics?: string;
  readonly record?: string;
  readonly json?: true;
}

/** The scenarios there are, with what can be tuned. */
export async function listScenarios({ io, paint }: Context, json: boolean): Promise<ExitCode> {
  if (json) for (const { name, summary, parameters, zones } of scenarios) await print(io, `${JSON.stringify({ v: 1, name, summary, parameters, zones })}\n`);
  else await print(io, columns(['scenario', 'what happens'], scenarios.map(({ name, summary }) => [name, summary]), paint));
  return ExitCode.DONE;
}

/** Runs a scenario, tells failures as the policy lets them through, and sums up. */
export async function runScenario(context: Context, argument: string | null, options: RunScenarioOptions): Promise<ExitCode> {
  const { io, paint } = context;
  if (argument === null) throw usageError("which scenario? 'nopage run --list' names them");
  const steps = wholeNumber('--steps', options.steps, 0, 1e12);
  const out: string[] = [];
  const recording = options.record === undefined ? null : openRecording(options.record, options);
  const machine = await machineFor(io, argument, options, out, recording?.write);
  const metrics = options.metrics === undefined ? null : openMetrics(io, options.metrics);
  const progress = new Progress(io, `running ${argument}`);
  let taken = 0;
  while (taken < steps && !io.interrupted.aborted) {
    const count = machine.step(Math.min(STRIDE, steps - taken));
    taken += count;
    if (out.length > 0) {
      progress.clear();
      await print(io, out.splice(0).join(''));
    }
    progress.report(taken, steps);
    if (count === 0) break;
    await nextTurn();
  }
  progress.clear();
  const view = machine.view();
  machine.close();
  recording?.close();
  await print(io, out.splice(0).join(''));
  const { told, held } = machine.reporter.totals();
  const totals = { ...view.counts, told, held };
  if (options.json) await print(io, `${JSON.stringify({ v: 1, summary: { scenario: view.scenario, profile: view.profile, policy: view.policy, seed: machine.seed, steps: taken, atMs: view.atMs, ...totals, zones: view.zones, sites: view.sites } })}\n`);
  else await print(io, runSummary({ ...view, steps: taken, counts: totals }, paint));
  await metrics?.(await metricsOf(machine));
  if (io.interrupted.aborted) return ExitCode.INTERRUPTED;
  const unmatched = machine.injector.unmatchedRegions();
  for (const line of unmatched) say(io, `nopage: ${line}`);
  return unmatched.length > 0 ? ExitCode.USAGE : ExitCode.DONE;
}

async function machineFor(io: Io, argument: string, options: RunScenarioOptions, out: string[], record?: (text: string) => void): Promise<Machine> {
  const { profile } = options;
  if (!isProfile(profile)) throw usageError(`--profile takes ${PROFILE_NAMES.join(' or ')}, not '${profile}'`);
  const told = options.json ? undefined : { write: (line: Line) => void out.push(`${explainedLine(line).text}\n\n`) };
  const heard = options.json ? (event: FailureEvent, vote: Vote) => void out.push(`${failureJson(machine, event, vote)}\n`) : undefined;
  const policy = await loadBoundedPolicy(options.policy, (text) => say(io, `nopage: ${text}`));
  const machine: Machine = tried(() =>
    createMachine({
      scenario: scenarioArgument(argument),
      seed: wholeNumber('--seed', options.seed, 0, 2 ** 32 - 1),
      parameters: parametersFrom(options.set ?? []),
      allocator: { profile },
      policy,
      fault: faultFrom(options),
      ...(record && { record }),
      ...(told && { sink: told }),
      ...(heard && { onFailure: heard }),
    }),
  );
  return machine;
}

const isProfile = (name: string): name is (typeof PROFILE_NAMES)[number] => (PROFILE_NAMES as readonly string[]).includes(name);

const failureJson = (machine: Machine, event: FailureEvent, { verdict, code }: Vote): string => JSON.stringify({ ...explainedJson(event, machine.explain(event)), verdict, code });

/** A file that takes a recording piece by piece. */
function openRecording(file: string, { fault, failNth }: FaultOptions): { readonly write: (text: string) => void; readonly close: () => void } {
  if (fault !== undefined || failNth !== undefined) throw usageError('--record does not go with fault injection: what is injected is no decision of the allocator');
  const fd = attempt(`--record ${file}`, () => openSync(file, 'w'));
  return { write: (text) => void writeSync(fd, text), close: () => closeSync(fd) };
}

/** `--set name=value` pairs. */
function parametersFrom(pairs: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^(\w+)=(-?[\d.]+)$/.exec(pair) ?? [];
      if (name === undefined || value === undefined || Number.isNaN(Number(value))) throw usageError(`--set takes name=number, not '${pair}'`);
      return [name, Number(value)];
    }),
  );
}

/** What the parts refuse is a call that can't be understood. */
function tried<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof MachineError || error instanceof ScenarioError || error instanceof MmError) throw usageError(error.message);
    throw error;
  }
}

async function metricsOf({ sources }: Machine): Promise<string> {
  const registry = new Registry();
  registerMetrics({ registry, sources });
  return await registry.metrics();
}

/** Where the metrics go at the end; opened before the run, which may take long. */
function openMetrics(io: Io, file: string): (text: string) => Promise<void> | void {
  if (file === '-') return (text) => print(io, text);
  const fd = attempt(`--metrics ${file}`, () => openSync(file, 'w'));
  return (text) => {
    attempt(`--metrics ${file}`, () => writeFileSync(fd, text));
    closeSync(fd);
    say(io, `nopage: metrics written to ${file}`);
  };
}
