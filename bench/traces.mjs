// Workloads as traces, written once: the same bytes drive C and JavaScript, whatever frames an allocator returns.
//
// A trace is 32-bit words: [MAGIC, pages, slots, segments, (operations, tag) a segment, operations...]. Tag 0 is set-up
// and not timed. An operation is `slot << 6 | order << 2 | kind`: 0 allocates into the slot, 1 frees it, 3 frees it only
// if its frame is odd.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.cache/traces/', import.meta.url));
const MAGIC = 0x42554431;
const TIMED_SEGMENTS = 7;
const SEGMENT_OPS = 200_000;

/** xorshift32: numbers from 0 to 2^32 - 1. */
export function rng(seed) {
  let s = seed | 0 || 1;
  return () => {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    return s >>> 0;
  };
}

class Trace {
  constructor() {
    this.ops = new Int32Array(1 << 20);
    this.length = 0;
    this.segments = [];
    this.start = 0;
  }

  push(slot, order, kind) {
    if (this.length === this.ops.length) {
      const larger = new Int32Array(this.ops.length * 2);
      larger.set(this.ops);
      this.ops = larger;
    }
    this.ops[this.length++] = slot << 6 | order << 2 | kind;
  }

  alloc(slot, order = 0) {
    this.push(slot, order, 0);
  }

  free(slot, order = 0) {
    this.push(slot, order, 1);
  }

  /** Ends a segment; tag 0 is not timed. */
  end(tag) {
    this.segments.push([this.length - this.start, tag]);
    this.start = this.length;
  }
}

/** Orders 0 to 4, each half as likely as the one before. */
function geometric(random) {
  return () => {
    const bits = random() >>> 8;
    let order = 0;
    while (order < 4 && (bits >> order & 1) !== 0) order++;
    return order;
  };
}

function pair(trace) {
  trace.alloc(0);
  trace.end(0);
  for (let segment = 0; segment < TIMED_SEGMENTS; segment++) {
    for (let i = 0; i < SEGMENT_OPS / 2; i++) {
      trace.alloc(1);
      trace.free(1);
    }
    trace.end(1);
  }
  return 2;
}

/** Random walk around an occupancy: `alloc` and `freeOne` until the target band, then timed segments. */
function churn(trace, random, { used, target, band, alloc, freeOne }) {
  while (used() > target) freeOne();
  trace.end(0);
  for (let segment = 0; segment <= TIMED_SEGMENTS; segment++) {
    for (let i = 0; i < SEGMENT_OPS; i++) {
      let allocates = (random() >>> 16 & 1) !== 0;
      if (used() >= target + band) allocates = false;
      else if (used() <= target - band) allocates = true;
      if (allocates) alloc();
      else freeOne();
    }
    trace.end(segment === 0 ? 0 : 1);
  }
}

function singles(trace, pages, random) {
  const live = new Int32Array(pages);
  const idle = new Int32Array(pages);
  let lives = 0;
  let idles = 0;
  for (let slot = 0; slot < pages; slot++) {
    trace.alloc(slot);
    live[lives++] = slot;
  }
  churn(trace, random, {
    used: () => lives,
    target: pages / 2,
    band: Math.max(4, pages >> 8),
    alloc: () => {
      const slot = idle[--idles];
      live[lives++] = slot;
      trace.alloc(slot);
    },
    freeOne: () => {
      const at = random() % lives;
      const slot = live[at];
      live[at] = live[--lives];
      idle[idles++] = slot;
      trace.free(slot);
    },
  });
  return pages;
}

function mixed(trace, pages, random) {
  const order = geometric(random);
  const live = new Int32Array(pages);
  const orders = new Uint8Array(pages);
  const idle = new Int32Array(pages);
  let lives = 0;
  let idles = 0;
  let used = 0;
  for (let slot = pages - 1; slot >= 0; slot--) idle[idles++] = slot;
  const alloc = () => {
    const slot = idle[--idles];
    orders[slot] = order();
    live[lives++] = slot;
    used += 1 << orders[slot];
    trace.alloc(slot, orders[slot]);
  };
  const freeOne = () => {
    const at = random() % lives;
    const slot = live[at];
    live[at] = live[--lives];
    idle[idles++] = slot;
    used -= 1 << orders[slot];
    trace.free(slot, orders[slot]);
  };
  while (used < pages * 0.95) alloc();
  churn(trace, random, { used: () => used, target: Math.floor(pages * 0.7), band: Math.max(32, pages >> 8), alloc, freeOne });
  return pages;
}

