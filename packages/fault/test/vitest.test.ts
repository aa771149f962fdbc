import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { describeAllocationFailures } from '../src/vitest.js';
import { differencesOf, snapshotOfGlobals } from './support/globals.js';

const untouched = snapshotOfGlobals();
afterAll(() => {
  expect(differencesOf(untouched, snapshotOfGlobals())).toEqual([]);
});

/** Reads rows into buffers of their own; gives up as a whole when one cannot be had. */
function copyRows(rows: readonly string[]): Buffer[] {
  return rows.map((row) => Buffer.from(row));
}

function careless(rows: readonly string[]): string[] {
  const copies: (Buffer | undefined)[] = rows.map((row) => {
    try {
      return Buffer.from(row);
    } catch {
      return undefined;
    }
  });
  return copies.map((copy) => copy!.toString('hex'));
}

describe('toSurviveAllocationFailures', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('passes for code that passes the failure on', async () => {
    await expect(() => copyRows(['a', 'b', 'c'])).toSurviveAllocationFailures();
  });

  it('fails with a line for the requests that are not survived', async () => {
    const failing = expect(() => careless(['a', 'b'])).toSurviveAllocationFailures({ name: 'careless' });
    await expect(failing).rejects.toThrow(/careless: 2 requests, 2 cases: 2 threw\nn +outcome +request[^\n]*\n1-2 +threw +Buffer\.from 1 B[^\n]*TypeError/);
  });

  it('its opposite says what was survived', async () => {
    await expect(expect(() => copyRows(['a'])).not.toSurviveAllocationFailures()).rejects.toThrow(/every allocation failure was survived\nscenario: 1 request,/);
  });

  it('neither it nor its opposite passes for what could not be swept', async () => {
    await expect(expect(() => 1).toSurviveAllocationFailures()).rejects.toThrow(/not swept: the scenario never asked for memory/);
    await expect(expect(() => 1).not.toSurviveAllocationFailures()).rejects.toThrow(/not swept: the scenario never asked for memory/);
  });

  it('works with asynchronous code', async () => {
    await expect(async () => {
      await Promise.resolve();
      const bytes = new Uint8Array(16);
      await new Promise((resolve) => setImmediate(resolve));
      return structuredClone(bytes).length;
    }).toSurviveAllocationFailures();
  });

  it('works with fake timers: time is virtual', async () => {
    vi.useFakeTimers();
    const patient = async (): Promise<number> => {
      for (let attempt = 1; ; attempt++) {
        try {
          return Buffer.alloc(32).length;
        } catch (error) {
          if (attempt === 3) throw error;
          await new Promise((resolve) => setTimeout(resolve, 10_000));
        }
      }
    };
    await expect(patient).toSurviveAllocationFailures({ then: 'fail', limitMs: 60_000 });
    await expect(expect(patient).toSurviveAllocationFailures({ then: 'fail', limitMs: 15_000 })).rejects.toThrow(/hung .* did not end within 15000 ms of virtual time/);
  });

  it('a fake timer that is left behind is leaked', async () => {
    vi.useFakeTimers();
    const leaky = (): number => {
      const timer = setInterval(() => undefined, 1000);
      const bytes = Buffer.alloc(8);
      clearInterval(timer);
      return bytes.length;
    };
    await expect(expect(leaky).toSurviveAllocationFailures()).rejects.toThrow(/leaked .* fake timer \+1/);
  });

  it('sweeps of tests that run at the same time do not fail one another\'s requests', async () => {
    const slow = (sizes: readonly number[]) => async (): Promise<number> => {
      let bytes = 0;
      for (const size of sizes) {
        bytes += new Uint8Array(size).length;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return bytes;
    };
    await Promise.all([[1, 2], [3], [4, 5, 6]].map((sizes) => expect(slow(sizes)).toSurviveAllocationFailures({ nth: `1-${sizes.length}` })));
  });

  it('a scenario that allocates nothing does not pass', async () => {
    await expect(expect(() => 1 + 1).toSurviveAllocationFailures()).rejects.toThrow(/never asked for memory through array-buffer, typed-array/);
  });
});

await describeAllocationFailures('one reported test per request', () => copyRows(['a', 'b', 'c']).length);

await expect(() => copyRows(['d', 'e']).length).toSurviveAllocationFailures({ name: 'the matcher where tests are collected: one reported test per request' });
