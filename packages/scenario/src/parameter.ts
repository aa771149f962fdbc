import { ScenarioError } from './errors.js';

/** A number that a scenario can be tuned by, also while it runs. */
export interface Parameter {
  readonly help: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

/** The present values, by name. Workloads read them at every step. */
export type ParameterValues = Readonly<Record<string, number>>;

/** What a scenario can be tuned by, by name. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** The values that a scenario starts with. */
export function defaultValues(parameters: Parameters): Record<string, number> {
  return Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]));
}

/** The parameter that can have this value. @throws {ScenarioError} `UNKNOWN_PARAMETER` or `PARAMETER_RANGE`. */
export function parameterFor(scenario: string, parameters: Parameters, name: string, value: number): Parameter {
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  const at = ['parameters', name].map(String).join('.');
  if (parameter === undefined) throw new ScenarioError('UNKNOWN_PARAMETER', at, `${scenario} has ${Object.keys(parameters).join(', ') || 'none'}`);
  if (typeof value !== 'number' || !(value >= parameter.min && value <= parameter.max)) {
    throw new ScenarioError('PARAMETER_RANGE', at, `${String(value)} is not from ${parameter.min} to ${parameter.max}`);
  }
  return parameter;
}
