// What an event costs: held, and told with a stack of ten frames. Runs on what is built, each case in a
// process of its own: node bench/bench.mjs
import { spawnSync } from 'node:child_process';
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

const everything = { name: 'everything', codes: ['all'], init: () => null, vote: () => EMIT };
const EMIT = { verdict: 'emit', code: 'all', why: 'all' };
const sink = { write: () => true };
const oneEver = rateLimit({ burst: 1, interval: '1000d' });

const CASES = {
  'held, rateLimit': (name) => held(name, { policy: oneEver }, SITES),
  'held, perKey(rateLimit)': (name) => held(name, { policy: perKey(bySite, oneEver) }, SITES),
  'held, linux-5.4': (name) => held(name, preset('linux-5.4'), SITES),
  'held, recommended': (name) => held(name, preset('recommended'), SITES),
  'told, without a stack': (name) => {
    const reporter = new Reporter({ policy: everything, sink });
    measure(name, 5000, (count) => {
      for (let i = 0; i < count; i++) reporter.report({ at: i, site: 'nic_rx' });
    });
  },
  'told, with a stack of ten frames': (name) => {
    const reporter = new Reporter({ policy: everything, sink, captureStack });
    measure(name, 2000, (count) => {
      for (let i = 0; i < count; i++) tenDeep(10, () => reporter.report({ at: i, site: 'nic_rx' }));
    });
  },
  'that stack alone': (name) => {
    measure(name, 2000, (count) => {
      for (let i = 0; i < count; i++) tenDeep(10, captureStack);
    });
  },
  'a million distinct sites, recommended': (name) => {
    const reporter = new Reporter({ ...preset('recommended'), sink });
    const start = process.hrtime.bigint();
    for (let i = 0; i < 1_000_000; i++) reporter.report({ at: i / 10, site: `site-${i}` });
    const ns = Number(process.hrtime.bigint() - start) / 1e6;
    globalThis.gc?.();
    console.log(`${name.padEnd(40)} ${ns.toFixed(0)} ns/event, ${reporter.totals().keys} keys, ${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(1)} MiB of heap at the end`);
  },
};

const [, file, only] = process.argv;
if (only !== undefined) CASES[only](only);
else for (const name of Object.keys(CASES)) spawnSync(process.execPath, ['--expose-gc', file, name], { stdio: 'inherit' });
