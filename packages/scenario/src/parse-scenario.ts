import { __GFP_NOFAIL, contradiction, eraOf, parse } from '@nopage/gfp';
import { compose } from './catalogue.js';
import { Place } from './place.js';
import type { Scenario, ScenarioZone, Workload } from './scenario.js';
import type { Step } from './step.js';
import { workloads, type WorkloadName } from './workloads.js';

const ZONES = ['DMA', 'DMA32', 'Normal', 'HighMem', 'Movable'] as const;
const NAMES = Object.keys(workloads) as WorkloadName[];

/** 1 TB of pages of 4 kB: more than any arena takes, and far below where arithmetic ends. */
const MAX_PAGES = 2 ** 28;

/** Slots of a user's steps: any two of them may be far apart. */
const LAST_SLOT = 2 ** 24 - 1;

/**
 * A user's scenario out of JSON that was parsed already:
 *
 * `{ name, summary?, zones: [{ name, pages }], workloads?: ["page-cache", …], parameters?: { … }, steps?: [{ op, … }], repeat? }`
 *
 * `steps` are the user's own, taken in order, `repeat` times; they run beside the named workloads.
 *
 * @throws {ScenarioError} `NOT_A_SCENARIO`, with the place and what is expected there; or `UNKNOWN_PARAMETER` or
 *   `PARAMETER_RANGE`.
 */
export function parseScenario(value: unknown): Scenario {
  const top = new Place('scenario', value).object(['name', 'summary', 'zones', 'workloads', 'parameters', 'steps', 'repeat']);
  const name = top.field('name').text();
  const zones = top.field('zones').list(1).map(parseZone);
  const named = top.optional('workloads')?.list(0).map((place) => place.oneOf(NAMES)) ?? [];
  const own = top.optional('steps')?.list(1).map(parseStep) ?? [];
  if (named.length + own.length === 0) top.fail('has neither workloads nor steps');
  const repeat = top.optional('repeat')?.whole(1, 1e9) ?? 1;
  const scenario = compose({ name, summary: top.optional('summary')?.text() ?? name, zones }, named);
  return withValues({ ...scenario, workloads: [...scenario.workloads, ...(own.length > 0 ? [repeated(own, repeat)] : [])] }, top.optional('parameters'));
}

function parseZone(place: Place): ScenarioZone {
  const zone = place.object(['name', 'pages']);
  return { name: zone.field('name').oneOf(ZONES), pages: zone.field('pages').whole(1, MAX_PAGES) };
}

function parseStep(place: Place): Step {
  const op = place.object(null).field('op').oneOf(['alloc', 'free', 'drain', 'tick']);
  switch (op) {
    case 'alloc': {
      const step = place.object(['op', 'slot', 'order', 'gfp', 'site', 'comm', 'cache']);
      return {
        op,
        slot: step.field('slot').whole(0, LAST_SLOT),
        order: step.optional('order')?.whole(0, 63) ?? 0,
        gfp: parseGfp(step.field('gfp')),
        site: step.optional('site')?.text() ?? 'user_alloc',
        comm: step.optional('comm')?.text() ?? 'user',
        ...(step.optional('cache')?.yes() === true && { cache: true }),
      };
    }
    case 'free':
      return { op, slot: place.object(['op', 'slot']).field('slot').whole(0, LAST_SLOT) };
    case 'drain':
      place.object(['op']);
      return { op };
    case 'tick':
      return { op, ms: place.object(['op', 'ms']).field('ms').number(0, 1e12) };
  }
}

function parseGfp(place: Place): number {
  const text = place.text();
  const era = eraOf('6.12') ?? place.fail('can not be read without the table of Linux 6.12');
  const { mask, unknown } = parse(text, era);
  if (unknown.length > 0) place.fail(`has ${unknown.join(', ')}, which Linux 6.12 does not know`);
  const wrong = contradiction(mask);
  if (wrong !== null) place.fail(`contradicts itself: ${wrong}`);
  if ((mask & __GFP_NOFAIL) !== 0) place.fail('must not fail, and a step can not wait');
  return mask;
}

/** Steps with their slots moved to the workload's own range, over and over. */
const repeated = (steps: readonly Step[], times: number): Workload =>
  function* ({ firstSlot }): Generator<Step, undefined> {
    for (let i = 0; i < times; i++) {
      for (const step of steps) yield 'slot' in step ? { ...step, slot: firstSlot + step.slot } : step;
    }
  };

function withValues(scenario: Scenario, place: Place | null): Scenario {
  if (place === null) return scenario;
  const names = Object.keys(scenario.parameters);
  const given = place.object(names);
  const parameters = Object.entries(scenario.parameters).map(([name, parameter]) => {
    const value = given.optional(name)?.number(parameter.min, parameter.max) ?? parameter.value;
    return [name, { ...parameter, value }] as const;
  });
  return { ...scenario, parameters: Object.fromEntries(parameters) };
}
