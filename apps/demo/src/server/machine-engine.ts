import { bufferOrder } from '@nopage/scenario';
import { createMachine, type Machine } from '@nopage/machine';
import { registerMetrics } from '@nopage/metrics/prom';
import { PRESET_NAMES } from '@nopage/reporter';
import { Registry } from 'prom-client';
import type { Controls, Reading, View } from '../protocol.js';
import type { Engine } from './engine.js';
import { readLog } from './read-log.js';

/** Machine time that passes in a second of ours: slow enough to follow, fast enough to see pressure build up. */
const SPEED = 1;
/** Steps at most between two views, so that no setting can keep the server from answering. */
const MAX_STEPS = 20_000;
const FIRST: Controls = { mtuBytes: 9000, cachePressurePercent: 100, policy: 'recommended', faultPercent: 0, running: true };

export interface MachineEngineOptions {
  readonly seed: number;
  /** Milliseconds since 1970, for exemplars. */
  readonly now: () => number;
}

/** The machine of the demo: a scenario that runs in step with a clock that others tick. */
export class MachineEngine implements Engine {
  readonly #options: MachineEngineOptions;
  readonly #waiting = new Set<() => void>();
  #machine: Machine;
  #registry: Registry;
  #controls = FIRST;
  #tick = 0;

  constructor(options: MachineEngineOptions) {
    this.#options = options;
    [this.#machine, this.#registry] = this.#build();
  }

  /** Lets `ms` of machine time pass, unless it is paused. */
  advance(ms: number): void {
    if (!this.#controls.running) return;
    this.#machine.advance(ms * SPEED, MAX_STEPS);
    this.#changed();
  }

  view(): View {
    const { parameters: _parameters, policy: _policy, faultPercent: _fault, steps: _steps, cachePages, ...view } = this.#machine.view();
    return { ...view, tick: this.#tick, cachePages, controls: this.#controls, policies: PRESET_NAMES, neededOrder: bufferOrder(this.#controls.mtuBytes) };
  }

  newerThan(tick: number, signal: AbortSignal): Promise<void> {
    if (this.#tick > tick || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  control(change: Partial<Controls>): void {
    this.#controls = { ...this.#controls, ...change };
    this.#apply(change);
    this.#changed();
  }

  restart(): void {
    this.#machine.close();
    [this.#machine, this.#registry] = this.#build();
    this.#apply(this.#controls);
    this.#changed();
  }

  explain(log: string): Reading {
    return readLog(log);
  }

  async metrics(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  close(): void {
    this.#machine.close();
    this.#changed();
  }

  #build(): [Machine, Registry] {
    const machine = createMachine({ scenario: 'jumbo-frames', seed: this.#options.seed, now: this.#options.now });
    const registry = new Registry();
    registerMetrics({ registry, sources: machine.sources });
    return [machine, registry];
  }

  #apply({ mtuBytes, cachePressurePercent, policy, faultPercent }: Partial<Controls>): void {
    const machine = this.#machine;
    if (mtuBytes !== undefined) machine.set('mtuBytes', mtuBytes);
    if (cachePressurePercent !== undefined) machine.set('cachePressurePercent', cachePressurePercent);
    if (policy !== undefined) machine.setPolicy(policy);
    if (faultPercent !== undefined) machine.setFault({ probability: faultPercent, times: -1, minOrder: 0 });
  }

  #changed(): void {
    this.#tick += 1;
    for (const wake of [...this.#waiting]) wake();
  }
}
