import { existsSync, writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { FaultError, sweep, sweepJUnit, sweepTable, type SweepCase, type SweepOptions, type SweepReport, type Then } from '@nopage/fault';
import { adaptersByName } from '@nopage/fault/adapters';
import { sweepCommand } from '@nopage/fault/command';
import { CliError, usageError } from '../cli-error.js';
import type { Context } from '../command.js';
import { ExitCode } from '../exit-code.js';
import { importDefault } from '../input/import-default.js';
import { wholeNumber } from '../input/number-option.js';
import { scenarioArgument } from '../input/scenario-argument.js';
import { print } from '../io.js';
import { Progress } from '../terminal/progress.js';
import { sweepScenario } from './sweep-scenario.js';

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

/** Sweeps a command, a module or a scenario; exit 3 when a case is broken, 1 when it could not be swept. */
export async function sweepWords(context: Context, words: readonly string[], isCommand: boolean, options: SweepWordsOptions): Promise<ExitCode> {
  const { io, paint } = context;
  const [first, ...others] = words;
  if (first === undefined) throw usageError("what is to be swept? a scenario, a module, or '-- COMMAND …'");
  if (!isCommand && others.length > 0) throw usageError(`one scenario at a time; a command stands behind '--': nopage sweep -- ${words.join(' ')}`);
  const progress = new Progress(io, 'sweeping');
  let cases = 0;
  const common = {
    nth: options.replay === undefined ? options.nth : String(wholeNumber('--replay', options.replay, 1)),
    then: options.then,
    mustTell: options.mustTell ?? false,
    ...(options.limit !== undefined && { limitMs: wholeNumber('--limit', options.limit, 1) }),
    onCase: (): void => progress.report((cases += 1), null, ' cases'),
  };
  const report = await tried(() => (isCommand ? sweepCommand(words, { ...common, adapters: options.adapters, parallel: wholeNumber('--parallel', options.parallel, 1, 64) }) : sweepOne(first, options, common)));
  progress.clear();
  if (options.json) for (const one of report.cases) await print(io, `${JSON.stringify(one)}\n`);
  else await print(io, `${sweepTable(report)}\n${options.replay === undefined ? '' : stackOf(report.cases)}`);
  if (!options.json && !report.passed && report.trouble === null && isCommand) await print(io, paint.dim(`again:  nopage sweep --replay N${options.then === 'fail' ? ' --then fail' : ''} -- ${words.join(' ')}\n`));
  if (options.junit !== undefined) write(options.junit, sweepJUnit(report));
  if (options.evidence !== undefined) write(options.evidence, `${JSON.stringify(report, null, 2)}\n`);
  if (report.trouble !== null) throw new CliError(`not swept: ${report.trouble.text}`);
  return report.passed ? ExitCode.DONE : ExitCode.FINDING;
}

/** A module's default export, or a scenario of the allocator. */
async function sweepOne(argument: string, options: SweepWordsOptions, common: SweepOptions): Promise<SweepReport> {
  if (!['.mjs', '.js', '.ts', '.mts'].includes(extname(argument))) {
    return sweepScenario(scenarioArgument(argument), { seed: wholeNumber('--seed', options.seed), steps: wholeNumber('--steps', options.steps, 1, 1e6) }, common);
  }
  if (!existsSync(argument)) throw usageError(`${argument}: no such file`);
  const scenario = await importDefault(resolve(argument));
  if (typeof scenario !== 'function') throw usageError(`${argument}: its default export is no function`);
  return sweep(scenario as () => unknown, { ...common, name: argument, adapters: adaptersByName(options.adapters) });
}

async function tried(run: () => Promise<SweepReport>): Promise<SweepReport> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof FaultError) throw usageError(error.message);
    throw error;
  }
}

const stackOf = (cases: readonly SweepCase[]): string => cases.flatMap(({ stack }) => stack.map((frame) => `    ${frame}\n`)).join('');

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CliError(`${file}: ${(error as Error).message}`);
  }
}
