import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compose, drive, scenarioNamed, scenarios, ScenarioError, ScenarioRun, seededRandom, type Scenario, type Step, type Workload } from '../src/index.js';
import { NaivePages } from './naive-pages.js';

const small = (name: string, pages = 512): Scenario => ({ ...scenarioNamed(name)!, zones: [{ name: 'Normal', pages }] });

const fixed = (steps: readonly Step[]): Scenario => ({
  name: 'fixed', summary: 'Given steps.', zones: [{ name: 'Normal', pages: 16 }], parameters: {},
  workloads: [function* (): Generator<Step, undefined> { yield* steps; }],
});
const alloc = (slot: number, order = 0, cache = false): Step => ({ op: 'alloc', slot, order, gfp: 0x820, site: `site${slot}`, comm: 'test', ...(cache && { cache: true }) });

/** The first steps of a scenario, as it asks for them. */
function stepsOf(scenario: Scenario, seed: number, count: number): Step[] {
  const steps: Step[] = [];
  new ScenarioRun(scenario, new NaivePages(512), { seed, onStep: (step) => steps.push(step) }).step(count);
  return steps;
}

describe.each(scenarios.map(({ name }) => name))('scenario %s', (name) => {
  it('is the same for the same seed, and another for another', () => {
    expect(stepsOf(small(name), 7, 1500)).toEqual(stepsOf(small(name), 7, 1500));
    // It begins by filling memory, which leaves nothing to chance.
    const count = name === 'fragmentation' ? 0 : 5000;
    if (count > 0) expect(stepsOf(small(name), 7, count)).not.toEqual(stepsOf(small(name), 8, count));
  });

  it('is the same in steps of one and in steps of many', () => {
    const scenario = small(name);
    const [one, many] = [new NaivePages(512), new NaivePages(512)];
    const [a, b] = [new ScenarioRun(scenario, one), new ScenarioRun(scenario, many)];
    for (let i = 0; i < 500; i++) a.step();
    b.step(500);
    expect(a.totals()).toEqual(b.totals());
    expect(one.used).toEqual(many.used);
  });

  it('is plain data: steps survive JSON', () => {
    const steps = stepsOf(small(name), 3, 2000);
    expect(JSON.parse(JSON.stringify(steps))).toEqual(steps);
  });

  it('frees only what it holds, and everything in the end', () => {
    const pages = new NaivePages(512);
    const run = new ScenarioRun(small(name), pages, { seed: 5 });
    run.step(4000);
    const { served, refused, steps } = run.totals();
    expect(steps).toBe(4000);
    expect(served + refused).toBe(pages.requests.length);
    run.release();
    expect(pages.usedPages).toBe(0);
    expect(run.heldBlocks).toBe(0);
  });

  it('counts by site what it counts in all', () => {
    const { sites, served, refused } = drive(small(name), new NaivePages(512), { steps: 5000 });
    expect(Object.values(sites).reduce((sum, site) => sum + site.served, 0)).toBe(served);
    expect(Object.values(sites).reduce((sum, site) => sum + site.refused, 0)).toBe(refused);
  });
});

