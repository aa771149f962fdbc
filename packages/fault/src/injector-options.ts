import type { FaultAttributes } from './attributes.js';
import type { Percentile } from './random.js';
import type { FaultRules } from './rules.js';
import type { StackEntry } from './stack.js';

/** A task, as the kernel's per-task controls have it. The injector counts `failNth` down in it. */
export interface FaultTask {
  makeItFail: boolean;
  failNth: number;
}

/** One failure that was decided. */
export interface Injection {
  readonly name: string;
  /** 1 for the first failure of this injector. */
  readonly seq: number;
  /** What said so: the count-down, or the attributes. */
  readonly by: 'fail-nth' | 'attributes';
  /** Null for a request that is not one of pages or slab objects. */
  readonly gfp: number | null;
  readonly order: number | null;
  /** Pages for page requests, bytes for others. */
  readonly size: number;
  readonly api: string | null;
  readonly interval: number;
  readonly probability: number;
  readonly space: number;
  /** Before the decrement. */
  readonly times: number;
}

/** The seams of an injector; each may be absent. */
export interface InjectorOptions {
  /** Name in the message. Default `fail_page_alloc`. */
  readonly name?: string;
  /** Kernel whose rules hold, such as `5.10`, or rules of one's own. Default `6.12`. */
  readonly rules?: string | FaultRules;
  /** Seed of the probability's draws. Default 1. */
  readonly seed?: number;
  /** Draws 0 to 99 in place of the seed. */
  readonly random?: Percentile;
  /** Where the interval counter stands. Default 0. */
  readonly count?: number;
  /** The frames a stack filter sees, innermost first. Default: the JavaScript stack of who asked. */
  readonly stack?: () => readonly StackEntry[];
  /** The running task, null outside of any (an interrupt). Default: one task of the injector's own. */
  readonly task?: () => FaultTask | null;
  /** Hears of each failure, before the request is refused. */
  readonly onInject?: (injection: Injection) => void;
  /** Takes the message's text, one call a message; absent: nothing is printed. */
  readonly print?: (text: string) => void;
  /** Text of the stack that verbose 2 adds. Default: the frames of `stack`, under `Call Trace:`. */
  readonly dump?: () => string;
  /** The message limiter's clock; needed when `verboseRatelimitIntervalMs` is not 0. */
  readonly now?: () => number;
}

/** What each option must be; the injector calls them in the middle of a request. */
export const OPTION_KINDS: Readonly<Record<keyof InjectorOptions, string>> = {
  name: 'string', rules: 'string or object', seed: 'number', random: 'function', count: 'number', stack: 'function', task: 'function',
  onInject: 'function', print: 'function', dump: 'function', now: 'function',
};

/** Everything to go on with later: `createInjector(s.attributes, { seed: s.seed, count: s.count })`. */
export interface InjectorState {
  readonly attributes: FaultAttributes;
  readonly seed: number;
  readonly count: number;
}
