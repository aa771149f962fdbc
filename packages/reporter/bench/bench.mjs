// What an event costs: held, and told with a stack of ten frames. Runs on what is built, each case in several processes
// of its own, which take turns: node bench/bench.mjs [ROUNDS]
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { bySite, callerNames, perKey, preset, rateLimit, Reporter } from '@nopage/reporter';

const SITES = ['nic_rx', 'disk_journal', 'usb_submit', 'skb_clone'];

/** Nanoseconds an event of `body(count)` in many short batches, and the bytes of heap that an event left behind. */
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
  console.log(JSON.stringify({ name, p10: ns[Math.floor(batches / 10)], median: ns[batches >> 1], bytes }));
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
    const text = `${keys} keys, ${lines.count} lines for ${lines.events} events, ${mib(process.memoryUsage().heapUsed)} MiB of heap at the end, ${mib(peak)} at most before a collection`;
    console.log(JSON.stringify({ name, p10: ns, median: ns, bytes: 0, text }));
  },
};

/** A case in a process of its own. */
const measured = (name) => JSON.parse(spawnSync(process.execPath, ['--expose-gc', process.argv[1], name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).stdout);

const range = (rows, field) => {
  const values = rows.map((row) => row[field]).sort((a, b) => a - b);
  return `${field} ${[values[0], values[values.length >> 1], values.at(-1)].map((ns) => ns.toFixed(0).padStart(6)).join(' ')}`;
};

const [, , argument = '5'] = process.argv;
if (argument in CASES) CASES[argument](argument);
else {
  console.log('ns an event; of each process the tenth percentile and the median of its batches: best, middle and worst process');
  const rows = Object.keys(CASES).map(() => []);
  for (let round = 0; round < Number(argument); round++) Object.keys(CASES).forEach((name, i) => rows[i].push(measured(name)));
  for (const [i, name] of Object.keys(CASES).entries()) {
    const { bytes, text } = rows[i].at(-1);
    console.log(`${name.padEnd(40)} ${range(rows[i], 'p10')}   ${range(rows[i], 'median')}   ${text ?? `${bytes.toFixed(2)} B/event`}`);
  }
}
