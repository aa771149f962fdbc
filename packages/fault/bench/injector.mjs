// What an injector costs a caller, in nanoseconds a request: `node bench/injector.mjs`, on the built package.
import { createInjector } from '@nopage/fault';
import { performance } from 'node:perf_hooks';

const REQUESTS = 20_000_000;
const ROUNDS = 9;
const ATOMIC = 0x820;

/** Stands for an allocator: enough work that a loop around it is not folded away. */
class Requests {
  constructor(fault) {
    this.fault = fault;
    this.served = 0;
    this.mix = 1;
  }

  alloc(gfp, order) {
    if (this.fault?.shouldFail(gfp, order) === true) return -1;
    this.mix = (Math.imul(this.mix, 1_664_525) + 1_013_904_223 + order) | 0;
    this.served++;
    return this.mix;
  }
}

const designs = {
  absent: () => undefined,
  off: () => createInjector(),
  'on, order 0 spared': () => createInjector({ probability: 100, times: -1 }),
  'on, full decision': () => createInjector({ probability: 1, times: -1, minOrder: 0, interval: 3, verbose: 0 }),
};

const best = Object.fromEntries(Object.keys(designs).map((name) => [name, Infinity]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, make] of Object.entries(designs)) {
    const requests = new Requests(make());
    const start = performance.now();
    for (let i = 0; i < REQUESTS; i++) requests.alloc(ATOMIC, 0);
    best[name] = Math.min(best[name], ((performance.now() - start) * 1e6) / REQUESTS);
  }
}
for (const [name, ns] of Object.entries(best)) console.log(`${name.padEnd(20)} ${ns.toFixed(2)} ns/request, ${(ns - best.absent).toFixed(2)} more than absent`);
