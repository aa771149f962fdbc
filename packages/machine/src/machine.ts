import { FaultInjector, type FaultAttributesInput } from '@nopage/fault';
import { explain, type Explanation } from '@nopage/explain';
import type { FailureEvent } from '@nopage/gfp';
import { FailureCounter, VoteCounter, type Sources } from '@nopage/metrics';
import { PageAllocator, type MayFail } from '@nopage/mm';
import { Recorder } from '@nopage/recording';
import { asWarnings, preset, Reporter, type Policy, type Warnings } from '@nopage/reporter';
import { scenarioNamed, ScenarioRun, scenarios, type AllocStep, type Scenario } from '@nopage/scenario';
import { CauseMemory } from './cause-memory.js';
import { MachineError } from './errors.js';
import { KswapdTimer } from './kswapd-timer.js';
import { checkedOptions, type MachineOptions } from './options.js';
import { procTexts, type ProcTexts } from './proc-texts.js';
import { SiteSightings } from './site-sightings.js';
import { ToldLines } from './told-lines.js';
import { wordsOfEra } from './words-of-era.js';
import { MOBILITIES, zoneView, type MachineView } from './view.js';

/**
 * Allocator, workload, fault injection, reporter, explanation and metrics, wired together: nothing here decides, every
 * part can be reached. It has no clock and no timer; time is the workload's. The same options and the same calls give
 * the same machine.
 */
export class Machine {
  readonly allocator: PageAllocator;
  readonly injector: FaultInjector;
  readonly reporter: Reporter;
  readonly run: ScenarioRun;
  readonly failures: FailureCounter;
  readonly votes: VoteCounter = new VoteCounter();
  /** For `registerMetrics` and `observeMetrics` of `@nopage/metrics`. */
  readonly sources: Sources;
  readonly seed: number;
  readonly #recorder: Recorder | null;
  readonly #lines: ToldLines;
  readonly #sightings = new SiteSightings();
  readonly #onFailure: MachineOptions['onFailure'];
  readonly #kswapd: KswapdTimer;
  readonly #wordOf: (gfp: number) => number;
  #warnings: Warnings;
  /** The request under way, when it is the workload's. */
  #asking: AllocStep | null = null;

