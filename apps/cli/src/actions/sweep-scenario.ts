import { sweep, type SweepCase, type SweepOptions, type SweepReport } from '@nopage/fault';
import { PageAllocator, type MayFail } from '@nopage/mm';
import { ScenarioRun, type Scenario } from '@nopage/scenario';

export interface SweptSteps {
  readonly seed: number;
  readonly steps: number;
}

/**
 * Sweeps a scenario of the allocator: each of its requests is made to fail in turn, and after each run every page must be
 * free again and every invariant hold. The site of a case is the one that the scenario gives the request.
 */
export async function sweepScenario(scenario: Scenario, { seed, steps }: SweptSteps, options: SweepOptions): Promise<SweepReport> {
  let sites: string[] = [];
  let broken: string[] = [];
  let heldPages = 0;
  const report = await sweep(
    (fault) => {
      sites = [];
      const allocator = new PageAllocator({ zones: scenario.zones, fault });
      const managedPages = freePagesOf(allocator);
      const run = new ScenarioRun(
        scenario,
        {
          alloc: (step) => {
            sites.push(step.site);
            return allocator.alloc(step.gfp as MayFail, step.order);
          },
          free: (pfn, order) => allocator.free(pfn, order),
          drain: () => allocator.drain(),
        },
        { seed },
      );
      run.step(steps);
      run.release();
      allocator.drain();
      heldPages = managedPages - freePagesOf(allocator);
      broken = allocator.check();
    },
    { ...options, name: scenario.name, held: () => heldPages, check: () => broken, oracles: [] },
  );
  return { ...report, cases: report.cases.map((one): SweepCase => ({ ...one, site: sites[one.n - 1] ?? one.site })) };
}

const freePagesOf = (allocator: PageAllocator): number => allocator.memInfo().zones.reduce((sum, zone) => sum + (zone.freePages ?? 0), 0);
