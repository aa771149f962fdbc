// One adapter in one process that measures a slice of its trace whenever it is told to.
//   slice-child.mjs ADAPTER WORKLOAD LOG2_PAGES SLICE_OPS, with an IPC channel: any message asks for a slice, the answer is
//   nanoseconds of the CPU's time an operation.
import { play } from './play.mjs';
import { loadTrace } from './traces.mjs';

const [, , adapter, workload, log2Pages, sliceOps] = process.argv;
const { create } = await import(new URL(`adapters/${adapter}.mjs`, import.meta.url));
const trace = loadTrace(workload, Number(log2Pages));
const timed = trace.segments.filter(({ tag }) => tag !== 0);
const first = trace.segments.findIndex(({ tag }) => tag !== 0);
let arena;
let slots;
let segment = timed.length;
let at = 0;

/** A fresh arena, as full as the trace wants it: not timed. */
function begin() {
  arena = create(trace.pages);
  slots = new Int32Array(trace.slots).fill(-1);
  for (const { start, count } of trace.segments.slice(0, first)) play(arena, trace.ops, start, start + count, slots);
  segment = 0;
  at = 0;
}

function slice() {
  let ns = 0;
  let done = 0;
  while (done < Number(sliceOps)) {
    if (segment === timed.length) begin();
    const { start, count } = timed[segment];
    const ops = Math.min(count - at, Number(sliceOps) - done);
    const before = process.cpuUsage();
    play(arena, trace.ops, start + at, start + at + ops, slots);
    const { user, system } = process.cpuUsage(before);
    ns += (user + system) * 1000;
    done += ops;
    at += ops;
    if (at === count) {
      segment++;
      at = 0;
    }
  }
  return ns / done;
}

for (let i = 0; i < 12; i++) slice();
process.on('message', () => process.send(slice()));
process.send(null);
