import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { hashOfSite } from '@nopage/fault';
import { asWarnings, parseWarnings, preset, PRESET_NAMES, ReporterError, type LoadOptions, type Warnings } from '@nopage/reporter';
import { CliError, usageError } from '../cli-error.js';
import { reasonOf } from '../input/attempt.js';
import { importDefault } from '../input/import-default.js';
import { didYouMean } from '../input/nearest-word.js';
import { boundedPolicy } from './bounded-policy.js';
import { placeInModule } from './place-in-module.js';

const MODULES = ['.mjs', '.js', '.ts', '.mts'];

/** A vote takes microseconds. */
const VOTE_SECONDS = 5;

/**
 * A policy as the command line names it: a preset (`recommended`, `linux-5.4`, any `linux-` release), or a file:
 * `.json`, or a module (`.mjs`, `.js`, `.ts`) whose default export is a policy or what `defineWarnings()` returns.
 *
 * @throws {CliError} Usage (exit 2) for an unknown name, and for a file that can't be read or isn't a policy, with the place.
 */
export async function loadPolicyArgument(argument: string): Promise<Warnings> {
  const kind = extname(argument);
  try {
    if (kind === '.json') return parseWarnings(readFileSync(argument, 'utf8'), evidenceBeside(argument));
    if (MODULES.includes(kind)) return await loadModule(argument);
    return preset(argument);
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (error instanceof ReporterError) throw usageError(kind === '' || error.code === 'UNKNOWN_PRESET' ? `--policy ${argument}: ${error.message}${suggestion(argument)}` : `${argument}: ${error.message}`);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw usageError(`${argument}: no such file; presets are ${PRESET_NAMES.join(', ')}`);
    throw usageError(`${argument}: ${reasonOf(error)}`);
  }
}

/**
 * As {@link loadPolicyArgument}, for a run that goes on by itself: a module's vote that never comes back is stopped.
 *
 * @param complain - Told of a vote that was stopped.
 */
export async function loadBoundedPolicy(argument: string, complain: (text: string) => void): Promise<Warnings> {
  const warnings = await loadPolicyArgument(argument);
  return MODULES.includes(extname(argument)) ? { ...warnings, policy: boundedPolicy(warnings.policy, VOTE_SECONDS, complain) } : warnings;
}

/** What else the word may have been meant for. */
function suggestion(argument: string): string {
  return existsSync(argument) ? `; a policy in a file has a name that ends in .json, ${MODULES.join(', ')}` : didYouMean(argument, PRESET_NAMES);
}

async function loadModule(file: string): Promise<Warnings> {
  // A file that isn't there is ENOENT here, and a puzzling message from a loader.
  readFileSync(file);
  const path = resolve(file);
  try {
    const warnings = asWarnings((await importDefault(path)).value);
    // A policy that can't begin is said here, where its file is known.
    warnings.policy.init();
    return warnings;
  } catch (error) {
    throw error instanceof ReporterError ? error : usageError(`${file}: ${placeInModule(error, path)}`);
  }
}

/** For `proven`: the evidence that `nopage sweep --evidence` wrote, beside the configuration, and the sources as they are now. */
function evidenceBeside(file: string): LoadOptions {
  return {
    readReport: (name) => JSON.parse(readFileSync(resolve(dirname(file), name), 'utf8')) as unknown,
    hashOf: (site) => hashOfSite(site, textOf),
  };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