  /**
   * @throws {MachineError} `UNKNOWN_SCENARIO`, `BAD_OPTION`; and what the parts throw for options of theirs:
   *   `ScenarioError`, `MmError`, `FaultError`, `ReporterError`.
   */
  constructor(options: MachineOptions = {}) {
    const { seed, kswapdDelayMs, maxLines } = checkedOptions(options);
    const scenario = scenarioOf(options.scenario ?? 'jumbo-frames');
    this.seed = seed;
    this.#onFailure = options.onFailure;
    this.#warnings = warningsOf(options.policy ?? 'recommended');

    const causes = new CauseMemory();
    this.failures = new FailureCounter({ causeOf: (event) => causes.causeOf(event), ...(options.now !== undefined && { now: options.now }) });
    this.injector = new FaultInjector({ ...EVERY_REQUEST, ...options.fault }, { seed: this.seed, rules: '6.12', stack: () => [{ name: this.#asking?.site ?? '(direct)', file: '', line: 0, column: 0 }] });
    this.allocator = new PageAllocator({
      ...options.allocator,
      zones: scenario.zones,
      fault: this.injector,
      clock: () => this.run.atMs,
      siteOf: () => this.#asking?.site ?? null,
      shrinkers: [{ name: 'page-cache', count: () => this.run.cachePages, scan: (pages) => this.run.shrink(pages) }],
      movePages: (from, to) => this.#move(from, to),
      onFailure: (event) => this.#report(event),
    });
    this.#wordOf = wordsOfEra(this.allocator.profile);
    this.#recorder = options.record === undefined ? null : new Recorder(this.allocator, options.record, scenario.name);
    const door = this.#recorder ?? this.allocator;
    this.#kswapd = new KswapdTimer(kswapdDelayMs, { wanted: () => this.allocator.kswapdWanted, run: () => void door.kswapd() });
    this.run = new ScenarioRun(
      scenario,
      {
        alloc: (step) => this.#alloc(door, step),
        free: (pfn, order) => door.free(pfn, order),
        drain: () => door.drain(),
        tick: (ms) => {
          this.reporter.tick(this.run.atMs);
          this.#kswapd.tick(ms);
        },
      },
      {
        seed: this.seed,
        ...(options.parameters !== undefined && { parameters: options.parameters }),
        ...(options.onStep !== undefined && { onStep: options.onStep }),
      },
    );
    this.#lines = new ToldLines(maxLines, options.sink ?? null, (site) => this.#sightings.of(site, this.run.atMs));
    this.reporter = new Reporter({
      policy: this.#warnings.policy,
      keyOf: this.#warnings.keyOf,
      maxSilence: this.#warnings.maxSilence,
      maxKeys: this.#warnings.maxKeys,
      clock: () => this.run.atMs,
      sink: this.#lines,
    });
    this.sources = {
      memory: { memInfo: () => this.allocator.memInfo(), vmstat: () => this.#vmstat() },
      failures: this.failures,
      ledger: this.reporter,
      votes: this.votes,
      faults: this.injector,
    };
  }

  /** Takes up to `count` steps of the workload; returns how many were taken. */
  step(count = 1): number {
    return this.run.step(count);
  }

  /** Lets virtual time pass, at most `maxSteps` steps of it; returns how many were taken. */
  advance(ms: number, maxSteps?: number): number {
    return this.run.advance(ms, maxSteps);
  }

  /** Changes a parameter of the scenario. @throws {ScenarioError} `UNKNOWN_PARAMETER`, `PARAMETER_RANGE`. */
  set(name: string, value: number): void {
    this.run.set(name, value);
  }

  /** Name of the policy that votes now. */
  get policy(): string {
    return this.#warnings.name;
  }

  /** Changes the policy, with its key, silence and number of keys; what the old one held is told first. @throws {ReporterError} `UNKNOWN_PRESET`, `BAD_CONFIG`, `BAD_OPTION`. */
  setPolicy(policy: string | Warnings | Policy): void {
    const warnings = warningsOf(policy);
    this.reporter.use(warnings);
    this.#warnings = warnings;
  }

  /** Changes attributes of fault injection. @throws {FaultError} For an attribute out of range. */
  setFault(attributes: FaultAttributesInput): void {
    this.injector.set(attributes);
  }

  /** Explains a failure, with how often its site has failed so far. */
  explain(event: FailureEvent): Explanation {
    const sightings = event.site === null ? undefined : this.#sightings.of(event.site, this.run.atMs);
    return explain(event, sightings === undefined ? {} : { sightings });
  }

  /** The machine as plain data: what a page, a test or a teacher looks at. */
  view(): MachineView {
    const { served, steps, atMs, sites } = this.run.totals();
    const { told, held, pending, seen } = this.reporter.totals();
    return {
      atMs, steps,
      profile: this.allocator.profile,
      scenario: this.run.scenario.name,
      seed: this.seed,
      parameters: { ...this.run.parameters },
      policy: this.policy,
      faultPercent: this.injector.attributes.probability,
      cachePages: this.run.cachePages,
      mobilities: MOBILITIES,
      zones: this.allocator.memInfo().zones.map(zoneView),
      counts: { served, refused: seen, told, held, pending, injected: this.injector.injected },
      sites: Object.entries(sites).map(([site, counts]) => ({ site, ...counts, told: this.#lines.linesOf(site) })),
      lines: this.#lines.latest(),
    };
  }

  /** What `/proc` would show of this machine, file by file, as its kernel prints it. */
  procText(): ProcTexts {
    return procTexts(this.allocator, this.run.cachePages);
  }

  /** Every broken invariant of the parts, and of the sums between them, as text; [] when all is sound. */
  check(): string[] {
    const { seen } = this.reporter.totals();
    return [
      ...this.allocator.check(),
      ...this.reporter.check(),
      ...(this.failures.total === seen ? [] : [`${this.failures.total} failures were counted, and ${seen} reported`]),
    ];
  }

  /**
   * Gives back what the workload holds and tells everything that is held.
   *
   * @returns Failures that no sink took.
   */
  close(): number {
    this.run.release();
    this.#recorder?.end();
    return this.reporter.close(this.run.atMs);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #alloc(door: Recorder | PageAllocator, step: AllocStep): number {
    this.#asking = step;
    try {
      return door.alloc(this.#wordOf(step.gfp) as MayFail, step.order);
    } finally {
      this.#asking = null;
    }
  }

  #move(from: number, to: number): boolean {
    const moved = this.run.moved(from, to);
    if (moved) this.#recorder?.moved(from, to);
    return moved;
  }

  #report(failure: FailureEvent): void {
    const event = this.#asking === null ? failure : this.#named(failure, this.#asking);
    this.failures.record(event);
    if (event.site !== null) this.#sightings.note(event.site, this.run.atMs);
    const vote = this.reporter.report(event);
    this.votes.record(vote);
    this.#onFailure?.(event, vote);
  }

  /** Who asked is the workload, not the JavaScript that drives it. */
  #named(event: FailureEvent, step: AllocStep): FailureEvent {
    const free = event.zones.reduce((sum, zone) => sum + (zone.freePages ?? 0), 0);
    return { ...event, comm: step.comm, site: step.site, stack: [step.site], memory: { inactive_file: this.run.cachePages, free } };
  }

  #vmstat(): Record<string, number> {
    return { ...this.allocator.vmstat(), nr_inactive_file: this.run.cachePages };
  }
}

/** The kernel spares single pages, sleepers and high memory by default, and fails once; here a probability alone is to have an effect. */
const EVERY_REQUEST: FaultAttributesInput = { probability: 0, times: -1, minOrder: 0, ignoreGfpWait: false, ignoreGfpHighmem: false };

/** A machine, wired together: see {@link Machine}. */
export function createMachine(options: MachineOptions = {}): Machine {
  return new Machine(options);
}

function scenarioOf(scenario: string | Scenario): Scenario {
  if (typeof scenario !== 'string') return scenario;
  const found = scenarioNamed(scenario);
  if (found === null) throw new MachineError('UNKNOWN_SCENARIO', `no scenario is called ${JSON.stringify(scenario)}; there are ${scenarios.map(({ name }) => name).join(', ')}`);
  return found;
}

const warningsOf = (policy: string | Warnings | Policy): Warnings => (typeof policy === 'string' ? preset(policy) : asWarnings(policy));
