import type { FaultAttributesInput } from '@nopage/fault';
import type { FailureEvent } from '@nopage/gfp';
import type { PageAllocatorOptions } from '@nopage/mm';
import type { Policy, Sink, Vote, Warnings } from '@nopage/reporter';
import type { Scenario, Step } from '@nopage/scenario';
import { MachineError } from './errors.js';

/** What a machine is made of; every field has a default. */
export interface MachineOptions {
  /** One of `scenarios` by its name, or one of your own. @defaultValue `jumbo-frames` */
  readonly scenario?: string | Scenario;
  /** Decides everything that is left to chance: the workload and the injected faults. A whole number. @defaultValue 1 */
  readonly seed?: number;
  /** Values for the scenario's parameters; the others keep their own. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Settings of the allocator beside zones and seams: profile, min_free_kbytes, per-CPU lists. */
  readonly allocator?: Pick<PageAllocatorOptions, 'profile' | 'minFreeKbytes' | 'watermarkScaleFactor' | 'watermarkBoostFactor' | 'lowmemReserveRatio' | 'pcp'>;
  /** A preset by its name, or a policy of your own. @defaultValue `recommended` */
  readonly policy?: string | Warnings | Policy;
  /** Fault injection, by default with probability 0. What is not given is so that every request can fail: any order, sleeping or not, without end. */
  readonly fault?: FaultAttributesInput;
  /** Takes the lines that are told, beside the machine's own record of the latest. */
  readonly sink?: Sink;
  /** Hears of every failure and of how it was voted on. */
  readonly onFailure?: (event: FailureEvent, vote: Vote) => void;
  /** Told of every step of the workload as it was carried out; `pfn` is that of an `alloc`, below 0 when refused, else null. */
  readonly onStep?: (step: Step, pfn: number | null) => void;
  /**
   * Takes a recording of every request and free, line by line, in the format that `replay` reads. A replay leaves out the
   * requests inside which memory was reclaimed or moved, and goes on after the next run of kswapd. Injected failures are no
   * decision of the allocator: a recording with them in it does not replay.
   */
  readonly record?: (text: string) => void;
  /** Virtual milliseconds from when kswapd is wanted until it runs. @defaultValue 10 */
  readonly kswapdDelayMs?: number;
  /** Latest lines that a view shows. @defaultValue 50 */
  readonly maxLines?: number;
  /** Milliseconds since 1970, for exemplars of the metrics; they are left out without it. */
  readonly now?: () => number;
}

const FUNCTIONS = ['onFailure', 'onStep', 'record', 'now'] as const;
const OBJECTS = ['parameters', 'allocator', 'fault', 'sink'] as const;

/**
 * The options that are the machine's own, with their defaults; its parts check theirs.
 *
 * @throws {MachineError} `BAD_OPTION`.
 */
export function checkedOptions(options: MachineOptions): Required<Pick<MachineOptions, 'seed' | 'kswapdDelayMs' | 'maxLines'>> {
  if (typeof options !== 'object' || (options as unknown) === null) throw refusal('options', options, 'an object');
  for (const name of FUNCTIONS) if (options[name] !== undefined && typeof options[name] !== 'function') throw refusal(name, options[name], 'a function');
  for (const name of OBJECTS) if (options[name] !== undefined && (typeof options[name] !== 'object' || (options[name] as unknown) === null)) throw refusal(name, options[name], 'an object');
  if (options.sink !== undefined && typeof (options.sink as { write?: unknown }).write !== 'function') throw refusal('sink', options.sink, 'an object with write()');
  const { seed = 1, kswapdDelayMs = 10, maxLines = 50 } = options;
  if (typeof kswapdDelayMs !== 'number' || !(kswapdDelayMs >= 0)) throw refusal('kswapdDelayMs', kswapdDelayMs, 'a number from 0');
  return { seed: whole('seed', seed, -(2 ** 31), 2 ** 32 - 1), kswapdDelayMs, maxLines: whole('maxLines', maxLines, 0, 10_000) };
}

function whole(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw refusal(name, value, `a whole number from ${min} to ${max}`);
}

const refusal = (name: string, value: unknown, wanted: string): MachineError =>
  new MachineError('BAD_OPTION', `${name} is ${typeof value === 'object' && value !== null ? 'an object' : String(value)}, and must be ${wanted}`);
