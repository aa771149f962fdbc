import type { FailureEvent } from '@nopage/gfp';
import { describe, expect, it } from 'vitest';
import { adaptersByName, early, install, tellFailures } from '../src/adapters.js';
import { createInjector, type RuntimeRefusal } from '../src/index.js';

/** More than any machine's addresses reach, and less than a length may be. */
const NOBODY_HAS = 2 ** 50;

/** Runs `run` with ArrayBuffer and WebAssembly listened to; tells the events and what was thrown. */
function heard(run: () => unknown, options: Parameters<typeof tellFailures>[1] = {}): { events: FailureEvent[]; thrown: unknown } {
  const events: FailureEvent[] = [];
  using _installed = install(adaptersByName('array-buffer,wasm'), tellFailures((event) => events.push(event), options));
  try {
    run();
  } catch (thrown) {
    return { events, thrown };
  }
  return { events, thrown: null };
}

function loadModel(): ArrayBuffer {
  return new ArrayBuffer(NOBODY_HAS);
}

describe('tellFailures', () => {
  it('makes an event of what the runtime could not give: size, who asked, the error that the caller got', () => {
    const { events, thrown } = heard(loadModel, { clock: () => 1234 });
    expect(String(thrown)).toBe('RangeError: Array buffer allocation failed');
    expect(events).toMatchObject([{
      kind: 'page-allocation-failure', at: 1234, bytes: NOBODY_HAS, order: null, reason: null, mode: null, zones: [], repeats: 1,
      detail: { api: 'ArrayBuffer', error: 'RangeError: Array buffer allocation failed' },
    }]);
    expect(events[0]?.site).toMatch(/^loadModel \(.*tell-failures\.test\.ts:\d+:\d+\)$/);
    expect(events[0]?.stack[0]).toBe(events[0]?.site);
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  });

  it("tells a maximum of the caller's own from want of memory", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
    const { events, thrown } = heard(() => memory.grow(7));
    expect(String(thrown)).toBe('RangeError: WebAssembly.Memory.grow(): Maximum memory size exceeded');
    expect(events).toMatchObject([{ kind: 'page-allocation-failure', reason: 'limit', bytes: 7 * 65_536, at: null, detail: { api: 'WebAssembly.Memory.grow' } }]);
  });

  it('tells of what was made to fail, as such', () => {
    const { events, thrown } = heard(() => new SharedArrayBuffer(64), { point: createInjector({ probability: 100, times: 1 }) });
    expect(events).toMatchObject([{ kind: 'fault-injection', reason: 'injected', bytes: 64, detail: { api: 'SharedArrayBuffer', error: String(thrown) } }]);
  });

  it.each<[string, () => unknown]>([
    ['a length that no buffer can have', () => new ArrayBuffer(2 ** 53)],
    ['a length that is none', () => new ArrayBuffer(-1)],
    ['pages that are none', () => new WebAssembly.Memory({ initial: 1 }).grow(-1)],
    ['a request that is served', () => new ArrayBuffer(16)],
  ])('is silent about %s', (_what, run) => {
    expect(heard(run).events).toEqual([]);
  });

  it('asks nobody about what the listener allocates, and hears no failure of its own', () => {
    const asked: number[] = [];
    let events = 0;
    const point = tellFailures(() => {
      events += 1;
      new ArrayBuffer(32);
      expect(loadModel).toThrow(RangeError);
    }, { point: { shouldFailEx: (bytes) => { asked.push(bytes); return bytes === 8; } } });
    using _installed = install(adaptersByName('array-buffer'), point);
    expect(() => new ArrayBuffer(8)).toThrow(RangeError);
    expect(() => new ArrayBuffer(8)).toThrow(RangeError);
    expect({ asked, events }).toEqual({ asked: [8, 8], events: 2 });
  });

  it('passes everything on to the point that it is put before, also behind adapters that stood early', () => {
    const refused: unknown[] = [];
    const ranOut: RuntimeRefusal[] = [];
    const events: FailureEvent[] = [];
    using stood = early(adaptersByName('array-buffer'));
    using _installed = install([stood], tellFailures((event) => events.push(event), {
      point: { shouldFailEx: (bytes) => bytes === 8, refused: (error) => refused.push(error), ranOut: (refusal) => ranOut.push(refusal) },
    }));
    expect(() => new ArrayBuffer(8)).toThrow(RangeError);
    expect(loadModel).toThrow(RangeError);
    expect(refused.map(String)).toEqual(['RangeError: Array buffer allocation failed']);
    expect(ranOut).toMatchObject([{ api: 'ArrayBuffer', bytes: NOBODY_HAS, limit: false }]);
    expect(events.map(({ kind }) => kind)).toEqual(['fault-injection', 'page-allocation-failure']);
  });

  it.each([
    [[], 'onFailure: given undefined, expected a function'],
    [[() => undefined, { clock: 5 }], 'clock: given 5, expected a function'],
    [[() => undefined, { clok: Date.now }], 'clok: given a function, expected one of point, clock'],
  ])('%j is said at once, not at the first failure', (args, message) => {
    expect(() => void Reflect.apply(tellFailures, null, args)).toThrow(message);
  });

  it('hears nothing once it is taken out', () => {
    const { events } = heard(() => undefined);
    expect(loadModel).toThrow(RangeError);
    expect(events).toEqual([]);
  });
});
