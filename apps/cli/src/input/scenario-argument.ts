import { readFileSync } from 'node:fs';
import { parseScenario, ScenarioError, scenarioNamed, scenarios, type Scenario } from '@nopage/scenario';
import { usageError } from '../cli-error.js';

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
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw usageError(`${argument}: ${(error as Error).message}`);
    throw usageError(`'${argument}' is neither a scenario nor a file; there are ${scenarios.map(({ name }) => name).join(', ')}`);
  }
  try {
    return parseScenario(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ScenarioError) throw usageError(`${argument}: ${error.message}`);
    throw error;
  }
}
