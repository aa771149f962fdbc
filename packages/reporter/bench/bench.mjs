// What an event costs: held, and told with a stack of ten frames. Runs on what is built, each case in a
// process of its own: node bench/bench.mjs
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { bySite, callerNames, perKey, preset, rateLimit, Reporter } from '@nopage/reporter';

const SITES = ['nic_rx', 'disk_journal', 'usb_submit', 'skb_clone'];

/**
 * Nanoseconds an event of `body(count)` in many short batches: the best, which no other program disturbed, and the
 * median; and the bytes of heap that an event left behind.
 */
function measure(name, count, body, batches = 1000) {
  for (let i = 0; i < batches / 5; i++) body(count);
  globalThis.gc?.();
  const ns = new Float64Array(batches);
  const heap = process.memoryUsage().heapUsed;
  for (let i = 0; i < batches; i++) {
    const start = performance.now();
    body(count);
    ns[i] = ((performance.now() - start) * 1e6) / count;
  }
  const bytes = (process.memoryUsage().heapUsed - heap) / (count * batches);
  ns.sort();
  const heapText = globalThis.gc === undefined ? '' : `  ${bytes.toFixed(2).padStart(7)} B/event`;
  console.log(`${name.padEnd(40)} best ${ns[0].toFixed(0).padStart(6)}  median ${ns[batches >> 1].toFixed(0).padStart(6)} ns/event${heapText}`);
}

/** Ten frames between the program and the reporter. */
const tenDeep = (depth, leaf) => (depth === 0 ? leaf() : tenDeep(depth - 1, leaf));

/** The text of a stack, as V8 has it. */
function textOfStack() {
  const holder = {};
  Error.stackTraceLimit = 10;
  Error.captureStackTrace(holder, textOfStack);
  return holder.stack;
}

/** Held events of a noisy site: the limiter's window never ends. */
function held(name, options, sites) {
  const reporter = new Reporter({ sink: { write: () => true }, ...options });
  const events = sites.map((site) => ({ at: 1e12, site }));
  for (const event of events) reporter.report(event);
  measure(name, 3000, (count) => {
    for (let i = 0; i < count; i++) reporter.report(events[i % events.length]);
  });
}

const everything = { name: 'everything', codes: ['all'], init: () => null, vote: () => EMIT };
const EMIT = { verdict: 'emit', code: 'all', why: 'all' };
const sink = { write: () => true };
const oneEver = rateLimit({ burst: 1, interval: '1000d' });

/** Told events, ten calls deep when there is a stack to take. */
function told(name, options) {
  const reporter = new Reporter({ policy: everything, sink, ...options });
  const event = { at: 1e12, site: 'nic_rx' };
  const report = () => reporter.report(event);
  measure(name, options.captureStack === undefined ? 3000 : 50, (count) => {
    for (let i = 0; i < count; i++) tenDeep(10, report);
  });
}

const CASES = {
  'held, rateLimit': (name) => held(name, { policy: oneEver }, SITES),
  'held, perKey(rateLimit)': (name) => held(name, { policy: perKey(bySite, oneEver) }, SITES),
  'held, linux-5.4': (name) => held(name, preset('linux-5.4'), SITES),
  'held, recommended': (name) => held(name, preset('recommended'), SITES),
  'told, without a stack': (name) => told(name, {}),
  'told, with the names of ten callers': (name) => told(name, { captureStack: callerNames() }),
  'told, with the text of ten frames': (name) => told(name, { captureStack: textOfStack }),
  'that text alone': (name) => {
    measure(name, 50, (count) => {
      for (let i = 0; i < count; i++) tenDeep(10, textOfStack);
    });
  },
  'ten million distinct sites, recommended': (name) => {
    const lines = { count: 0, events: 0 };
    const reporter = new Reporter({ ...preset('recommended'), sink: { write: ({ covers }) => (lines.count++, (lines.events += covers), true) } });
    let peak = 0;
    const start = performance.now();
    for (let i = 0; i < 10_000_000; i++) {
      reporter.report({ at: i / 10, site: `site-${i}` });
      if (i % 1_000_000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed);
    }
    const ns = ((performance.now() - start) * 1e6) / 1e7;
    const { keys } = reporter.totals();
    reporter.close();
    globalThis.gc?.();
    const mib = (bytes) => (bytes / 2 ** 20).toFixed(1);
    console.log(`${name.padEnd(40)} ${ns.toFixed(0)} ns/event, ${keys} keys, ${lines.count} lines for ${lines.events} events, ${mib(process.memoryUsage().heapUsed)} MiB of heap at the end, ${mib(peak)} at most before a collection`);
  },
};

const [, file, only] = process.argv;
if (only !== undefined) CASES[only](only);
else for (const name of Object.keys(CASES)) spawnSync(process.execPath, ['--expose-gc', file, name], { stdio: 'inherit' });
