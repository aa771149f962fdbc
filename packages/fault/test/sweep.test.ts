import { EventEmitter } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { exit } from 'node:process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { buffers } from '../src/adapters.js';
import { FaultError, held, listeners, sweep, sweepSummary, type NthPoint, type SweepOptions, type SweepOutcome } from '../src/index.js';

/** Asks for memory as code does whose allocator throws. */
function take(fault: NthPoint, bytes = 8): object {
  if (!fault.shouldFailEx(bytes, 'take')) return { bytes };
  const error = new RangeError('out of memory');
  fault.refused(error);
  throw error;
}

/** Globals that a sweep replaces while it runs. */
function globals(): unknown[] {
  return [Object.getOwnPropertyDescriptor(process, 'exit'), process.listeners('uncaughtException'), process.listeners('unhandledRejection'), Object.getOwnPropertyDescriptor(globalThis, 'ArrayBuffer'), Error.stackTraceLimit];
}

let leaked: object[] = [];
afterEach(() => {
  leaked = [];
});

type Broken = readonly [rule: string, outcome: SweepOutcome, detail: RegExp, scenario: (fault: NthPoint) => unknown, options?: SweepOptions];

const scenarios: readonly Broken[] = [
  ['code that passes the failure on is ok', 'ok', /^told: RangeError: out of memory$/, (fault) => take(fault)],
  ['code that does without, with the same result, is ok', 'ok', /^did without: same result$/, (fault) => {
    try { take(fault); } catch { /* a smaller way */ }
    return 'result';
  }],
  ['an error with the failure as its cause tells', 'ok', /^told: Error: load failed$/, (fault) => {
    try { return take(fault); } catch (cause) { throw new Error('load failed', { cause }); }
  }],
  ['an error that quotes the failure tells', 'ok', /^told/, (fault) => {
    try { return take(fault); } catch (error) { const { message } = error as Error; return Promise.reject(new Error(`load: ${message}`)); }
  }],
  ['an error that speaks of memory in words of its own tells', 'ok', /^told: Error: Could not allocate enough memory/, (fault) => {
    try { return take(fault); } catch { throw new Error('Could not allocate enough memory for the image. Required: 1024'); }
  }],
  ['so does one whose code does', 'ok', /^told: Error: no room$/, (fault) => {
    try { return take(fault); } catch { throw Object.assign(new Error('no room'), { code: 'ENOMEM' }); }
  }],
  ['a TypeError does not, whatever it says', 'threw', /^TypeError: allocation is not a function$/, (fault) => {
    try { return take(fault); } catch { throw new TypeError('allocation is not a function'); }
  }],
  ['what is still held is leaked', 'leaked', /^held \+1$/, (fault) => {
    leaked.push({});
    take(fault);
    leaked.pop();
  }, { held: () => leaked.length }],
  ['a timer that is left behind is leaked', 'leaked', /^timer \+1$/, (fault) => {
    const timer = setTimeout(() => undefined, 300);
    take(fault);
    clearTimeout(timer);
  }],
  ['a file that is left open is leaked', 'leaked', /^open file \+1$/, (fault) => {
    const file = openSync(new URL(import.meta.url), 'r');
    take(fault);
    closeSync(file);
  }],
  ['a result that is only computed when it is awaited is part of the run', 'ok', /^told/, (fault) => ({
    then: (done: (value: unknown) => void, fail: (error: unknown) => void) => { try { done(take(fault)); } catch (error) { fail(error); } },
  })],
  ['an error that throws when it is looked at threw', 'threw', /^object$/, (fault) => {
    try { take(fault); } catch { throw new Proxy(new Error('hostile'), { get: () => { throw new Error('no'); } }); }
  }],
  ['results are compared however deeply they are nested', 'swallowed', /another result/, (fault) => {
    let list: unknown = fault.shouldFailEx(1) ? 'end' : null;
    for (let i = 0; i < 50_000; i++) list = { list };
    return list;
  }],
  ['an error that has nothing to do with the failure threw', 'threw', /^TypeError: Cannot read/, (fault) => {
    let parser: { parse(): void } | undefined;
    try { parser = take(fault) as { parse(): void }; parser.parse = () => undefined; } catch { /* forgets that there is none now */ }
    (parser as unknown as { parse(): void }).parse();
  }],
  ['a rejection that nobody handles threw', 'threw', /^unhandled rejection: RangeError: out of memory$/, (fault) => {
    void (async () => { await Promise.resolve(); take(fault); })();
    return new Promise((resolve) => setImmediate(resolve));
  }],
  ['leaving the process threw', 'threw', /^exit of the process: process\.exit\(1\)$/, (fault) => {
    try { take(fault); } catch { process.exit(1); }
  }],
  ['another result without an error is swallowed', 'swallowed', /another result/, (fault) => {
    const rows = [];
    for (const row of [1, 2, 3]) {
      try { rows.push([row, take(fault)]); } catch { /* a row less */ }
    }
    return rows;
  }],
  ['under mustTell, any ending without an error is swallowed', 'swallowed', /^ended without an error$/, (fault) => {
    try { take(fault); } catch { /* quiet */ }
  }, { mustTell: true }],
  ['a promise that never settles hung', 'hung', /^did not end within 30 ms$/, async (fault) => {
    try { take(fault); } catch { await new Promise(() => undefined); }
  }, { limitMs: 30 }],
  ['asking for ever hung', 'hung', /^asked 50 times and did not stop$/, (fault) => {
    for (;;) {
      if (!fault.shouldFailEx(1)) return;
    }
  }, { then: 'fail', maxRequests: 50 }],
  ['a broken invariant is corrupted', 'corrupted', /^2 rows without a header$/, (fault) => {
    take(fault);
  }, ((): SweepOptions => {
    let runs = 0;
    return { check: () => (++runs > 2 ? ['2 rows without a header'] : []) };
  })()],
  ['a next run that fails is corrupted', 'corrupted', /^the next run, without failure, threw Error: half open$/, ((): ((fault: NthPoint) => unknown) => {
    let half = false;
    return (fault) => {
      if (half) throw new Error('half open');
      half = true;
      take(fault);
      half = false;
    };
  })()],
];

