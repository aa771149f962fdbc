import { ScenarioError } from './errors.js';
import { parameterFor, type Parameter } from './parameter.js';
import type { Scenario, ScenarioZone } from './scenario.js';
import { workloads, type NamedWorkload, type WorkloadName } from './workloads.js';

/** 192 MB, enough for every effect and small enough to be seen on one screen. */
const twoZones: readonly ScenarioZone[] = [{ name: 'DMA32', pages: 16_384 }, { name: 'Normal', pages: 32_768 }];
const oneZone: readonly ScenarioZone[] = [{ name: 'Normal', pages: 16_384 }];

/**
 * Workloads side by side, with their parameters; `values` are those that differ from the workloads' own.
 *
 * @throws {ScenarioError} `NOT_A_SCENARIO` for a workload that is not there, `UNKNOWN_PARAMETER` or `PARAMETER_RANGE`.
 */
export function compose(parts: Pick<Scenario, 'name' | 'summary' | 'zones'>, names: readonly WorkloadName[], values: Readonly<Record<string, number>> = {}): Scenario {
  if (!isList(names)) throw new ScenarioError('NOT_A_SCENARIO', 'workloads', 'must be a list of names');
  const used: NamedWorkload[] = names.map(workloadNamed);
  const parameters: Record<string, Parameter> = {};
  for (const workload of used) Object.assign(parameters, workload.parameters);
  for (const [name, value] of Object.entries(values)) parameters[name] = { ...parameterFor(parts.name, parameters, name, value), value };
  return { ...parts, parameters, workloads: used.map((workload) => workload.start) };
}

const isList = (value: unknown): boolean => Array.isArray(value);

function workloadNamed(name: WorkloadName): NamedWorkload {
  if (Object.hasOwn(workloads, name)) return workloads[name];
  throw new ScenarioError('NOT_A_SCENARIO', 'workloads', `there is no ${JSON.stringify(name)}; there are ${Object.keys(workloads).join(', ')}`);
}

/** The scenarios that come with the package. */
export const scenarios: readonly Scenario[] = [
  compose(
    { name: 'jumbo-frames', summary: 'A network driver with jumbo frames asks for four pages in a row, at once, while files fill memory.', zones: twoZones },
    ['network-driver', 'page-cache', 'churn'],
    { mtuBytes: 9000, churnPercent: 8 },
  ),
  compose({ name: 'network-driver', summary: 'A network driver alone: receive buffers in bursts, freed in order, never waiting.', zones: oneZone }, ['network-driver']),
  compose({ name: 'page-cache', summary: 'Files being read: single movable pages that fill memory until something takes them back.', zones: twoZones }, ['page-cache']),
  compose({ name: 'churn', summary: 'Slabs, stacks and tables: immovable blocks of several sizes that come and go in no order.', zones: oneZone }, ['churn'], { churnPercent: 40 }),
  compose(
    { name: 'fragmentation', summary: 'Half of memory is free, every second page of it; requests of each order find out what that is worth.', zones: oneZone },
    ['checkerboard'],
  ),
  compose(
    { name: 'masking-storm', summary: 'With no memory left, one caller fails a hundred times a second and another once a minute.', zones: [{ name: 'Normal', pages: 4096 }] },
    ['hog', 'noisy-and-rare'],
  ),
];

/** The scenario of that name, or null. */
export const scenarioNamed = (name: string): Scenario | null => scenarios.find((scenario) => scenario.name === name) ?? null;
