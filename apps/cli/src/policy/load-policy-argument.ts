import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { asWarnings, parseWarnings, preset, PRESET_NAMES, ReporterError, type Warnings } from '@nopage/reporter';
import { CliError, usageError } from '../cli-error.js';
import { importDefault } from '../input/import-default.js';

/**
 * A policy as the command line names it: a preset (`recommended`, `linux-5.4`, any `linux-` release), or a file:
 * `.json`, or a module (`.mjs`, `.js`, `.ts`) whose default export is a policy or what `defineWarnings()` returns.
 *
 * @throws {CliError} Usage (exit 2) for an unknown name, and for a file that can't be read or isn't a policy, with the place.
 */
export async function loadPolicyArgument(argument: string): Promise<Warnings> {
  const kind = extname(argument);
  try {
    if (kind === '.json') return parseWarnings(readFileSync(argument, 'utf8'));
    if (['.mjs', '.js', '.ts', '.mts'].includes(kind)) return asWarnings(await importModule(argument));
    return preset(argument);
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (error instanceof ReporterError) throw usageError(kind === '' || error.code === 'unknown-preset' ? `--policy ${argument}: ${error.message}` : `${argument}: ${error.message}`);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw usageError(`${argument}: no such file; presets are ${PRESET_NAMES.join(', ')}`);
    throw usageError(`${argument}: ${(error as Error).message}`);
  }
}

async function importModule(file: string): Promise<unknown> {
  // A file that isn't there is ENOENT here, and a puzzling message from a loader.
  readFileSync(file);
  return importDefault(resolve(file));
}
