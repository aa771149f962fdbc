import { afterAll, describe, expect, it } from 'vitest';
import { buffers, early, typedArrays } from '../src/adapters.js';
import { sweep } from '../src/index.js';
import { differencesOf, snapshotOfGlobals } from './support/globals.js';

const untouched = snapshotOfGlobals();
afterAll(() => {
  expect(differencesOf(untouched, snapshotOfGlobals())).toEqual([]);
});

describe('adapters that stand before the code is loaded', () => {
  it('reach what the code keeps at its top level, and ask only while a sweep is on', async () => {
    using adapters = early([typedArrays(), buffers()]);
    const Kept = Uint8Array;
    const scenario = (): number => new Kept(8).length;
    expect(scenario()).toBe(8);
    const report = await sweep(scenario, { adapters: [adapters] });
    expect(report.cases).toMatchObject([{ outcome: 'ok', request: { api: 'Uint8Array', bytes: 8 } }]);
    expect(scenario()).toBe(8);
  });
});
