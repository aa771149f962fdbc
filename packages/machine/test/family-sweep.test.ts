import { readFileSync } from 'node:fs';
import { Buddy, NO_PAGE } from '@nopage/buddy';
import { explain, formatMessage } from '@nopage/explain';
import { sweep, sweepTable, type SweepOptions, type SweepReport, type Then } from '@nopage/fault';
import { arrayBuffers, buffers, fileReads, structuredClones, typedArrays } from '@nopage/fault/adapters';
import { __GFP_NORETRY, decode, eraOf, failureEvent, format, GFP_ATOMIC, GFP_HIGHUSER_MOVABLE, GFP_KERNEL, or, permits, zoneTable, type FailureEvent } from '@nopage/gfp';
import { parseLog } from '@nopage/klog';
import { FailureCounter, VoteCounter } from '@nopage/metrics';
import { registerMetrics } from '@nopage/metrics/prom';
import { PageAllocator, type FaultPoint } from '@nopage/mm';
import { replay } from '@nopage/recording';
import { first, fromPredicate, preset, Reporter, type Line, type Sink } from '@nopage/reporter';
import { ScenarioRun, scenarioNamed } from '@nopage/scenario';
import { Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { createMachine, hostMemory } from '../src/index.js';

/** What these scenarios throw to tell that memory was refused: the work could not be done, and all was given back. */
class Refused extends Error {
  override readonly name = 'Refused';
}

const THENS: readonly Then[] = ['succeed', 'fail'];
const runtime = [arrayBuffers(), typedArrays(), buffers()];
const refusal = (error: unknown): boolean =>
  error instanceof Refused || (error instanceof RangeError && error.message === 'Array buffer allocation failed') || (error instanceof Error && error.cause !== undefined && refusal(error.cause));

/** Fails the test with the table of cases, unless every one is `ok` and nothing was left out. */
function expectSurvived(report: SweepReport): void {
  expect(report.passed ? '' : sweepTable(report)).toBe('');
  expect(report.notes).toEqual([]);
}

/** A sweep through the runtime's own allocations. */
const sweepRuntime = <T>(scenario: () => T | Promise<T>, options: SweepOptions<T> = {}): Promise<SweepReport> =>
  sweep(scenario, { adapters: runtime, tells: refusal, ...options });

/** An allocator that outlives the runs of a sweep; whoever sweeps says who fails its requests. */
class PagesUnderSweep {
  readonly refusals: FailureEvent[] = [];
  failedBy: FaultPoint | null = null;
  readonly mm: PageAllocator = new PageAllocator({
    zones: [{ name: 'DMA32', pages: 2048 }, { name: 'Normal', pages: 4096 }],
    fault: { shouldFail: (gfp, order) => this.failedBy?.shouldFail(gfp, order) ?? false },
    onFailure: (event) => this.refusals.push(event),
  });
}

const freePagesOf = (mm: PageAllocator): number => {
  mm.drain();
  return mm.memInfo().freePages;
};

/** Ways to ask for pages, each giving back what it got, in one piece of work that ends at the first refusal. */
async function everyWayToAsk(mm: PageAllocator): Promise<number> {
  const held: [pfn: number, order: number][] = [];
  const keep = (pfn: number, order: number): void => {
    if (pfn === NO_PAGE) throw new Refused(`order ${order}`);
    held.push([pfn, order]);
  };
  try {
    for (let order = 0; order <= 4; order++) keep(mm.alloc(GFP_ATOMIC, order), order);
    const tried = mm.tryAlloc(or(GFP_KERNEL, __GFP_NORETRY), 2);
    keep(tried.ok ? tried.pfn : NO_PAGE, 2);
    const waited = await mm.allocWait(or(GFP_KERNEL, __GFP_NORETRY), 3);
    keep(waited.ok ? waited.pfn : NO_PAGE, 3);
    const bulk = new Int32Array(40);
    const got = mm.allocBulk(GFP_HIGHUSER_MOVABLE, bulk);
    for (const pfn of bulk.subarray(0, got)) keep(pfn, 0);
    if (got < bulk.length) throw new Refused(`${got} of ${bulk.length}`);
    const block = mm.alloc(GFP_ATOMIC, 2);
    keep(block, 2);
    mm.split(block, 2);
    held.pop();
    for (let i = 0; i < 4; i++) held.push([block + i, 0]);
    return held.length;
  } finally {
    for (const [pfn, order] of held) mm.free(pfn, order);
  }
}

describe.each(THENS)('when requests for pages fail, then %s', (then) => {
  it('mm serves, refuses and takes back without losing a page', async () => {
    const under = new PagesUnderSweep();
    const report = await sweep(
      (fault) => {
        under.failedBy = fault;
        return everyWayToAsk(under.mm);
      },
      { name: 'mm', then, mustTell: true, held: () => -freePagesOf(under.mm), check: () => under.mm.check(), teardown: () => { under.failedBy = null; } },
    );
    expectSurvived(report);
    expect(report.requests).toBeGreaterThanOrEqual(9);
  });

  it('explain names each refusal as injected, whoever asked', async () => {
    const under = new PagesUnderSweep();
    let explained = 0;
    const report = await sweep(
      (fault) => {
        under.failedBy = fault;
        return everyWayToAsk(under.mm);
      },
      {
        name: 'explain', then,
        check: () => under.refusals.splice(0).flatMap((event) => {
          const { cause } = explain(event);
          explained++;
          return cause === 'injected' ? [] : [`order ${event.order}: ${cause}`];
        }),
        teardown: () => { under.failedBy = null; },
      },
    );
    expectSurvived(report);
    expect(explained).toBeGreaterThanOrEqual(report.requests - 2);
  });

  it('scenario takes a refusal for what it is, and releases the rest', async () => {
    let free = 4096;
    const scenario = scenarioNamed('jumbo-frames')!;
    const report = await sweep(
      (fault) => {
        const run = new ScenarioRun(scenario, {
          alloc: ({ gfp, order }) => {
            if (fault.shouldFail(gfp, order) || free < 2 ** order) return NO_PAGE;
            free -= 2 ** order;
            return free;
          },
          free: (_pfn, order) => { free += 2 ** order; },
        }, { seed: 3 });
        run.step(12);
        const { served, refused } = run.totals();
        run.release();
        if (refused > 0) throw new Refused(`${refused} of ${served + refused}`);
        return { served, refused, held: run.heldBlocks };
      },
      { name: 'scenario', then, mustTell: true, held: () => -free },
    );
    expectSurvived(report);
    expect(report.requests).toBeGreaterThan(5);
  });

  it('machine counts, tells and explains each one once, and ends with every page free', async () => {
    let machine = createMachine();
    const lines: Line[] = [];
    const report = await sweep(
      (fault) => {
        vi.spyOn(machine.injector, 'armed', 'get').mockReturnValue(true);
        vi.spyOn(machine.injector, 'shouldFail').mockImplementation((gfp, order) => fault.shouldFail(gfp, order));
        machine.step(12);
        const { refused } = machine.view().counts;
        if (machine.close() !== 0 || lines.reduce((sum, { covers }) => sum + covers, 0) !== refused) throw new TypeError('not every failure was told');
        if (refused > 0) throw new Refused(`${refused}: ${lines.map(({ text }) => text).join()}`);
        return machine.run.totals();
      },
      {
        name: 'machine', then, mustTell: true,
        setup: () => {
          lines.length = 0;
          machine = createMachine({ scenario: 'network-driver', seed: 5, sink: { write: (line) => lines.push(line) > 0 } });
        },
        held: () => -freePagesOf(machine.allocator),
        check: () => machine.check(),
      },
    );
    expectSurvived(report);
    expect(report.requests).toBeGreaterThan(5);
  });
});

const failedAt = (at: number): FailureEvent => failureEvent({ kind: 'page-allocation-failure', at, site: at % 3 === 0 ? 'fs_read' : 'skb_alloc', order: 2, reason: 'no-suitable-block' });
const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

describe.each(THENS)('when the runtime\'s own allocations fail, then %s', (then) => {
  it('buddy is as it was when a copy of it can not be made', async () => {
    const arena = new Buddy({ pages: 256, maxOrder: 6, pageblockOrder: 4 });
    const report = await sweepRuntime(() => {
      const held: [pfn: number, order: number][] = [];
      try {
        for (const order of [0, 2, 4]) held.push([arena.alloc(order), order]);
        const before = arena.snapshot();
        held.push([arena.alloc(1), 1]);
        const copy = Buddy.attach(before);
        const other = new Buddy({ pages: 256, maxOrder: 6, pageblockOrder: 4 });
        other.restore(before);
        other.rebuild([{ order: 4, migratetype: 0, pfns: [0, 16, 32] }]);
        const out = new Int32Array(8);
        arena.freeBulk(out, arena.allocBulk(out));
        return [copy.freePages, other.freePages, ...arena.check(), ...copy.check(), ...other.check()];
      } finally {
        for (const [pfn, order] of held) arena.free(pfn, order);
      }
    }, { name: 'buddy', then, held: () => -arena.freePages });
    expectSurvived(report);
    expect(arena.check()).toEqual([]);
    expect(report.requests).toBeGreaterThan(6);
  });

  it('mm is built whole or not at all, and copied whole or not at all', async () => {
    const report = await sweepRuntime(() => {
      const mm = new PageAllocator({ zones: [{ name: 'DMA32', pages: 1024 }, { name: 'Normal', pages: 1024 }] });
      const pfn = mm.alloc(GFP_ATOMIC, 4);
      const saved = mm.snapshot();
      mm.free(pfn, 4);
      mm.restore(saved);
      const { freePages, managedPages } = mm.memInfo();
      return [managedPages - freePages, ...mm.check()];
    }, { name: 'mm', then, nth: 'sites', mustTell: true });
    expect(report.passed ? '' : sweepTable(report)).toBe('');
    expect(report.cases.length).toBeGreaterThan(2);
  });

  it('mm hands out and takes back single pages, or leaves each where it was', async () => {
    let mm: PageAllocator;
    const report = await sweepRuntime(() => {
      const held: number[] = [];
      const bulk = new Int32Array(60);
      let taken = 0;
      let refused: unknown = null;
      const attempt = (work: () => void): boolean => {
        try {
          work();
          return true;
        } catch (error) {
          refused = error;
          return false;
        }
      };
      for (let i = 0; i < 60; i++) attempt(() => { held.push(mm.alloc(GFP_ATOMIC)); });
      attempt(() => { taken = mm.allocBulk(GFP_ATOMIC, bulk); });
      for (const pfn of [...held, ...bulk.subarray(0, taken)]) {
        // As often as the runtime fails, the page is still held; in the end it goes back.
        for (let tries = 0; !attempt(() => { mm.free(pfn); }) && tries < 3; tries++);
      }
      if (refused !== null) throw refused as Error;
      return freePagesOf(mm);
    }, {
      name: 'mm', then, nth: 'all', mustTell: then === 'fail',
      setup: () => { mm = new PageAllocator({ zones: [{ name: 'DMA32', pages: 1024 }, { name: 'Normal', pages: 1024 }] }); },
      check: () => [...mm.check()],
    });
    expectSurvived(report);
    expect(report.requests).toBeGreaterThan(3);
  });

  it('gfp reads a word, or tells that it could not', async () => {
    const report = await sweepRuntime(() => {
      const era = eraOf('6.12.117')!;
      const words = Uint32Array.of(GFP_ATOMIC, GFP_KERNEL, GFP_HIGHUSER_MOVABLE);
      return [...words].map((word) => [format(word, era), decode(word, era), permits(word, era), [...zoneTable(['DMA32', 'Normal'])]]);
    }, { name: 'gfp', then, mustTell: true });
    expectSurvived(report);
    expect(report.requests).toBeGreaterThan(3);
  });

  it('klog reads a report whole, or tells that it could not', async () => {
    const log = textOf('../../klog/test/fixtures/w02-6.12-A.txt');
    const report = await sweepRuntime(() => parseLog(log), { name: 'klog', then });
    expectSurvived(report);
  });

  it('explain says the same of a report, or nothing', async () => {
    const log = textOf('../../klog/test/fixtures/w02-6.12-A.txt');
    const report = await sweepRuntime(() => parseLog(log).map((event) => {
      const explanation = explain(event);
      return Buffer.from(formatMessage(explanation, event)).toString('base64');
    }), { name: 'explain', then });
    expectSurvived(report);
  });

  it('reporter tells every event, whatever its policy, its sink and its file of state do', async () => {
    const report = await sweepRuntime(() => {
      let covered = 0;
      const sink: Sink = {
        write: (line) => {
          Buffer.from(JSON.stringify(line));
          covered += line.covers;
          return true;
        },
      };
      const { policy } = preset('recommended');
      const options = { policy: first(fromPredicate('measured', () => new Uint8Array(8).length === 8 ? 'abstain' : true), policy), sink, captureStack: () => Buffer.from('frame').toString() };
      let reporter = new Reporter(options);
      for (let at = 0; at < 8; at++) {
        if (at === 4) {
          try {
            const saved = Buffer.from(JSON.stringify(reporter.save()));
            reporter = new Reporter({ ...options, resume: structuredClone(JSON.parse(saved.toString()) as ReturnType<typeof reporter.save>) });
          } catch {
            // Without a saved state it goes on as it is.
          }
        }
        reporter.report(failedAt(at));
      }
      const untold = reporter.close();
      if (covered + untold !== 8 || reporter.check().length > 0) throw new TypeError(`${covered} told, ${untold} not, of 8; ${reporter.check().join()}`);
      if (untold > 0) throw new Refused(`${untold} not told`);
      return covered;
    }, { name: 'reporter', then, adapters: [...runtime, structuredClones()] });
    expectSurvived(report);
    expect(report.requests).toBeGreaterThan(8);
  });

  it('metrics show a source that could not be read as down, and the others as they are', async () => {
    const registry = new Registry();
    const failures = new FailureCounter();
    const votes = new VoteCounter();
    failures.record(failedAt(0));
    votes.record({ verdict: 'emit', code: 'all' });
    const folder = new URL('../../metrics/test/fixtures/uniprocessor-movable/', import.meta.url);
    const memory = hostMemory({ read: (name) => readFileSync(new URL(`${name}.txt`, folder)).toString() });
    registerMetrics({ registry, sources: { memory, failures, votes } });
    const report = await sweepRuntime(async () => {
      const text = await registry.metrics();
      if (!text.includes('nopage_alloc_failures_total{site="fs_read",order="2",cause="no-suitable-block"} 1\n')) throw new TypeError(text);
      if (text.includes('nopage_source_up{source="memory"} 0\n')) throw new Refused('memory is down');
      return text;
    }, { name: 'metrics', then, adapters: [...runtime, fileReads()] });
    expectSurvived(report);
  });

  it('recording replays the same, or tells that it could not', async () => {
    const bytes = readFileSync(new URL('../../recording/test/fixtures/fi-f17-failnth2.txt', import.meta.url));
    const report = await sweepRuntime(() => replay([bytes]), { name: 'recording', then, mustTell: true });
    expectSurvived(report);
  });
});
