import { describe, expect, it } from 'vitest';
import { adaptersByName, arrayBuffers, install, tellFailures } from '../src/adapters.js';
import {
  createInjector, FaultError, held, listeners, parseBootSyntax, parseSchedule, ScheduledPoint, sweep, type FaultErrorCode, type InjectorOptions,
} from '../src/index.js';

function codeOf(call: () => unknown): FaultErrorCode {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(FaultError);
    return (error as FaultError).code;
  }
  throw new Error('it was let in');
}

describe('an injector', () => {
  it.each(['random', 'stack', 'task', 'onInject', 'print', 'dump', 'now'])('looks at %s when it is made, not in the middle of a request', (name) => {
    for (const value of [null, 5, 'x', {}, Symbol('s')]) expect(codeOf(() => createInjector({}, { [name]: value }))).toBe('BAD_OPTION');
  });

  it.each<[string, unknown]>([['rules', null], ['rules', 5], ['seed', '7'], ['seed', 7n], ['count', null], ['name', 5]])('refuses %s: %s', (name, value) => {
    expect(codeOf(() => createInjector({}, { [name]: value }))).toBe('BAD_OPTION');
  });

  it('refuses an option that there is none of, and what is no options', () => {
    expect(codeOf(() => createInjector({}, { sed: 7 } as InjectorOptions))).toBe('UNKNOWN_ATTRIBUTE');
    for (const options of [null, 5, 'x']) expect(codeOf(() => createInjector({}, options as never))).toBe('BAD_OPTION');
  });

  it('refuses changes that are none, and a count that is none, and changes nothing', () => {
    const injector = createInjector({ probability: 7 }, { count: 3 });
    for (const changes of [null, undefined, 5, 'x', Symbol('s')]) expect(codeOf(() => injector.set(changes as never))).toBe('WRONG_TYPE');
    expect(codeOf(() => injector.set({ probability: 9, count: '4' as never }))).toBe('WRONG_TYPE');
    expect(codeOf(() => injector.set({ probability: 9, count: -4 }))).toBe('OUT_OF_RANGE');
    expect([injector.attributes.probability, injector.count]).toEqual([7, 3]);
  });

  it('has counted a failure by the time that somebody hears of it, whatever he does', () => {
    for (const name of ['print', 'onInject']) {
      const injector = createInjector({ probability: 100, times: 3 }, { [name]: () => { throw new Error('deaf'); } });
      expect(() => injector.shouldFailEx(1)).toThrow('deaf');
      expect([injector.times, injector.injected, injector.hits]).toEqual([2, 1, 1]);
    }
  });
});

describe('adapters', () => {
  it('are not installed for a point that cannot be asked', () => {
    const { ArrayBuffer: before } = globalThis;
    for (const point of [undefined, null, 5, {}, { shouldFailEx: 5 }]) expect(codeOf(() => install([arrayBuffers()], point as never))).toBe('BAD_OPTION');
    expect(globalThis.ArrayBuffer).toBe(before);
  });

  it('are not installed where one of them is none', () => {
    const { ArrayBuffer: before } = globalThis;
    for (const adapters of [null, 5, 'buffer', [arrayBuffers(), null], [arrayBuffers(), {}]]) expect(codeOf(() => install(adapters as never, { shouldFailEx: () => false }))).toBe('BAD_OPTION');
    expect(globalThis.ArrayBuffer).toBe(before);
  });

  it.each<[string, () => unknown]>([
    ['names that are no text', () => adaptersByName(5 as never)],
    ['a listener that is none', () => tellFailures(5 as never)],
    ['a point that cannot be asked', () => tellFailures(() => undefined, { point: {} as never })],
  ])('refuse %s', (_what, call) => {
    expect(codeOf(call)).toBe('BAD_OPTION');
  });
});

describe('schedules, oracles and texts', () => {
  it.each<[string, () => unknown, FaultErrorCode]>([
    ['a schedule that is a text', () => new ScheduledPoint('001' as never), 'BAD_OPTION'],
    ['no schedule', () => new ScheduledPoint(null as never), 'BAD_OPTION'],
    ['a text of one that is none', () => parseSchedule(10n as never), 'BAD_OPTION'],
    ['boot syntax that is no text', () => parseBootSyntax(Symbol('s') as never), 'BOOT_SYNTAX'],
    ['a count that cannot be asked for', () => held(5 as never), 'BAD_OPTION'],
    ['an emitter that is none', () => listeners(null as never), 'BAD_OPTION'],
  ])('refuse %s', (_what, call, code) => {
    expect(codeOf(call)).toBe(code);
  });
});

it('nothing is run for options of a sweep that cannot be', async () => {
  let runs = 0;
  const scenario = (): number => runs++;
  for (const options of [{ nth: 5 }, { limitMs: Number.NaN }, { adapters: 'all' }, { then: 'give up' }, { oracles: [{}] }, { held: 5 }]) {
    await expect(sweep(scenario, options as never)).rejects.toThrow(FaultError);
  }
  expect(runs).toBe(0);
});
