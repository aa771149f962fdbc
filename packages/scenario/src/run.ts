import { asFunction, asOptions, stepCount, withMethods } from './checked.js';
import { ScenarioError } from './errors.js';
import { merge } from './merge.js';
import { defaultValues, parameterFor } from './parameter.js';
import { seededRandom } from './random.js';
import type { Scenario } from './scenario.js';
import { SlotTable } from './slot-table.js';
import type { AllocStep, Step } from './step.js';

/** What a run drives: a `PageAllocator`, or anything else that hands out frames by order. */
export interface DrivenAllocator {
  /** The first frame of `2 ** order` pages, or a number below 0 for a refusal. */
  alloc(step: AllocStep): number;
  free(pfn: number, order: number): void;
  drain?(): void;
  /** Time has passed; background work may be done. */
  tick?(ms: number): void;
}

/** How a scenario is run. */
export interface RunOptions {
  /** The same seed gives the same steps. @defaultValue 1 */
  readonly seed?: number;
  /** Values for the scenario's parameters; the others keep their own. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Told of every step as it was carried out; `pfn` is that of an `alloc`, below 0 when refused, else null. */
  readonly onStep?: (step: Step, pfn: number | null) => void;
}

/** What a run has done so far. */
export interface RunTotals {
  readonly steps: number;
  readonly served: number;
  readonly refused: number;
  readonly freed: number;
  /** Pages that shrinkers took back. */
  readonly reclaimedPages: number;
  /** Virtual time. */
  readonly atMs: number;
  readonly sites: Readonly<Record<string, { readonly served: number; readonly refused: number }>>;
}

/**
 * A scenario under way. It holds what the workloads hold, lets shrinkers take cache pages back, and can be stopped and
 * gone on with after any step: whoever drives it decides how many steps are taken in one go.
 */
export class ScenarioRun {
  readonly scenario: Scenario;
  readonly #allocator: DrivenAllocator;
  readonly #values: Record<string, number>;
  readonly #steps: Iterator<Step, undefined>;
  readonly #onStep: ((step: Step, pfn: number | null) => void) | null;
  readonly #slots = new SlotTable();
  readonly #sites = new Map<string, { served: number; refused: number }>();
  #taken = 0;
  #served = 0;
  #refused = 0;
  #freed = 0;
  #reclaimedPages = 0;
  #atMs = 0;
  #ended = false;

