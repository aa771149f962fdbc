import type { FailureKind } from '@nopage/gfp';
import type { KernelLine } from '../kernel-line.js';
import type { ReportQueue } from './report-queue.js';
import { Report } from './report.js';
import type { Suppressed } from './suppressed.js';

/** Whose limiter holds back which kind. */
const FAMILIES: Readonly<Partial<Record<FailureKind, Suppressed['family']>>> = {
  'page-allocation-failure': 'page', 'vmalloc-failure': 'page', 'allocation-stall': 'page', 'slub-failure': 'slab', 'cma-failure': 'cma', 'fault-injection': 'fault',
  // mm/oom_kill.c, out_of_memory(), v2.6.19 to v2.6.36, as every other message that asked printk_ratelimit()
  'oom-kill': 'printk',
};

/** What limiters held back: told with the next report of that kind, or as an event of its own where none comes. */
export class HeldBack {
  readonly #queue: ReportQueue;
  readonly #held = new Map<Suppressed['family'], Report>();

  constructor(queue: ReportQueue) {
    this.#queue = queue;
  }

  add(found: Suppressed, line: KernelLine): void {
    const held = this.#held.get(found.family);
    if (held !== undefined && !held.closed) {
      held.suppressed += found.count;
      held.lastPlace = line.place;
      return;
    }
    const report = new Report('suppressed', line, null, line.text);
    report.cpu = report.pid = null;
    report.suppressed = found.count;
    report.headlineLast = false;
    report.detail = { function: found.function };
    // Blocks are of failures that were told; what the printk limiter of the whole kernel held back may have been anybody's.
    // Both are worth a word beside an event, not an event.
    if (found.family === 'memInfo' || found.family === 'printk') this.#queue.drop(report);
    this.#queue.push(report);
    this.#held.set(found.family, report);
  }

  /** The report is the one that the limiter let through again. */
  claim(report: Report): void {
    const family = FAMILIES[report.kind];
    if (family === undefined) return;
    const sources = family === 'printk' ? [family] : [family, 'memInfo', 'printk'] as const;
    for (const source of sources) {
      const held = this.#held.get(source);
      this.#held.delete(source);
      if (held === undefined || held.closed) continue;
      if (source === 'printk') report.learn({ printkSuppressed: held.suppressed });
      else if (source === 'memInfo') report.learn({ memInfoSuppressed: held.suppressed });
      else report.suppressed += held.suppressed;
      held.closed = true;
      this.#queue.drop(held);
    }
  }

  /** Another kernel prints from here on. */
  forget(): void {
    this.#held.clear();
  }
}
