import type { HugepagePool, NodeState } from './node-state.js';
import type { Permits } from './permits.js';
import type { ZoneState } from './zone-state.js';

/** What was refused. The words are the command line's contract; a consumer must accept one it does not know. */
export type FailureKind =
  | 'page-allocation-failure'
  | 'vmalloc-failure'
  | 'allocation-stall'
  | 'oom-kill'
  | 'slub-failure'
  | 'cma-failure'
  | 'fault-injection'
  | 'order-too-large'
  | 'mem-info'
  | 'suppressed';

/** How a flag word was read. */
export interface ModeReading {
  /** The word as a number; null when only its names are known, and the eras that print them differ about it. */
  readonly mask: number | null;
  /** Its names, in printing order; [] for a word of zero, null when it could not be decoded. */
  readonly names: readonly string[] | null;
  /** `log`: the kernel printed the names. `decoded`: from the table of the era. `ambiguous`: eras disagree. */
  readonly from: 'log' | 'decoded' | 'ambiguous';
  /** False when hex, names and kernel can't belong together: the log is edited or the version is wrong. */
  readonly consistent: boolean;
  /** Every reading that remains possible, when there is more than one. */
  readonly candidates: readonly { readonly era: string; readonly text: string; readonly names: readonly string[] }[];
}

/** Why a live allocator said no; a log does not say, and has null. */
export type RefusalReason =
  | 'below-watermark'
  | 'no-suitable-block'
  | 'no-eligible-zone'
  | 'order-too-large'
  | 'injected'
  | 'limit'
  | 'aborted';

/** The machine's memory in pages, by the words of Mem-Info's summary (`active_anon`, `slab_unreclaimable`, `free_cma`, ...). */
export type MemorySummary = Readonly<Record<string, number>>;

/**
 * One refused request: the currency of the family. Live allocators, kernel logs and adapters make it; reporters,
 * metrics, explanations and recordings take it, and none of them knows which producer it came from.
 *
 * What a producer can't know is null (or [] for a list), never invented. Events are plain data: they survive
 * `structuredClone` and JSON.
 */
export interface FailureEvent {
  readonly kind: FailureKind;
  /** Milliseconds on the producer's clock (for a log: since boot, or since 1970 where the prefix has a date). */
  readonly at: number | null;
  /** Process name: who was running. In interrupt context it is not who asked. */
  readonly comm: string | null;
  readonly pid: number | null;
  readonly cpu: number | null;
  /** Kernel release, or the allocator's profile, as text: `6.8.0-45-generic`, `linux-6.12`. */
  readonly kernel: string | null;
  readonly arch: string | null;
  /** Block size as a power of two of pages; null where the request is not one of pages. */
  readonly order: number | null;
  readonly bytes: number | null;
  readonly pageBytes: number | null;
  readonly mode: ModeReading | null;
  readonly permits: Permits | null;
  /** What the policy of the task confines it to, as printed: `(null)`, `0-1`, `/docker/...`. */
  readonly nodemask: string | null;
  readonly cpuset: string | null;
  readonly memsAllowed: string | null;
  /** First frame outside the allocator: the call site that counts and limits are keyed by. */
  readonly site: string | null;
  /** Innermost first; function names as printed, without the address. */
  readonly stack: readonly string[];
  readonly reason: RefusalReason | null;
  /** Largest order that would have been served just then; -1 when none, null when not known. */
  readonly largestOrder: number | null;
  readonly zones: readonly ZoneState[];
  readonly memory: MemorySummary;
  /** Warnings of this kind that the producer held back before this one, as it says itself. */
  readonly suppressed: number;
  /** How many times this very event happened (`last message repeated N times` added in); 1 as a rule. */
  readonly repeats: number;
  /** True when the report is cut: something that this layout always prints is not there. */
  readonly truncated: boolean;
  /** Where the event was read; null for a live one. */
  readonly source: { readonly file: string | null; readonly line: number } | null;
  /** Counters of whole nodes, where the producer has them (Linux prints them since 4.8). */
  readonly nodes?: readonly NodeState[];
  /** Pools of huge pages, where the producer has them. */
  readonly hugepages?: readonly HugepagePool[];
  /** How a log spelled what no number carries, for whoever prints the report back; every other consumer ignores it. */
  readonly layout?: Readonly<Record<string, string | readonly string[]>>;
  /** What a kind has of its own (`vmalloc`'s reason, a cache's name, a stall's milliseconds, the victim of a kill). */
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** An event with every field that is not given as "not known": what producers start from. */
export function failureEvent(fields: Partial<FailureEvent> & Pick<FailureEvent, 'kind'>): FailureEvent {
  return {
    at: null, comm: null, pid: null, cpu: null, kernel: null, arch: null,
    order: null, bytes: null, pageBytes: null, mode: null, permits: null,
    nodemask: null, cpuset: null, memsAllowed: null, site: null, stack: [],
    reason: null, largestOrder: null, zones: [], memory: {},
    suppressed: 0, repeats: 1, truncated: false, source: null, detail: {},
    ...fields,
  };
}