  /**
   * @throws {ScenarioError} `UNKNOWN_PARAMETER` or `PARAMETER_RANGE`; `NOT_A_SCENARIO` or `BAD_OPTION` for what is not of
   *   its kind.
   */
  constructor(scenario: Scenario, allocator: DrivenAllocator, options: RunOptions = {}) {
    const { seed = 1, parameters = {}, onStep } = asOptions(options);
    if (!isScenario(scenario)) throw new ScenarioError('NOT_A_SCENARIO', 'scenario', 'must have zones, parameters and workloads');
    if (typeof seed !== 'number') throw new ScenarioError('BAD_OPTION', 'seed', 'must be a number');
    this.scenario = scenario;
    this.#allocator = withMethods('allocator', allocator, ['alloc', 'free']);
    this.#values = defaultValues(scenario.parameters);
    this.#onStep = onStep === undefined ? null : asFunction('onStep', onStep);
    for (const [name, value] of Object.entries(parameters)) this.set(name, value);
    this.#steps = merge(scenario.workloads, {
      random: seededRandom(seed),
      parameters: this.#values,
      memoryPages: scenario.zones.reduce((sum, zone) => sum + zone.pages, 0),
    });
  }

  /** Virtual time in milliseconds. */
  get atMs(): number {
    return this.#atMs;
  }

  /** Whether the workloads have come to an end; most never do. */
  get ended(): boolean {
    return this.#ended;
  }

  get parameters(): Readonly<Record<string, number>> {
    return this.#values;
  }

  /**
   * Changes a parameter; workloads follow from their next step on.
   *
   * @throws {ScenarioError} `UNKNOWN_PARAMETER` or `PARAMETER_RANGE`; nothing has changed.
   */
  set(name: string, value: number): void {
    parameterFor(this.scenario.name, this.scenario.parameters, name, value);
    this.#values[name] = value;
  }

  /**
   * Takes up to `count` steps.
   *
   * @returns How many were taken: fewer only when the workloads ended.
   * @throws {ScenarioError} `STEP_COUNT` when `count` is no whole number from 0 on.
   */
  step(count = 1): number {
    stepCount('count', count);
    let taken = 0;
    while (taken < count && this.#next()) taken++;
    return taken;
  }

  /**
   * Takes steps until `ms` of virtual time have passed, or `maxSteps` were taken.
   *
   * @returns How many were taken; none when `ms` is not above 0.
   * @throws {ScenarioError} `BAD_OPTION` when `ms` is no number, `STEP_COUNT` for a `maxSteps` that is none.
   */
  advance(ms: number, maxSteps = 1e6): number {
    if (typeof ms !== 'number' || Number.isNaN(ms)) throw new ScenarioError('BAD_OPTION', 'ms', `${String(ms)} is no time`);
    if (maxSteps !== Infinity) stepCount('maxSteps', maxSteps);
    const until = this.#atMs + ms;
    let taken = 0;
    while (this.#atMs < until && taken < maxSteps && this.#next()) taken++;
    return taken;
  }

  totals(): RunTotals {
    return {
      steps: this.#taken, served: this.#served, refused: this.#refused, freed: this.#freed, reclaimedPages: this.#reclaimedPages, atMs: this.#atMs,
      sites: Object.fromEntries([...this.#sites].map(([site, counts]) => [site, { ...counts }])),
    };
  }

  /** Pages held in slots that shrinkers may empty. */
  get cachePages(): number {
    return this.#slots.cachePages;
  }

  /** Blocks held, over all workloads. */
  get heldBlocks(): number {
    return this.#slots.size;
  }

  /**
   * Gives cache pages back, oldest first: what a shrinker's `scan` calls.
   *
   * @returns Pages freed.
   */
  shrink(pages: number): number {
    let freed = 0;
    while (freed < pages) {
      const oldest = this.#slots.takeOldestCache();
      if (oldest === null) break;
      this.#allocator.free(oldest.pfn, oldest.order);
      freed += 2 ** oldest.order;
    }
    this.#reclaimedPages += freed;
    return freed;
  }

  /**
   * Notes that a block was moved: what compaction calls.
   *
   * @returns False when the block is not of this run; then it must stay.
   */
  moved(from: number, to: number): boolean {
    return this.#slots.move(from, to);
  }

  /** Gives everything back. */
  release(): void {
    for (const { pfn, order } of this.#slots.takeAll()) this.#allocator.free(pfn, order);
  }

  #next(): boolean {
    const { done, value: step } = this.#steps.next();
    if (done === true) {
      this.#ended = true;
      return false;
    }
    this.#taken++;
    const pfn = this.#carryOut(step);
    this.#onStep?.(step, pfn);
    return true;
  }

  #carryOut(step: Step): number | null {
    switch (step.op) {
      case 'alloc':
        return this.#alloc(step);
      case 'free':
        this.#free(step.slot);
        return null;
      case 'drain':
        this.#allocator.drain?.();
        return null;
      case 'tick':
        this.#atMs += step.ms;
        this.#allocator.tick?.(step.ms);
        return null;
    }
  }

  #alloc(step: AllocStep): number {
    this.#free(step.slot);
    const pfn = this.#allocator.alloc(step);
    const served = pfn >= 0;
    let site = this.#sites.get(step.site);
    if (site === undefined) this.#sites.set(step.site, (site = { served: 0, refused: 0 }));
    if (served) {
      this.#served++;
      site.served++;
      this.#slots.put(step.slot, pfn, step.order, step.cache === true);
    } else {
      this.#refused++;
      site.refused++;
    }
    return pfn;
  }

  #free(slot: number): void {
    const block = this.#slots.take(slot);
    if (block === null) return;
    this.#freed++;
    this.#allocator.free(block.pfn, block.order);
  }
}

const isScenario = (value: unknown): value is Scenario => {
  const { zones, parameters, workloads } = Object(value) as Partial<Record<keyof Scenario, unknown>>;
  return Array.isArray(zones) && typeof parameters === 'object' && parameters !== null && Array.isArray(workloads);
};