describe('ScenarioRun', () => {
  it('frees what is in a slot before it fills it again', () => {
    const pages = new NaivePages(4);
    const run = new ScenarioRun(fixed([alloc(0, 2), alloc(0, 2)]), pages);
    run.step(2);
    expect(run.totals()).toMatchObject({ served: 2, refused: 0, freed: 1 });
  });

  it('an empty slot is freed without a word: its request was refused', () => {
    const run = new ScenarioRun(fixed([alloc(0, 9), { op: 'free', slot: 0 }]), new NaivePages(4));
    run.step(9);
    expect(run.totals()).toMatchObject({ steps: 2, refused: 1, freed: 0 });
    expect(run.ended).toBe(true);
  });

  it('shrinkers take the oldest cache pages, and nothing else', () => {
    const pages = new NaivePages(16);
    const run = new ScenarioRun(fixed([alloc(0), alloc(1, 0, true), alloc(2, 1, true), alloc(3, 0, true)]), pages);
    run.step(4);
    expect(run.cachePages).toBe(4);
    expect(run.shrink(2)).toBe(3);
    expect([run.cachePages, run.heldBlocks, run.totals().reclaimedPages]).toEqual([1, 2, 3]);
    expect(run.shrink(100)).toBe(1);
    expect(run.shrink(100)).toBe(0);
    expect(pages.usedPages).toBe(1);
  });

  it('a block that compaction moved is freed where it is now', () => {
    const pages = new NaivePages(16);
    const run = new ScenarioRun(fixed([alloc(0, 0, true), { op: 'free', slot: 0 }]), pages);
    run.step(1);
    pages.used[9] = 1;
    expect([run.moved(0, 9), run.moved(5, 6)]).toEqual([true, false]);
    pages.used[0] = 0;
    run.step(1);
    expect(pages.usedPages).toBe(0);
  });

  it('tells the allocator of time and of drains', () => {
    const pages = new NaivePages(4);
    const run = new ScenarioRun(fixed([{ op: 'tick', ms: 5 }, { op: 'drain' }, { op: 'tick', ms: 2 }]), pages);
    run.step(3);
    expect([pages.drains, pages.ticks, run.atMs]).toEqual([1, 2, 7]);
  });

  it('advance stops when the time has come, or after so many steps', () => {
    const run = new ScenarioRun(small('jumbo-frames'), new NaivePages(512));
    run.advance(50);
    expect(run.atMs).toBeGreaterThanOrEqual(50);
    expect(run.atMs).toBeLessThan(55);
    expect(run.advance(1e9, 100)).toBe(100);
  });

  it('follows a changed parameter from the next step on', () => {
    const pages = new NaivePages(4096);
    const run = new ScenarioRun(small('network-driver'), pages);
    run.step(50);
    run.set('mtuBytes', 9000);
    const before = pages.requests.length;
    run.step(200);
    expect(new Set(pages.requests.slice(0, before).map(({ order }) => order))).toEqual(new Set([0]));
    expect(pages.requests.at(-1)?.order).toBe(2);
  });

  it.each([
    ['an unknown parameter', 'mtu', 1500, 'UNKNOWN_PARAMETER', 'parameters.mtu'],
    ['one of another scenario', 'cachePressurePercent', 10, 'UNKNOWN_PARAMETER', 'parameters.cachePressurePercent'],
    ['a word of every object', 'toString', 1, 'UNKNOWN_PARAMETER', 'parameters.toString'],
    ['too much', 'mtuBytes', 65_536, 'PARAMETER_RANGE', 'parameters.mtuBytes'],
    ['no number', 'mtuBytes', NaN, 'PARAMETER_RANGE', 'parameters.mtuBytes'],
    ['a text', 'mtuBytes', '1500' as unknown as number, 'PARAMETER_RANGE', 'parameters.mtuBytes'],
  ])('refuses %s, and changes nothing', (_what, name, value, code, at) => {
    const run = new ScenarioRun(small('network-driver'), new NaivePages(16));
    const before = { ...run.parameters };
    expect(() => run.set(name, value)).toThrow(expect.objectContaining({ name: 'ScenarioError', code, at }) as ScenarioError);
    expect(run.parameters).toEqual(before);
  });

  it.each([-1, 1.5, NaN, Infinity])('refuses to take %d steps', (count) => {
    expect(() => new ScenarioRun(small('churn'), new NaivePages(16)).step(count)).toThrow(ScenarioError);
  });
});

describe('drive', () => {
  it.each([-1, 1000.5, NaN, undefined, '10'])('refuses to take %j steps, before it takes one', (steps) => {
    const pages = new NaivePages(16);
    expect(() => drive(small('churn'), pages, { steps: steps as number })).toThrow(expect.objectContaining({ code: 'STEP_COUNT' }) as ScenarioError);
    expect(pages.requests).toEqual([]);
  });

  it('without a number of steps goes on until it is stopped', () => {
    let asked = 0;
    expect(drive(small('churn'), new NaivePages(512), { steps: Infinity, stop: () => ++asked > 5 }).steps).toBe(5000);
  });

  it('stops when it is asked to, with the totals so far', () => {
    let asked = 0;
    expect(drive(small('page-cache'), new NaivePages(512), { steps: 10_000, stop: () => ++asked > 3 }).steps).toBe(3000);
  });
});

describe('workloads side by side', () => {
  const ticker = (everyMs: number, site: string): Workload => function* ({ firstSlot }): Generator<Step, undefined> {
    for (let i = 0; i < 4; i++) {
      yield { op: 'alloc', slot: firstSlot, order: 0, gfp: 0, site, comm: site };
      yield { op: 'tick', ms: everyMs };
    }
  };

  it('each goes at its own pace, the first of equals first', () => {
    const scenario: Scenario = { ...fixed([]), workloads: [ticker(2, 'a'), ticker(3, 'b')] };
    const seen: string[] = [];
    const run: ScenarioRun = new ScenarioRun(scenario, new NaivePages(16), { onStep: (step) => { if (step.op === 'alloc') seen.push(`${step.site}@${run.atMs}`); } });
    run.step(100);
    expect(seen).toEqual(['a@0', 'b@0', 'a@2', 'b@3', 'a@4', 'a@6', 'b@6', 'b@9']);
  });

  it('what one does is the same whoever runs beside it', () => {
    const parts = { name: 'x', summary: 'x', zones: [{ name: 'Normal', pages: 1024 }] } as const;
    const allocsOf = (scenario: Scenario): Step[] => stepsOf(scenario, 1, 4000).filter((step) => step.op === 'alloc' && step.site === 'skb_alloc').slice(0, 300);
    expect(allocsOf(compose(parts, ['network-driver', 'churn']))).toEqual(allocsOf(compose(parts, ['network-driver', 'page-cache'])));
  });
});

describe('seededRandom', () => {
  it('covers its range evenly enough, for any seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = seededRandom(seed);
        const hits = new Array<number>(8).fill(0);
        for (let i = 0; i < 4000; i++) hits[random.below(8)]!++;
        expect(Math.min(...hits)).toBeGreaterThan(380);
        expect(Math.max(...hits)).toBeLessThan(640);
        expect(random.waitMs(10)).toBeGreaterThanOrEqual(0);
      }),
      { seed: 2008, numRuns: 100 },
    );
  });
});
