import { eraOf, type Era } from '@nopage/gfp';
import { usageError } from '../cli-error.js';

/**
 * The era of the release that `--kernel` names.
 *
 * @throws {CliError} Usage (exit 2) for what is no release.
 */
export function eraFor(kernel: string): Era {
  const era = eraOf(kernel);
  if (era === null) throw usageError(`--kernel '${kernel}' is no kernel release since 2.4; try 4.9 or the output of uname -r`);
  return era;
}