describe('outcomes', () => {
  it.each(scenarios.map(([rule, ...rest]) => [rule, rest] as const))('%s', async (_rule, [outcome, detail, scenario, options = {}]) => {
    const before = globals();
    const report = await sweep(scenario, options);
    expect(report.trouble).toBeNull();
    expect(report.cases[0]).toMatchObject({ n: 1, outcome, detail: expect.stringMatching(detail) as string });
    expect(report.passed).toBe(outcome === 'ok');
    expect(globals()).toEqual(before);
  });

  it('a run that strays from the counted one before the failure is nondeterministic', async () => {
    let run = 0;
    const one = (fault: NthPoint): boolean => fault.shouldFailEx(1);
    const two = (fault: NthPoint): boolean => fault.shouldFailEx(2);
    const report = await sweep((fault) => { run++; one(fault); (run > 2 ? one : two)(fault); });
    expect(report.cases.map(({ outcome }) => outcome)).toEqual(['ok', 'nondeterministic']);
    expect(report.cases[1]!.detail).toMatch(/^request 2 came from .*one .*, not from .*two/);
  });

  it('a site is found where the program has stacks that are no text', async () => {
    const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
    const own = (_error: Error, frames: readonly NodeJS.CallSite[]): unknown => frames;
    Error.prepareStackTrace = own;
    const report = await sweep((fault) => take(fault));
    expect(Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')?.value).toBe(own);
    if (before) Object.defineProperty(Error, 'prepareStackTrace', before);
    else Reflect.deleteProperty(Error, 'prepareStackTrace');
    expect(report.cases[0]!.site).toMatch(/^take \(.*sweep\.test\.ts:\d+\)$/);
  });

  it('results that cannot be compared are noted, and not compared', async () => {
    const report = await sweep((fault) => ({ length: fault.shouldFailEx(1) ? 0 : 1, get value(): never { throw new Error('lazy'); } }));
    expect(report.cases[0]).toMatchObject({ outcome: 'ok', detail: 'did without' });
    expect(report.notes).toEqual(['comparing the results of two runs without failure threw Error: lazy: results were not compared']);
  });

  it('the exit code that a run sets is not the process\'s', async () => {
    await sweep((fault) => { if (fault.shouldFailEx(1)) process.exitCode = 7; });
    expect(process.exitCode).toBeUndefined();
  });

  it('process.exit is caught through an imported binding, too', async () => {
    const report = await sweep((fault) => { if (fault.shouldFailEx(1)) exit(7); });
    expect(report.cases[0]).toMatchObject({ outcome: 'threw', detail: 'exit of the process: process.exit(7)' });
  });

  it('a run that makes fewer requests is nondeterministic', async () => {
    let run = 0;
    const report = await sweep((fault) => { for (let i = ++run > 2 ? 1 : 0; i < 2; i++) fault.shouldFailEx(1); }, { recovers: false });
    expect(report.cases.at(-1)).toMatchObject({ outcome: 'nondeterministic', detail: 'made 1 request, request 2 never came' });
  });

  it('a listener that outlives the run is leaked', async () => {
    const bus = new EventEmitter();
    const report = await sweep((fault) => { bus.once('done', () => undefined); take(fault); bus.removeAllListeners(); }, { oracles: [listeners(bus)] });
    expect(report.cases[0]).toMatchObject({ outcome: 'leaked', detail: 'listener for done +1' });
  });

  it('what every run leaves behind is no leak of the failure, and is noted', async () => {
    let pages = 0;
    const report = await sweep((fault) => { pages++; try { take(fault); } catch { pages += 2; } }, { oracles: [held(() => pages, 'pages')] });
    expect(report.cases[0]).toMatchObject({ outcome: 'leaked', detail: 'pages +2' });
    expect(report.notes).toContain('a run without failure leaves pages +1: only more than that counts as a leak');
  });
});

describe('page requests', () => {
  const ATOMIC = 0x820;
  it('an error of the caller\'s own tells, a TypeError does not', async () => {
    const own = await sweep((fault) => { if (fault.shouldFail(ATOMIC, 1)) throw new Error('no pages'); });
    expect(own.cases[0]).toMatchObject({ outcome: 'ok', detail: 'told: Error: no pages', request: { api: null, bytes: null, gfp: ATOMIC, order: 1 } });
    const crash = await sweep((fault) => { if (fault.shouldFail(ATOMIC, 1)) (undefined as unknown as { x: { y: number } }).x.y = 1; });
    expect(crash.cases[0]!.outcome).toBe('threw');
  });

  it('__GFP_NOFAIL is neither counted nor failed', async () => {
    const report = await sweep((fault) => { if (fault.shouldFail(ATOMIC | 0x8000, 0)) throw new TypeError('must not be'); fault.shouldFail(ATOMIC, 0); });
    expect(report.requests).toBe(1);
  });
});

describe('what cannot be swept is said', () => {
  it.each<{ what: string; scenario: (fault: NthPoint) => unknown; code: string; text: RegExp; options?: SweepOptions }>(([
    ['never asks', () => 1, 'no-requests', /never asked for memory through the fault point it was given/],
    ['throws by itself', (fault: NthPoint) => { take(fault); throw new Error('no config'); }, 'threw', /without any failure the scenario threw Error: no config/],
    ['never ends', () => new Promise(() => undefined), 'hung', /did not end within 20 ms/, { limitMs: 20 }],
    ['asks without end', (fault: NthPoint) => { for (;;) fault.shouldFailEx(1); }, 'hung', /asked 9 times/, { maxRequests: 9 }],
    ['exits', () => process.exit(0), 'exited', /process\.exit\(0\)/],
    ['breaks an invariant by itself', (fault: NthPoint) => { take(fault); }, 'corrupted', /without any failure: bad/, { check: () => ['bad'] }],
    ['has nothing selected', (fault: NthPoint) => { take(fault); }, 'nothing-selected', /none of the 1 request was/, { nth: '5-9' }],
  ] as const).map(([what, scenario, code, text, options = {}]) => ({ what, scenario, code, text, options })))('a scenario that $what', async ({ scenario, code, text, options = {} }) => {
    const before = globals();
    const report = await sweep(scenario, options);
    expect(report).toMatchObject({ passed: false, cases: [], trouble: { code, text: expect.stringMatching(text) as string } });
    expect(sweepSummary(report)).toMatch(/: not swept: /);
    expect(globals()).toEqual(before);
  });

  it('a scenario whose runs never agree', async () => {
    let run = 0;
    const report = await sweep((fault) => { for (let i = 0; i <= run; i++) fault.shouldFailEx(1); run++; });
    expect(report.trouble).toMatchObject({ code: 'nondeterministic', text: 'two runs without failure differ: made more than 2 requests' });
  });

  it('a first run that warms something up is noted, and the rest is swept', async () => {
    let table: object | undefined;
    const report = await sweep((fault) => { table ??= take(fault, 1024); take(fault); });
    expect(report.requests).toBe(1);
    expect(report.notes[0]).toMatch(/what only a first run allocates was not failed/);
    expect(report.passed).toBe(true);
  });

  it.each<readonly [SweepOptions, RegExp]>([
    [{ parallel: 0 }, /parallel: given 0, expected a whole number from 1 to 64/],
    [{ parallel: 2, held: () => 0 }, /1 while there are held: runs beside one another/],
    [{ limitMs: 0 }, /limitMs/],
    [{ then: 'explode' as never }, /"succeed" or "fail"/],
    [{ nth: '0' }, /"all", "sites", or numbers/],
    [{ nth: '9-3' }, /nth: given "9-3"/],
    [{ nth: '' }, /nth/],
    [{ nht: '1' } as never, /nht: given "1", expected one of name, nth, then/],
    [{ limitMs: '5' as never }, /limitMs: given "5", expected a number/],
    [{ check: 'none' as never }, /check: given "none", expected a function/],
    [{ adapters: 'buffer' as never }, /adapters: given "buffer", expected an array/],
    [{ adapters: ['buffer'] as never }, /adapters: given "buffer", expected a list of objects with a method install/],
    [{ signal: {} as never }, /signal: given an object, expected an AbortSignal/],
    [{ signal: null as never }, /signal: given null, expected an AbortSignal/],
    [{ nofail: -1 }, /nofail: given -1, expected a whole number from 0 to 4294967295/],
    [null as never, /options: given null, expected an object/],
  ])('%j is refused before anything runs', async (options, message) => {
    const scenario = vi.fn();
    await expect(sweep(scenario, options)).rejects.toThrow(message);
    await expect(sweep(scenario, options)).rejects.toThrow(FaultError);
    expect(scenario).not.toHaveBeenCalled();
  });
});

describe('which requests', () => {
  const five = (fault: NthPoint): void => { for (let i = 0; i < 5; i++) take(fault); };
  it.each([['all', [1, 2, 3, 4, 5]], ['2-3', [2, 3]], ['1,4-', [1, 4, 5]], ['sites', [1]], ['5-5,2', [2, 5]]] as const)('nth %j', async (nth, numbers) => {
    const report = await sweep(five, { nth });
    expect(report.cases.map(({ n }) => n)).toEqual(numbers);
    expect(report.requests).toBe(5);
  });

  it('then fail: the later ones fail too', async () => {
    const failures: number[] = [];
    await sweep((fault) => { failures.push([1, 2, 3].filter(() => fault.shouldFailEx(1)).length); }, { then: 'fail', recovers: false, same: () => true });
    expect(failures).toEqual([0, 0, 3, 2, 1]);
  });

  it('cases beside one another have the same report as one after the other', async () => {
    const scenario = async (fault: NthPoint): Promise<number> => {
      let got = 0;
      for (let i = 0; i < 8; i++) {
        await Promise.resolve();
        if (!fault.shouldFailEx(i)) got++;
      }
      return Math.max(got, 7);
    };
    const [one, many] = [await sweep(scenario, { same: () => true }), await sweep(scenario, { same: () => true, parallel: 8 })];
    expect(many).toEqual(one);
  });
});

describe('sweeps beside one another', () => {
  it('take turns: each counts and fails its own requests only, in the order of their calls', async () => {
    const order: string[] = [];
    const scenario = (name: string, sizes: readonly number[]) => async (): Promise<number> => {
      order.push(name);
      let bytes = 0;
      for (const size of sizes) {
        bytes += Buffer.alloc(size).length;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return bytes;
    };
    const reports = await Promise.all([[1, 2, 3], [4], [5, 6]].map((sizes, i) => sweep(scenario(`s${i}`, sizes), { adapters: [buffers()] })));
    expect(reports.map(({ cases }) => cases.map(({ request, outcome }) => `${request.bytes ?? ''} ${outcome}`))).toEqual([['1 ok', '2 ok', '3 ok'], ['4 ok'], ['5 ok', '6 ok']]);
    expect(order.join(' ')).toMatch(/^(s0 )+(s1 )+(s2 ?)+$/);
  });

  it('one inside of a scenario does not wait for the one it is in', async () => {
    const outer = await sweep(async (fault) => {
      const inner = await sweep((within) => take(within), { oracles: [] });
      take(fault);
      return inner.passed;
    }, { oracles: [] });
    expect(outer.cases).toMatchObject([{ outcome: 'ok' }]);
  });

  it('a sweep that is refused or fails leaves the next its turn', async () => {
    const [first, second] = await Promise.allSettled([sweep(() => 1, { setup: () => { throw new Error('setup'); } }), sweep((fault) => take(fault))]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
  });
});

describe('being stopped', () => {
  it('keeps the cases so far, proves nothing and says so', async () => {
    const stop = new AbortController();
    const report = await sweep((fault) => { take(fault); take(fault); take(fault); }, { signal: stop.signal, onCase: ({ n }) => { if (n === 2) stop.abort(); } });
    expect(report).toMatchObject({ passed: false, requests: 3, trouble: { code: 'interrupted', text: 'stopped after 2 of 3 cases' }, sites: [] });
    expect(report.cases.map(({ n }) => n)).toEqual([1, 2]);
  });
});

describe('time', () => {
  it('a loop that asks for ever without giving the event loop a turn is ended at a request after its time', async () => {
    const report = await sweep((fault) => {
      try { take(fault); } catch { for (;;) fault.shouldFailEx(1); }
    }, { limitMs: 20 });
    expect(report.cases).toMatchObject([{ outcome: 'hung', detail: expect.stringMatching(/^asked \d+ times and did not stop$/) as string }]);
  });

  it('with a virtual clock a scenario that waits a minute takes none, and one that waits longer than the limit hung', async () => {
    vi.useFakeTimers();
    try {
      const wait = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
      const retry = (seconds: number) => async (fault: NthPoint): Promise<string> => {
        if (fault.shouldFailEx(1)) await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        return 'done';
      };
      expect((await sweep(retry(60), { wait, limitMs: 100_000 })).passed).toBe(true);
      const slow = await sweep(retry(60), { wait, limitMs: 10_000 });
      expect(slow.cases[0]).toMatchObject({ outcome: 'hung', detail: 'did not end within 10000 ms of virtual time' });
    } finally {
      vi.useRealTimers();
    }
  });
});
