import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInjector, type FaultAttributesInput, type FaultTask } from '../src/index.js';

interface Example {
  readonly id: string;
  readonly topic: string;
  readonly description: string;
  readonly versions: string;
  readonly input: {
    readonly probability: number; readonly interval: number; readonly times: number; readonly space: number;
    readonly task_filter: boolean; readonly make_it_fail: boolean; readonly fail_nth: number; readonly in_task: boolean;
    readonly calls: readonly { readonly size: number; readonly rng_0_99_if_drawn: number; readonly stack_filter_passes: boolean }[];
  };
  readonly expected: { readonly after_each_call: readonly { readonly fail: boolean; readonly rng_drawn: boolean; readonly times: number; readonly space: number; readonly count: number; readonly fail_nth: number; readonly message_times?: number; readonly message_space?: number }[] };
}

const file = new URL('../../../../shared/spec/examples.json', import.meta.url);
const examples = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { examples: Example[] }).examples.filter(({ topic }) => topic === 'should-fail') : [];

/** The newest kernel that an example's range names. */
const kernelOf = ({ versions }: Example): string => [...versions.matchAll(/\d+\.\d+(\.\d+)?/g)].at(-1)![0];

describe('should_fail', () => {
  it.skipIf(examples.length === 0).each(examples.map((e) => [e.id, e.description, e] as const))('%s: %s', (_id, _description, example) => {
    const { input } = example;
    let call = input.calls[0]!;
    let drawn = false;
    const task: FaultTask = { makeItFail: input.make_it_fail, failNth: input.fail_nth };
    const told: { times: number; space: number }[] = [];
    const injector = createInjector(
      { probability: input.probability, interval: input.interval, times: input.times, space: input.space, taskFilter: input.task_filter, requireStart: 1, requireEnd: 2 },
      {
        rules: kernelOf(example), task: () => (input.in_task ? task : null), stack: () => [call.stack_filter_passes ? 1n : 9n],
        random: () => { drawn = true; return call.rng_0_99_if_drawn; }, onInject: ({ times, space }) => told.push({ times, space }),
      },
    );
    const got = input.calls.map((next) => {
      call = next;
      drawn = false;
      const fail = injector.shouldFailEx(call.size);
      return { fail, rng_drawn: drawn, times: injector.times, space: injector.space, count: injector.count, fail_nth: task.failNth };
    });
    const expected = example.expected.after_each_call;
    expect(got).toEqual(expected.map(({ message_times: _t, message_space: _s, ...rest }) => rest));
    expect(told).toEqual(expected.filter(({ fail }) => fail).map((e) => ({ times: e.message_times, space: e.message_space })));
  });
});

/** The decision again, as plainly as the text of the kernel's order reads, over an object of numbers. */
function model(s: { probability: number; interval: number; times: number; space: number; count: number; failNth: number; mark: boolean; taskFilter: boolean }, size: number, onStack: boolean, draw: number, era: 'new' | 'middle' | 'old'): boolean {
  let hit: boolean;
  if (s.failNth > 0 && era !== 'old') {
    if (era === 'new' && !onStack) return false;
    s.failNth -= 1;
    hit = s.failNth === 0;
  } else if (era !== 'old' && s.probability === 0) hit = false;
  else if ((s.taskFilter && !s.mark) || s.times === 0) hit = false;
  else if (era === 'new' && !onStack) hit = false;
  else if (s.space > size) {
    s.space -= size;
    hit = false;
  } else if (s.interval > 1 && ++s.count % s.interval !== 0) hit = false;
  else hit = s.probability > draw && onStack;
  if (hit && s.times !== -1 && s.times !== 0) s.times -= 1;
  return hit;
}

describe('against a naive model', () => {
  it.each([['new', '6.12'], ['middle', '5.10'], ['old', '2.6.32']] as const)('%s kernels (%s): every decision and every counter agree', (era, rules) => {
    const attributes = fc.record({
      probability: fc.constantFrom(0, 1, 50, 99, 100, 250), interval: fc.nat(4), times: fc.integer({ min: -2, max: 4 }), space: fc.integer({ min: -3, max: 30 }),
      taskFilter: fc.boolean(), makeItFail: fc.boolean(), failNth: era === 'old' ? fc.constant(0) : fc.nat(5),
    });
    const call = fc.record({ size: fc.nat(9), onStack: fc.boolean(), draw: fc.nat(99) });
    fc.assert(
      fc.property(attributes, fc.array(call, { maxLength: 40 }), (given, calls) => {
        let now = { onStack: true, draw: 0 };
        const injector = createInjector({ ...given, requireStart: 7, requireEnd: 8 }, { rules, stack: () => [now.onStack ? 7n : 1n], random: () => now.draw });
        const s = { ...given, count: 0, mark: given.makeItFail };
        for (const next of calls) {
          now = next;
          expect(injector.shouldFailEx(next.size)).toBe(model(s, next.size, next.onStack, next.draw, era));
          expect([injector.times, injector.space, injector.count, injector.failNth]).toEqual([s.times, s.space, s.count, s.failNth]);
        }
      }),
      { seed: 2008, numRuns: 500 },
    );
  });

  it('the state taken after any call continues exactly as the injector would have', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.nat(3), fc.integer(), fc.nat(30), (probability, interval, seed, at) => {
        const whole = createInjector({ probability, interval, times: -1 }, { seed });
        for (let i = 0; i < at; i++) whole.shouldFailEx(1);
        const { attributes, seed: next, count } = JSON.parse(JSON.stringify(whole.state())) as { attributes: FaultAttributesInput; seed: number; count: number };
        const rest = createInjector(attributes, { seed: next, count });
        for (let i = 0; i < 50; i++) expect(rest.shouldFailEx(1)).toBe(whole.shouldFailEx(1));
      }),
      { seed: 2008, numRuns: 100 },
    );
  });

  it('a probability of n percent fails n of 100 draws, within three standard deviations', () => {
    for (const probability of [1, 30, 99]) {
      const injector = createInjector({ probability, times: -1 }, { seed: 7 });
      for (let i = 0; i < 20_000; i++) injector.shouldFailEx(1);
      const sigma = Math.sqrt(20_000 * (probability / 100) * (1 - probability / 100));
      expect(Math.abs(injector.injected - 200 * probability)).toBeLessThan(3 * sigma);
    }
  });
});