function failing(trace, pages) {
  for (let slot = 0; slot < pages - 1; slot++) trace.alloc(slot);
  for (let slot = 0; slot < pages - 1; slot++) trace.push(slot, 0, 3);
  trace.end(0);
  for (let segment = 0; segment < TIMED_SEGMENTS; segment++) {
    for (let i = 0; i < SEGMENT_OPS; i++) trace.alloc(pages - 1, 1);
    trace.end(1);
  }
  return pages;
}

function driver(trace, pages, random) {
  const RING = 4096;
  const order = geometric(random);
  const background = [];
  let used = 0;
  while (used < pages * 0.75) {
    const k = order();
    trace.alloc(background.length, k);
    background.push(k);
    used += 1 << k;
  }
  const shuffled = Int32Array.from(background.keys());
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = random() % (i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
  }
  for (const slot of shuffled) {
    if (used <= Math.floor(pages * 0.6)) break;
    trace.free(slot, background[slot]);
    used -= 1 << background[slot];
  }
  trace.end(0);
  const base = background.length;
  const ringOrders = new Uint8Array(RING);
  let head = 0;
  let tail = 0;
  for (let segment = 0; segment <= TIMED_SEGMENTS; segment++) {
    const end = trace.length + SEGMENT_OPS;
    while (trace.length < end) {
      const jumbo = (random() >>> 20) % 4 === 0;
      const burst = jumbo ? 4 + (random() >>> 8) % 13 : 16 + (random() >>> 8) % 49;
      for (let i = 0; i < burst; i++, head++) {
        ringOrders[head % RING] = jumbo ? 2 : 0;
        trace.alloc(base + head % RING, jumbo ? 2 : 0);
      }
      while (head - tail > 2048 - (random() >>> 10) % 64) {
        trace.free(base + tail % RING, ringOrders[tail % RING]);
        tail++;
      }
    }
    trace.end(segment === 0 ? 0 : 1);
  }
  return base + RING;
}

/** Each writes a trace and returns how many slots it needs. */
export const WORKLOADS = {
  W1b: { says: 'one page taken and given back, over and over', write: pair },
  W2_50: { says: 'single pages at random, half full', write: singles },
  W3: { says: 'orders 0 to 4 at random, 70 % full', write: mixed },
  W5: { says: 'order-1 requests that fail: only single pages are free', write: failing },
  W6: { says: 'bursts of order 0 and 2 with first-in-first-out frees, 60 % full', write: driver },
};

function generate(workload, pages) {
  const trace = new Trace();
  const slots = WORKLOADS[workload].write(trace, pages, rng(0x9E3779B9 ^ pages));
  const header = [MAGIC, pages, slots, trace.segments.length, ...trace.segments.flat()];
  const words = new Int32Array(header.length + trace.length);
  words.set(header);
  words.set(trace.ops.subarray(0, trace.length), header.length);
  return words;
}

/** The file of a workload at `2 ** log2Pages` pages, written if it is not there. */
export function tracePath(workload, log2Pages) {
  const file = `${folder}${workload}_${log2Pages}.bin`;
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const words = generate(workload, 2 ** log2Pages);
    writeFileSync(`${file}.${process.pid}`, new Uint8Array(words.buffer));
    renameSync(`${file}.${process.pid}`, file);
  }
  return file;
}

export function loadTrace(workload, log2Pages) {
  const bytes = readFileSync(tracePath(workload, log2Pages));
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
  const segments = [];
  let start = 4 + 2 * words[3];
  for (let i = 0; i < words[3]; i++) {
    segments.push({ start, count: words[4 + 2 * i], tag: words[5 + 2 * i] });
    start += words[4 + 2 * i];
  }
  return { ops: words, pages: words[1], slots: words[2], segments };
}
