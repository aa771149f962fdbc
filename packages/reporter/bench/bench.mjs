// What an event costs: held, and told with a stack of ten frames. Runs on what is built: node --expose-gc bench/bench.mjs
import process from 'node:process';
import { bySite, perKey, preset, rateLimit, Reporter } from '@nopage/reporter';

const SITES = ['nic_rx', 'disk_journal', 'usb_submit', 'skb_clone'];

/**
 * Nanoseconds a call of `body(count)` in many short batches: the best, which no other program disturbed, and the median;
 * and the bytes of heap that a call left behind.
 */
function measure(name, count, body, batches = 41) {
  for (let i = 0; i < 5; i++) body(count);
  globalThis.gc?.();
  const ns = [];
  const heap = process.memoryUsage().heapUsed;
  for (let i = 0; i < batches; i++) {
    const start = process.hrtime.bigint();
    body(count);
    ns.push(Number(process.hrtime.bigint() - start) / count);
  }
  const bytes = (process.memoryUsage().heapUsed - heap) / (count * batches);
  ns.sort((a, b) => a - b);
  const heapText = globalThis.gc === undefined ? '' : `  ${bytes.toFixed(2).padStart(7)} B/event`;
  console.log(`${name.padEnd(40)} best ${ns[0].toFixed(0).padStart(6)}  median ${ns[batches >> 1].toFixed(0).padStart(6)} ns/event${heapText}`);
}

/** Ten frames between the program and the reporter. */
const tenDeep = (depth, leaf) => (depth === 0 ? leaf() : tenDeep(depth - 1, leaf));

function captureStack() {
  const holder = {};
  Error.stackTraceLimit = 10;
  Error.captureStackTrace(holder, captureStack);
  return holder.stack;
}

/** Held events of a noisy site: the limiter's window never ends. */
function held(name, options, sites) {
  const reporter = new Reporter({ sink: { write: () => true }, ...options });
  const events = sites.map((site) => ({ at: 1e12, site }));
  for (const event of events) reporter.report(event);
  measure(name, 50_000, (count) => {
    for (let i = 0; i < count; i++) reporter.report(events[i % events.length]);
  });
}

const oneEver = perKey(bySite, rateLimit({ burst: 1, interval: '1000d' }));
held('held, rateLimit, one site', { policy: rateLimit({ burst: 1, interval: '1000d' }) }, SITES.slice(0, 1));
held('held, perKey(rateLimit), one site', { policy: oneEver }, SITES.slice(0, 1));
held('held, perKey(rateLimit), four sites', { policy: oneEver }, SITES);
held('held, linux-5.4, four sites', { ...preset('linux-5.4') }, SITES);
held('held, recommended, four sites', { ...preset('recommended') }, SITES);

const sink = { write: () => true };
const everything = { name: 'everything', codes: ['all'], init: () => null, vote: () => EMIT };
const EMIT = { verdict: 'emit', code: 'all', why: 'all' };
const loud = new Reporter({ policy: everything, sink });
measure('told, without a stack', 5000, (count) => {
  for (let i = 0; i < count; i++) loud.report({ at: i, site: 'nic_rx' });
});
const traced = new Reporter({ policy: everything, sink, captureStack });
measure('told, with a stack of ten frames', 2000, (count) => {
  for (let i = 0; i < count; i++) tenDeep(10, () => traced.report({ at: i, site: 'nic_rx' }));
});

const crowd = new Reporter({ ...preset('recommended'), sink });
const start = process.hrtime.bigint();
const distinct = Number(process.argv[2] ?? 1_000_000);
for (let i = 0; i < distinct; i++) crowd.report({ at: i / 10, site: `site-${i}` });
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
globalThis.gc?.();
console.log(`${distinct} distinct sites, recommended: ${seconds.toFixed(1)} s, ${crowd.totals().keys} keys, ${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(1)} MiB of heap afterwards`);
