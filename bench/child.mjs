// One adapter, one job, one process: the JIT has seen nothing else. Prints one line of JSON.
//   child.mjs trace ADAPTER WORKLOAD LOG2_PAGES BUDGET_MS
//   child.mjs construct ADAPTER LOG2_PAGES
//   child.mjs bulk ADAPTER LOG2_PAGES
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { play } from './play.mjs';
import { loadTrace } from './traces.mjs';
import { median } from './statistics.mjs';

const CHUNK = 20_000;
const [, , job, adapter, ...rest] = process.argv;
const { create } = await import(new URL(`adapters/${adapter}.mjs`, import.meta.url));

let collections = 0;
new PerformanceObserver((list) => {
  collections += list.getEntries().length;
}).observe({ entryTypes: ['gc'] });

const now = () => ({ cpu: process.cpuUsage(), wall: performance.now() });

/** Milliseconds since `start`; those of the CPU where the process was put aside meanwhile. As native/driver.c does it. */
function since(start) {
  const wall = performance.now() - start.wall;
  const { user, system } = process.cpuUsage(start.cpu);
  const cpu = (user + system) / 1000;
  return cpu < 0.97 * wall ? cpu : wall;
}

/** Nanoseconds an operation of each timed chunk; `finished` is false when the budget ran out before the first. */
function run(arena, trace, budgetMs) {
  const slots = new Int32Array(trace.slots).fill(-1);
  const chunks = [];
  let failures = 0;
  const start = performance.now();
  for (const segment of trace.segments) {
    const end = segment.start + segment.count;
    for (let from = segment.start; from < end; from += CHUNK) {
      const to = Math.min(end, from + CHUNK);
      const before = now();
      failures += play(arena, trace.ops, from, to, slots);
      const ms = since(before);
      if (segment.tag !== 0) chunks.push(ms * 1e6 / (to - from));
      if (performance.now() - start > budgetMs) return { chunks, failures, finished: chunks.length > 0 };
    }
  }
  return { chunks, failures, finished: true };
}

/** Small arenas first, so that the timed one meets compiled code that has split, merged and freed. */
function warmUp(workload, budgetMs) {
  const trace = loadTrace(workload, 12);
  const start = performance.now();
  for (let i = 0; i < 3 && performance.now() - start < budgetMs; i++) run(create(trace.pages), trace, budgetMs);
}

async function trace(workload, log2Pages, budgetMs) {
  warmUp(workload, budgetMs / 4);
  const script = loadTrace(workload, log2Pages);
  globalThis.gc?.();
  await sleep(5);
  const before = process.memoryUsage();
  const arena = create(script.pages);
  const built = process.memoryUsage();
  const collectionsBefore = collections;
  const { chunks, failures, finished } = run(arena, script, budgetMs);
  await sleep(5);
  return {
    ns: median(chunks), failures, finished, collections: collections - collectionsBefore,
    metaBytes: arena.metaBytes?.() ?? built.arrayBuffers - before.arrayBuffers + built.heapUsed - before.heapUsed,
  };
}

async function construct(log2Pages) {
  for (let i = 0; i < 200; i++) create(2 ** 17);
  globalThis.gc?.();
  await sleep(50);
  const start = now();
  const arena = create(2 ** log2Pages);
  const createMs = since(start);
  return { createMs, metaBytes: arena.metaBytes?.() ?? NaN };
}

/** Batches of 64 pages over a half-full arena, taken and given back one by one and at once, in turn. */
function bulk(log2Pages) {
  const BATCH = 64;
  const arena = create(2 ** log2Pages);
  const held = Array.from({ length: 2 ** log2Pages * 0.6 }, () => arena.alloc(0));
  held.filter((_, i) => i % 2 === 0).forEach((page) => arena.free(page, 0));
  const pages = new Int32Array(BATCH);
  const single = () => {
    for (let i = 0; i < BATCH; i++) pages[i] = arena.alloc(0);
    for (let i = 0; i < BATCH; i++) arena.free(pages[i], 0);
  };
  const taken = () => {
    arena.allocBulk(pages, BATCH);
    for (let i = 0; i < BATCH; i++) arena.free(pages[i], 0);
  };
  const whole = () => {
    arena.allocBulk(pages, BATCH);
    arena.freeBulk(pages, BATCH);
  };
  const times = { single: [], taken: [], whole: [] };
  for (let round = 0; round < 60; round++) {
    for (const [name, step] of [['single', single], ['taken', taken], ['whole', whole]]) {
      const start = now();
      for (let i = 0; i < 300; i++) step();
      if (round >= 20) times[name].push(since(start) * 1e6 / (300 * BATCH * 2));
    }
  }
  return { singleNs: median(times.single), takenNs: median(times.taken), bulkNs: median(times.whole) };
}

const jobs = {
  trace: () => trace(rest[0], Number(rest[1]), Number(rest[2])),
  construct: () => construct(Number(rest[0])),
  bulk: () => bulk(Number(rest[0])),
};
console.log(JSON.stringify(await jobs[job]()));
