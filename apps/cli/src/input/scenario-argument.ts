import { readFileSync } from 'node:fs';
import { parseScenario, ScenarioError, scenarioNamed, scenarios, type Scenario } from '@nopage/scenario';
import { usageError } from '../cli-error.js';
import { reasonOf } from './attempt.js';
import { didYouMean } from './nearest-word.js';

/**
 * A scenario by its name, or out of a JSON file.
 *
 * @throws {CliError} Usage (exit 2), with the names there are, or the place in the file.
 */
export function scenarioArgument(argument: string): Scenario {
  const named = scenarioNamed(argument);
  if (named !== null) return named;
  let text: string;
  try {
    text = readFileSync(argument, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw usageError(`${argument}: ${reasonOf(error)}`);
    const names = scenarios.map(({ name }) => name);
    throw usageError(`'${argument}' is neither a scenario nor a file; there are ${names.join(', ')}${didYouMean(argument, names)}`);
  }
  try {
    return parseScenario(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw usageError(`${argument}: is no JSON, so no scenario: ${error.message}`);
    if (error instanceof ScenarioError) throw usageError(`${argument}: ${error.message}`);
    throw error;
  }
}
