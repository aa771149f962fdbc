import { describe, expect, it } from 'vitest';
import { compose, drive, parseScenario, scenarios, ScenarioError, ScenarioRun, type Scenario, type ScenarioErrorCode } from '../src/index.js';

const allocator = { alloc: () => 0, free: () => undefined };
const [scenario] = scenarios as [Scenario];
const parts = { name: 'mine', summary: 'mine', zones: [{ name: 'Normal', pages: 64 }] } as const;

function codeOf(call: () => unknown): ScenarioErrorCode {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    return (error as ScenarioError).code;
  }
  throw new Error('it was let in');
}

describe('a run', () => {
  it.each([undefined, null, 5, 'jumbo-frames', {}, { zones: [] }])('of what is no scenario is refused: %s', (value) => {
    expect(codeOf(() => new ScenarioRun(value as never, allocator))).toBe('NOT_A_SCENARIO');
    expect(codeOf(() => drive(value as never, allocator, { steps: 1 }))).toBe('NOT_A_SCENARIO');
  });

  it.each([undefined, null, 5, {}, { alloc: () => 0 }, { alloc: 5, free: 5 }])('on what allocates nothing is refused, not found out at its first step: %s', (value) => {
    expect(codeOf(() => new ScenarioRun(scenario, value as never))).toBe('BAD_OPTION');
  });

  it('by what is no options is refused', () => {
    for (const options of [null, 5, 'x', { onStep: 5 }, { seed: 7n }, { seed: Symbol('s') }]) expect(codeOf(() => new ScenarioRun(scenario, allocator, options as never))).toBe('BAD_OPTION');
    for (const options of [undefined, null, 5]) expect(codeOf(() => drive(scenario, allocator, options as never))).toBe('BAD_OPTION');
    expect(codeOf(() => drive(scenario, allocator, { steps: 1, stop: 5 as never }))).toBe('BAD_OPTION');
  });

  it('does not let a time pass that is none, nor set what is no number', () => {
    const run = new ScenarioRun(scenario, allocator);
    for (const ms of [Number.NaN, '5', null, 5n, Symbol('s')]) expect(codeOf(() => run.advance(ms as never))).toBe('BAD_OPTION');
    for (const most of [-1, 1.5, '5', null]) expect(codeOf(() => run.advance(5, most as never))).toBe('STEP_COUNT');
    for (const value of ['1500', null, Symbol('s')]) expect(codeOf(() => run.set('mtuBytes', value as never))).toBe('PARAMETER_RANGE');
    expect(codeOf(() => run.set(Symbol('s') as never, 1))).toBe('UNKNOWN_PARAMETER');
    expect(run.totals()).toMatchObject({ steps: 0, atMs: 0 });
  });
});

describe('parseScenario', () => {
  it.each([undefined, null, 5, 7n, Symbol('s'), 'jumbo', [], () => 1])('says of %s that it is none', (value) => {
    expect(codeOf(() => parseScenario(value))).toBe('NOT_A_SCENARIO');
  });
});

describe('compose', () => {
  it('refuses a workload, a parameter and a value that there is none of', () => {
    expect(codeOf(() => compose(parts, ['rain' as never]))).toBe('NOT_A_SCENARIO');
    for (const names of [undefined, null, 5, 'churn']) expect(codeOf(() => compose(parts, names as never))).toBe('NOT_A_SCENARIO');
    expect(codeOf(() => compose(parts, ['churn'], { mtuBytes: 9000 }))).toBe('UNKNOWN_PARAMETER');
    for (const value of [-1, 51, Number.NaN, '8']) expect(codeOf(() => compose(parts, ['churn'], { churnPercent: value as never }))).toBe('PARAMETER_RANGE');
    expect(compose(parts, ['churn'], { churnPercent: 50 }).parameters['churnPercent']?.value).toBe(50);
  });
});
