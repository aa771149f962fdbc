import type { FailureEvent } from '@nopage/gfp';
import type { Pressure } from '../policy.js';
import type { Reportable } from '../reportable.js';
import { mix, randomOf, type Random } from './random.js';

/** One event of a script: how long after the last, and what it is like. */
export interface Step {
  /** Milliseconds since the step before. Negative: the producer's clock is set back, while time itself stands still. */
  readonly dt: number;
  /** The event is made from this number. */
  readonly seed: number;
  /** How many it stands for. @defaultValue 1 */
  readonly count?: number;
  /** How short of memory the machine is. @defaultValue 'none' */
  readonly pressure?: Pressure;
}

/** What a law is tried on. All of it is data, so that a failing one can be cut down. */
export interface Script {
  readonly steps: readonly Step[];
  /** The producer's clock at the beginning. Milliseconds. */
  readonly start: number;
  /** Where the law does what it is about (changes the policy, saves, ...): a number of steps. */
  readonly cut: number;
  /** Decides what the sink refuses. */
  readonly seed: number;
}

/** Makes an event that happens at `at`. */
export type EventMaker<E extends Reportable> = (random: Random, at: number) => E;

export type Pace = 'forward' | 'rough';

/** Clocks begin with the machine, in 1970, or where 32 bits of them end; and some count parts of a millisecond. */
const STARTS = [0, 0, 0, 0.25, -90_000, 2 ** 31 - 20_000, 2 ** 32 - 20_000, 1_753_000_000_000] as const;

/** What an event may stand for. */
const COUNTS = [2, 7, 300, 2 ** 31, 2 ** 32 + 1] as const;

/** A random script. `rough` has a clock that stands still, is late and is set back. */
export function scriptOf(seed: number, maxSteps: number, pace: Pace): Script {
  const random = randomOf(seed);
  const length = random.int(0, maxSteps);
  const haste = random.int(0, 3);
  const steps: Step[] = [];
  for (let i = 0; i < length; i++) {
    const last = steps.at(-1);
    // Now and then the same event comes again.
    if (last !== undefined && random.oneIn(10)) steps.push({ ...last, dt: 0 });
    else steps.push(stepOf(random, gap(random, haste, pace), mix(seed ^ mix(i + 1))));
  }
  return { steps, start: random.pick(STARTS), cut: random.int(0, length), seed: random.int(0, 2 ** 31) };
}

const stepOf = (random: Random, dt: number, seed: number): Step => ({
  dt, seed,
  ...(random.oneIn(6) && { count: random.pick(COUNTS) }),
  ...(random.oneIn(6) && { pressure: random.pick(['warning', 'critical']) }),
});

function gap(random: Random, haste: number, pace: Pace): number {
  if (pace === 'rough' && random.oneIn(8)) return -random.pick([1, 40, 2500, 3_600_000]);
  if (random.oneIn(3)) return 0;
  const longest = [20, 1000, 12_000, 90_000][random.oneIn(4) ? random.int(0, 3) : haste] ?? 20;
  return random.int(1, longest);
}

/** Events of a script's steps, at the producer's time. */
export function eventsOf<E extends Reportable>({ steps, start }: Script, make: EventMaker<E>): E[] {
  let at = start;
  return steps.map((step) => make(randomOf(step.seed), (at += step.dt)));
}

/** A failure of one of a few sites, with the fields that the family's own policies ask for. */
export function randomFailure(random: Random, at: number): FailureEvent {
  const order = random.int(0, 5);
  const warn = !random.oneIn(4);
  return {
    kind: 'page-allocation-failure', at, comm: 'swapper/0', pid: 0, cpu: 0, kernel: null, arch: null,
    order, bytes: 4096 * 2 ** order, pageBytes: 4096, mode: null,
    permits: {
      sleep: random.oneIn(2), kswapd: true, io: false, fs: false, reserves: 'atomic', retry: 'none', warn,
      highestZone: random.pick(['Normal', 'DMA']), migratetype: 'unmovable', thisNode: false, zero: false, account: false,
    },
    nodemask: null, cpuset: null, memsAllowed: null,
    site: random.pick(['nic_rx', 'disk_journal', 'usb_submit', 'skb_clone', null]), stack: [],
    reason: random.pick(['below-watermark', 'no-suitable-block', 'injected']), largestOrder: null, zones: [], memory: {},
    suppressed: 0, repeats: 1, truncated: false, source: null, detail: {},
  };
}
