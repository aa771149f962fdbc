import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preset, replayPolicy, type GateEvent } from '../src/index.js';
import { KERNELS, kernelSays, type Answer, type Call } from './kernel-model.js';

const zones = [{ name: 'DMA', managedPages: 0 }, { name: 'Normal', managedPages: 9000 }];

function oursSays(name: string, hz: number, calls: readonly Call[]): Answer[] {
  const events = calls.map(({ jiffies, nowarn, dma }, i): GateEvent => ({
    at: (jiffies * 1000) / hz, site: `site ${i % 3}`, kind: 'page-allocation-failure', permits: { warn: !nowarn, highestZone: dma ? 'DMA' : 'Normal' }, zones,
  }));
  const answers: Answer[] = [];
  replayPolicy<GateEvent>(preset(name, { hz }), events, { each: ({ verdict, suppressedBefore }) => answers.push({ printed: verdict === 'emit', said: suppressedBefore }) });
  return answers;
}

/** Seconds between calls: bursts, steps at the edges of the windows, and long silences. */
const pauseJiffies = (hz: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.nat(3) },
    { weight: 3, arbitrary: fc.nat(2 * hz) },
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom(1, 5, 10, 50), fc.integer({ min: -1, max: 2 })).map(([seconds, off]) => Math.max(0, seconds * hz + off)) },
    { weight: 1, arbitrary: fc.nat(120 * hz) },
  );

const callsAt = (hz: number): fc.Arbitrary<Call[]> =>
  fc.tuple(
    fc.constantFrom(0, 1, 5 * hz, 2 ** 32 - 300 * hz, 2 ** 32 - 10 * hz, 2 ** 40),
    fc.array(fc.record({ pause: pauseJiffies(hz), nowarn: fc.nat(3).map((n) => n === 0), dma: fc.nat(3).map((n) => n === 0) }), { minLength: 1, maxLength: 60 }),
  ).map(([begin, steps]) => {
    let jiffies = begin;
    return steps.map(({ pause, nowarn, dma }, i) => ({ jiffies: (jiffies += i === 0 ? 0 : pause), nowarn, dma }));
  });

describe.each(Object.entries(KERNELS))('%s', (name, kernel) => {
  it.each([100, 250, 300, 1000])('prints, suppresses and says what the kernel does, at %i jiffies a second', (hz) => {
    fc.assert(fc.property(callsAt(hz), (calls) => {
      expect(oursSays(name, hz, calls)).toEqual(kernelSays(kernel, hz, calls));
    }), { seed: 2008, numRuns: 250 });
  });
});
