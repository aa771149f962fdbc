import { existsSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { FaultError, sweepJUnit, sweepTable, type SweepCase, type SweepReport, type SweepTrouble, type Then } from '@nopage/fault';
import { sweepCommand, sweepModule, type SweepModuleOptions } from '@nopage/fault/command';
import { CliError, usageError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { attempt } from '../input/attempt.js';
import { wholeNumber } from '../input/number-option.js';
import { scenarioArgument } from '../input/scenario-argument.js';
import { print } from '../io.js';
import { Progress } from '../terminal/progress.js';
import { sweepScenario } from './sweep-scenario.js';

/** What loads a module in the process that sweeps it; from source, the built one. */
const LOADER = new URL(import.meta.url.endsWith('.ts') ? '../../dist/input/import-default.js' : '../input/import-default.js', import.meta.url).href;

export interface SweepWordsOptions {
  readonly nth: string;
  readonly then: Then;
  readonly replay?: string;
  readonly adapters: string;
  readonly limit?: string;
  readonly parallel: string;
  readonly steps: string;
  readonly seed: string;
  readonly mustTell?: true;
  readonly junit?: string;
  readonly evidence?: string;
  readonly json?: true;
}

/**
 * Sweeps a command, a module or a scenario. Exit 3 when a case is broken, or the thing itself is without any failure; 2
 * when there is nothing to sweep in it; 130 when it was interrupted, with the cases so far.
 *
 * @param command - What stands behind `--`; null where there is none.
 */
export async function sweepWords(context: Context, words: readonly string[], command: readonly string[] | null, options: SweepWordsOptions): Promise<ExitCode> {
  const { io, paint } = context;
  const [first, ...others] = words;
  if (first === undefined || command?.length === 0) throw usageError("what is to be swept? a scenario, a module, or '-- COMMAND …'");
  if (command === null ? others.length > 0 : words.length > command.length) throw usageError(`one thing at a time; all of a command stands behind '--': nopage sweep -- ${words.join(' ')}`);
  const progress = new Progress(io, 'sweeping');
  let cases = 0;
  const common: Common = {
    nth: options.replay === undefined ? options.nth : String(wholeNumber('--replay', options.replay, 1)),
    then: options.then,
    mustTell: options.mustTell ?? false,
    ...(options.limit !== undefined && { limitMs: wholeNumber('--limit', options.limit, 1) }),
    signal: io.interrupted,
    onCase: (): void => progress.report((cases += 1), null, ' cases'),
  };
  const parallel = wholeNumber('--parallel', options.parallel, 1, 64);
  const size = { seed: wholeNumber('--seed', options.seed), steps: wholeNumber('--steps', options.steps, 1, 1e6) };
  const report = await tried(() => {
    if (command !== null) return sweepCommand(command, { ...common, adapters: options.adapters, parallel });
    if (parallel > 1) throw usageError('--parallel is for commands');
    return isModule(first) ? sweepOneModule(first, options.adapters, common) : sweepScenario(scenarioArgument(first), size, common);
  });
  progress.clear();
  if (report.cases.length > 0 || report.trouble === null) {
    if (options.json) for (const one of report.cases) await print(io, `${JSON.stringify(one)}\n`);
    else await print(io, `${sweepTable(report, { ...(io.stdout.isTTY === true && { columns: io.stdout.columns ?? 80 }) })}\n${options.replay === undefined ? '' : stackOf(report.cases)}`);
    if (!options.json && options.replay === undefined && report.cases.some(({ outcome }) => outcome !== 'ok')) await print(io, paint.dim(`again:  ${again(words, command, options)}\n`));
  }
  if (options.junit !== undefined) writeReport('--junit', options.junit, sweepJUnit(report));
  if (options.evidence !== undefined) writeReport('--evidence', options.evidence, `${JSON.stringify(report, null, 2)}\n`);
  if (report.trouble !== null) throw new CliError(`not swept${report.cases.length > 0 ? ' to the end' : ''}: ${report.trouble.text}`, TROUBLE_EXITS[report.trouble.code] ?? ExitCode.FINDING);
  return report.passed ? ExitCode.DONE : ExitCode.FINDING;
}

type Common = Pick<SweepModuleOptions, 'nth' | 'then' | 'mustTell' | 'limitMs' | 'signal' | 'onCase'>;

/** What is wrong with the call, not with what was swept. */
const TROUBLE_EXITS: Partial<Record<SweepTrouble['code'], ExitCode>> = {
  'no-requests': ExitCode.USAGE,
  'nothing-selected': ExitCode.USAGE,
  'not-instrumented': ExitCode.USAGE,
  'not-started': ExitCode.USAGE,
  interrupted: ExitCode.INTERRUPTED,
};

const isModule = (argument: string): boolean => ['.mjs', '.cjs', '.js', '.ts', '.mts'].includes(extname(argument));

function sweepOneModule(path: string, adapters: string, common: Common): Promise<SweepReport> {
  if (!existsSync(path)) throw usageError(`${path}: no such file`);
  return sweepModule(path, { ...common, adapters, loader: LOADER });
}

async function tried(run: () => Promise<SweepReport>): Promise<SweepReport> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof FaultError) throw usageError(error.message);
    throw error;
  }
}

/** The call that runs one case again: with what decides which request is the n-th. */
function again(words: readonly string[], command: readonly string[] | null, { then, adapters, steps, seed }: SweepWordsOptions): string {
  const isScenario = command === null && !words.some(isModule);
  return [
    'nopage', 'sweep', '--replay', 'N',
    ...(then === 'fail' ? ['--then', then] : []),
    ...(adapters === 'all' ? [] : ['--adapters', adapters]),
    ...(isScenario ? ['--steps', steps, '--seed', seed] : []),
    ...(command === null ? [] : ['--']),
    ...words,
  ].map(shellWord).join(' ');
}

/** A word as a shell takes it for one. */
const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const stackOf = (cases: readonly SweepCase[]): string => cases.flatMap(({ stack }) => stack.map((frame) => `    ${frame}\n`)).join('');

const writeReport = (option: string, file: string, text: string): void => attempt(`${option} ${file}`, () => writeFileSync(file, text));
