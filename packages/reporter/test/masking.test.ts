import { describe, expect, it } from 'vitest';
import { preset, replayPolicy, type Reportable } from '../src/index.js';

/** An hour of a hundred noisy failures a second and one rare one a minute, in order of time. Waiting times are seeded. */
function storm(seed: number): Reportable[] {
  let state = seed;
  const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const of = (site: string, everyMs: number): Reportable[] => {
    const events: Reportable[] = [];
    for (let at = -Math.log(1 - random()) * everyMs; at < 3_600_000; at -= Math.log(1 - random()) * everyMs) events.push({ at, site });
    return events;
  };
  return [...of('nic_rx', 10), ...of('disk_journal', 60_000)].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}

describe('the masking storm', () => {
  it.each([7, 2008, 31337])('hides the rare site under linux-5.4 and shows it at once under recommended, seed %i', (seed) => {
    const events = storm(seed);
    const kernel = replayPolicy<Reportable>(preset('linux-5.4'), events);
    const ours = replayPolicy<Reportable>(preset('recommended'), events);
    expect(kernel.sitesNeverShown).toEqual(['disk_journal']);
    expect(ours.sitesNeverShown).toEqual([]);
    expect(ours.told).toBeLessThanOrEqual(1.2 * kernel.told);
    expect(ours.lines).toBeLessThanOrEqual(1.2 * kernel.lines);
  });
});
