// What a block costs beside a buffer of the runtime's own, and what reading the counters costs. Runs on what is built,
// each case in a process of its own: node --expose-gc bench/arena.mjs
import { spawnSync } from 'node:child_process';
import { PerformanceObserver } from 'node:perf_hooks';
import { Arena, OffsetArena } from '@nopage/arena';
import { GFP_ATOMIC, GFP_KERNEL } from '@nopage/gfp';

const MIB = 2 ** 20;
const COUNT = 200_000;
/** Blocks that are held while others come and go. */
const HELD = 1000;

/**
 * Processor time a call, its garbage collection in it, whatever else the machine does: of several runs the least and the
 * median; and collections.
 */
async function measure(name, body, count = COUNT, runs = 9) {
  let collections = 0;
  const observer = new PerformanceObserver((list) => { collections += list.getEntries().length; });
  body(count);
  globalThis.gc?.();
  observer.observe({ entryTypes: ['gc'] });
  const ns = [];
  for (let i = 0; i < runs; i++) {
    const before = process.cpuUsage();
    body(count);
    const { user, system } = process.cpuUsage(before);
    ns.push(((user + system) * 1000) / count);
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  ns.sort((x, y) => x - y);
  console.log(`${name.padEnd(48)} least ${ns[0].toFixed(0).padStart(6)}  median ${ns[runs >> 1].toFixed(0).padStart(6)} ns  ${String(collections).padStart(4)} collections in ${count * runs}`);
}

/** Keeps the last HELD of what `make` gives, and gives the older back. */
function comeAndGo(make, give) {
  const ring = Array.from({ length: HELD }, make);
  let at = 0;
  return (count) => {
    for (let i = 0; i < count; i++) {
      give(ring[at]);
      ring[at] = make();
      at = at + 1 === HELD ? 0 : at + 1;
    }
  };
}

const arena = (pageBytes = 4096) => new Arena({ memory: new ArrayBuffer(256 * MIB), pageBytes });
const free = (block) => block.free();
const none = () => undefined;

/** Large buffers of the runtime take so long that fewer do. */
const countOf = (bytes) => (bytes > 4096 ? COUNT / 20 : COUNT);

const CASES = {};
for (const bytes of [256, 4096, 65_536]) {
  CASES[`new Uint8Array(${bytes})`] = (name) => measure(name, comeAndGo(() => new Uint8Array(bytes), none), countOf(bytes));
  CASES[`Buffer.allocUnsafe(${bytes})`] = (name) => measure(name, comeAndGo(() => Buffer.allocUnsafe(bytes), none), countOf(bytes));
  CASES[`arena, ${bytes} bytes`] = (name) => { const a = arena(Math.min(4096, bytes)); return measure(name, comeAndGo(() => a.alloc(bytes, GFP_ATOMIC), free)); };
  CASES[`arena, ${bytes} bytes and their view`] = (name) => { const a = arena(Math.min(4096, bytes)); return measure(name, comeAndGo(() => { const block = a.alloc(bytes, GFP_ATOMIC); block.bytes()[0] = 1; return block; }, free)); };
}
CASES['arena, 5 pages, the tail given back'] = (name) => { const a = arena(); return measure(name, comeAndGo(() => a.alloc(5 * 4096, GFP_ATOMIC), free)); };
CASES['arena of offsets, 4096 bytes'] = (name) => { const a = new OffsetArena({ byteLength: 256 * MIB }); return measure(name, comeAndGo(() => a.alloc(4096, GFP_ATOMIC), free)); };
CASES['a refusal that nobody listens to'] = (name) => { const a = new OffsetArena({ byteLength: MIB }); return measure(name, (count) => { for (let i = 0; i < count; i++) a.alloc(2 * MIB, GFP_ATOMIC); }, 20_000); };
CASES['a refusal that is told'] = (name) => { const a = new OffsetArena({ byteLength: MIB, onFailure: none }); return measure(name, (count) => { for (let i = 0; i < count; i++) a.alloc(2 * MIB, GFP_ATOMIC); }, 2000); };
CASES['reading usedBytes, freeBytes, largestFreeBytes'] = (name) => {
  const a = arena();
  a.alloc(MIB, GFP_ATOMIC);
  let sum = 0;
  return measure(name, (count) => { for (let i = 0; i < count; i++) sum += a.usedBytes + a.freeBytes + a.largestFreeBytes; }).then(() => sum);
};
CASES['growing 256 MiB of 4 KiB pages'] = (name) => {
  const body = () => { const a = new OffsetArena({ byteLength: 256 * MIB, grow: () => true }); const before = process.cpuUsage(); a.grow(64 * MIB); const { user, system } = process.cpuUsage(before); return (user + system) / 1000; };
  const ms = Array.from({ length: 9 }, body).sort((x, y) => x - y);
  console.log(`${name.padEnd(48)} least ${ms[0].toFixed(1).padStart(6)}  median ${ms[4].toFixed(1).padStart(6)} ms`);
};

/** Where memory ends up that grows for 2,000 blocks of 1 byte to 32 KiB, in pages of 256, that come and go at random. */
function footprint(name, exact) {
  let seed = 12_345;
  const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const a = new OffsetArena({ byteLength: MIB, pageBytes: 256, exact, grow: () => true });
  const live = [];
  let used = 0;
  for (let i = 0; i < 400_000; i++) {
    if (live.length >= 2000) {
      const at = Math.floor(random() * live.length);
      live[at].free();
      live[at] = live[live.length - 1];
      live.pop();
    }
    live.push(a.alloc(1 + Math.floor(2 ** (random() * 15)), GFP_KERNEL));
    used = Math.max(used, a.usedBytes);
  }
  console.log(`${name.padEnd(48)} ${(a.byteLength / MIB).toFixed(1)} MiB for at most ${(used / MIB).toFixed(1)} MiB in use`);
}
CASES['footprint, tails given back'] = (name) => { footprint(name, true); };
CASES['footprint, tails kept'] = (name) => { footprint(name, false); };

const [, file, only] = process.argv;
if (only !== undefined) await CASES[only](only);
else for (const name of Object.keys(CASES)) spawnSync(process.execPath, ['--expose-gc', file, name], { stdio: 'inherit' });
